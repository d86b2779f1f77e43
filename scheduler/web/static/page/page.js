// What every screen does beside its forms; and the month that is read: arrows, Enter for the panel, N for the next problem.
import { Grid, STEPS, isTyping } from "./grid.js";

document.documentElement.classList.add("scripted");

const table = document.querySelector("table[data-grid]");
const panel = document.getElementById("panel");

function openPanel(grid, cell) {
  const addresses = [...document.querySelectorAll(".pick .days button")].map((button) => button.getAttribute("formaction"));
  if (!panel || !addresses.length) return;
  const [row, column] = grid.place(cell);
  const asked = new URLSearchParams({ who: grid.rows[row].dataset.who, version: table.dataset.version });
  table.querySelectorAll("td.sel").forEach((one) => one.classList.remove("sel"));
  cell.classList.add("sel");
  window.htmx.ajax("GET", `${addresses[column]}?${asked}`, { source: "#panel", target: "#panel", swap: "innerHTML" });
}

if (table && table.querySelector("tr[data-who]")) {
  const grid = new Grid(table);
  grid.choose(grid.at(0, 0), { focus: false });
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("td.c");
    if (cell) { grid.choose(cell); openPanel(grid, cell); }
  });
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td.c");
    if (!cell) return;
    if (event.key in STEPS) { grid.choose(grid.step(cell, STEPS[event.key])); event.preventDefault(); }
    if (event.key === "Enter") { openPanel(grid, cell); event.preventDefault(); }
  });
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.key.toLowerCase() !== "n") return;
    const bad = grid.nextProblem(document.activeElement?.closest("td.c"));
    if (bad) grid.choose(bad);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto]");
    const cell = link && grid.goto(link.dataset.goto);
    if (cell) { grid.choose(cell); event.preventDefault(); }
  });
}

function isTyped(field) {
  if (field.type === "hidden" || !field.name) return false;
  return field.type === "checkbox" ? field.checked : field.value !== field.defaultValue || "typed" in field.dataset;
}
document.addEventListener("formdata", (event) => {  // of a table only what was changed is sent
  if (!event.target.matches("[data-changed-only]")) return;
  for (const field of event.target.elements) if (field.type !== "hidden" && field.name && !isTyped(field)) event.formData.delete(field.name);
});
document.addEventListener("submit", (event) => {  // what was typed into a table is not lost when something else of it is shown
  const asked = event.target.dataset.keeps && new FormData(event.target, event.submitter);
  const form = asked && document.getElementById(event.target.dataset.keeps);
  if (!form || ![...form.elements].some(isTyped)) return;
  event.preventDefault();
  for (const [name, value] of [...asked, ["show", "yes"]]) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    form.append(field);
  }
  form.submit();
});
document.addEventListener("change", (event) => {  // what is changed in a row chooses it
  const boxes = 'input[type="checkbox"][name="row"]';
  if (event.target.matches("[data-choose-all]")) event.target.form.querySelectorAll(boxes).forEach((one) => { one.checked = event.target.checked; });
  else event.target.closest(".stacked tr")?.querySelectorAll(boxes).forEach((one) => { if (one !== event.target) one.checked = true; });
});
document.addEventListener("change", (event) => { if (event.target.matches("[data-submit]")) event.target.form.submit(); });
if (location.hash === "#print") window.addEventListener("load", () => window.print());
