// The month's table: one tab stop, arrows, Enter for the panel, N for the next problem. Everything works without it, by forms.
document.documentElement.classList.add("scripted");

const table = document.querySelector("table[data-grid]");
const panel = document.getElementById("panel");
const pattern = document.querySelector("[data-pick]")?.dataset.pick;

const cellsOf = (row) => [...row.querySelectorAll("td.c")];
const rows = table ? [...table.querySelectorAll("tr[data-who]")] : [];

function daysAsWritten() {
  return [...document.querySelectorAll(".pick .days button")].map((button) => button.getAttribute("formaction"));
}

function choose(cell, { focus = true } = {}) {
  table.querySelectorAll("td.c[tabindex='0']").forEach((one) => { one.tabIndex = -1; });
  cell.tabIndex = 0;
  if (focus) {
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function open(cell) {
  const addresses = daysAsWritten();
  if (!panel || !pattern || !addresses.length) return;
  const row = cell.closest("tr");
  const asked = new URLSearchParams({ who: row.dataset.who, version: table.dataset.version });
  table.querySelectorAll("td.sel").forEach((one) => one.classList.remove("sel"));
  cell.classList.add("sel");
  window.htmx.ajax("GET", `${addresses[cellsOf(row).indexOf(cell)]}?${asked}`, { target: "#panel", swap: "innerHTML" });
}

function move(cell, down, right) {
  const row = rows.indexOf(cell.closest("tr"));
  const column = cellsOf(rows[row]).indexOf(cell);
  const target = rows[Math.min(Math.max(row + down, 0), rows.length - 1)];
  const cells = cellsOf(target);
  choose(cells[Math.min(Math.max(column + right, 0), cells.length - 1)]);
}

function nextProblem() {
  const bad = [...table.querySelectorAll("td.bad")];
  if (!bad.length) return;
  const at = bad.indexOf(document.activeElement);
  choose(bad[(at + 1) % bad.length]);
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -99], End: [0, 99] };

if (table && rows.length) {
  table.setAttribute("role", "grid");
  choose(cellsOf(rows[0])[0], { focus: false });
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("td.c");
    if (cell) { choose(cell); open(cell); }
  });
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td.c");
    if (!cell) return;
    if (event.key in STEPS) { move(cell, ...STEPS[event.key]); event.preventDefault(); }
    if (event.key === "Enter") { open(cell); event.preventDefault(); }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (!typing && !event.ctrlKey && !event.metaKey && event.key.toLowerCase() === "n") nextProblem();
  });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-goto]");
  if (link && table) {
    const [who, day] = link.dataset.goto.split(/@(?=[^@]*$)/);
    const row = rows.find((one) => one.dataset.who === who);
    const cell = row && cellsOf(row)[Number(day.slice(-2)) - 1];
    if (cell) { choose(cell); event.preventDefault(); }
  }
});
document.addEventListener("change", (event) => { if (event.target.matches("[data-submit]")) event.target.form.submit(); });
if (location.hash === "#print") window.addEventListener("load", () => window.print());
