// The month that is edited: each change goes to the server, which audits it and answers with what is different now.
import { Grid, STEPS, isTyping } from "./grid.js";

const editor = document.getElementById("editor");
const grid = new Grid(editor.querySelector("table[data-edit]"));
const table = grid.table;
const choice = document.getElementById("choice");
const help = document.getElementById("help");
const effect = document.getElementById("effect");
const days = [...editor.querySelectorAll(".pick .days button")].map((one) => one.getAttribute("formaction").match(/(\d{4}-\d{2}-\d{2})\/$/)[1]);
const keys = new Map(editor.dataset.keys.split(" ").map((pair) => [pair.slice(0, pair.lastIndexOf("=")), pair.slice(pair.lastIndexOf("=") + 1)]));
const codes = [...keys.keys()];
const names = codes.map((code) => choice.querySelector(`button[value="${CSS.escape(code)}"]`)?.dataset.name ?? code);
const REST = "休";

let anchor = [0, 0]; // where a selection begins
let head = [0, 0]; // and where it ends: the cell that has the focus
let waiting = Promise.resolve(); // steps go one after another, each on the revision that the one before made
let steps = 0; // that are not answered yet
let shown = null; // the cell that the panel is about: [who, day]

// What is selected

const here = () => grid.at(...head);
const who = (row) => grid.rows[row].dataset.who;

function box() {
  const [rows, columns] = [0, 1].map((at) => [anchor[at], head[at]].sort((a, b) => a - b));
  return { top: rows[0], bottom: rows[1], left: columns[0], right: columns[1] };
}

function selected() {
  const { top, bottom, left, right } = box();
  const found = [];
  for (let row = top; row <= bottom; row += 1) for (let column = left; column <= right; column += 1) found.push([row, column]);
  return found;
}

function show({ focus = true } = {}) {
  table.querySelectorAll("td.sel").forEach((one) => one.classList.remove("sel"));
  for (const place of selected()) grid.at(...place).classList.add("sel");
  grid.choose(here(), { focus });
}

function select(place, { extend = false, focus = true } = {}) {
  head = place;
  if (!extend) anchor = place;
  show({ focus });
}

function label() {
  const heads = [...table.querySelectorAll("thead th[id]")].map((one) => one.querySelector(".hidden").textContent);
  grid.rows.forEach((row, number) => {
    const name = row.querySelector("th").firstChild.textContent.trim();
    grid.cells(number).forEach((cell, column) => {
      const code = cell.textContent.replace(/[+*]$/, "");
      const shift = names[codes.indexOf(code)] ?? (cell.textContent === "·" ? choice.querySelector(`button[value="${REST}"]`).dataset.name : cell.textContent);
      cell.setAttribute("aria-label", [name, heads[column].split(/[、,]/)[0], shift, cell.title].filter(Boolean).join("; "));
    });
  });
}

// What is sent

function send(address, values) {
  steps += 1;
  waiting = waiting.then(async () => {
    const bar = document.getElementById("edit-bar");
    const token = bar.querySelector("[name=csrfmiddlewaretoken]").value;
    await window.htmx.ajax("POST", address, {
      source: editor, // each source has a queue of its own, in which a third request is dropped
      target: "#said",
      swap: "none",
      headers: { "X-CSRFToken": token },
      values: { seen: bar.dataset.seen, stamp: bar.dataset.stamp, changes: "[]", pins: "[]", ...values }, // for the panel's fields go along
    });
    steps -= 1;
    if (shown && !steps) showPanel(); // who could take it, and what its buttons do, is different now
    label();
    show({ focus: !document.activeElement || document.activeElement === document.body || table.contains(document.activeElement) });
  });
  return waiting;
}

const named = (cells) => JSON.stringify(cells.map(([row, column, text]) => [who(row), days[column], text]));
const put = (cells) => (cells.length ? send(editor.dataset.change, { changes: named(cells) }) : Promise.resolve(say(editor.dataset.same)));
const set = (text) => put(selected().map(([row, column]) => [row, column, text]));
const pin = () => send(editor.dataset.change, { pins: JSON.stringify(selected().map(([row, column]) => [who(row), days[column]])) });
const undo = (what) => send(editor.dataset[what], {});

function say(...what) { // where each step says what came of it
  const said = document.getElementById("said");
  said.replaceChildren(...what);
  said.classList.remove("bad");
  return said.classList;
}

function text(place) { // of a cell, as it is copied: a day off is empty
  const cell = grid.at(...place);
  const said = cell.textContent.replace(/[+*]$/, "");
  return cell.classList.contains("off") ? "" : said;
}

// Keys

function letter(key) {
  const number = Number(key);
  const direct = codes.filter((code) => code.toLowerCase() === key || keys.get(code) === key);
  if (!direct.length && number >= 1 && number <= codes.length) return codes[number - 1];
  if (!direct.length) return null;
  return direct[(direct.indexOf(text(head)) + 1) % direct.length];
}

function fill() {
  const { top, bottom, left, right } = box();
  const cells = [];
  if (top < bottom) for (let row = top + 1; row <= bottom; row += 1) for (let column = left; column <= right; column += 1) cells.push([row, column, text([top, column])]);
  else for (let column = left + 1; column <= right; column += 1) cells.push([top, column, text([top, left])]);
  put(cells);
}

function openChoice() {
  document.getElementById("choice-name").textContent = here().getAttribute("aria-label").split("; ").slice(0, 2).join(" · ");
  choice.returnValue = "";
  choice.showModal();
  (choice.querySelector(`button[value="${CSS.escape(text(head) || REST)}"]`) ?? choice.querySelector("button")).focus();
}

function showPanel() {
  const address = editor.dataset.cell.replace(/\d{4}-\d{2}-\d{2}\/$/, `${shown[1]}/`);
  return window.htmx.ajax("GET", `${address}?${new URLSearchParams({ who: shown[0] })}`, { source: "#panel", target: "#panel", swap: "innerHTML" });
}

function openPanel() {
  shown = [who(head[0]), days[head[1]]];
  return showPanel();
}

choice.addEventListener("keydown", (event) => {
  const code = letter(event.key.toLowerCase());
  if (code && event.key.length === 1) { choice.close(code); event.preventDefault(); }
});
choice.addEventListener("close", () => {
  if (choice.returnValue === "/pin") pin();
  else if (choice.returnValue === "/panel") openPanel();
  else if (choice.returnValue && choice.returnValue !== "/close") set(choice.returnValue);
  here().focus();
});

const team = document.getElementById("team");

function showTeam(name) {
  team.value = name;
  grid.showTeam(name);
  select([0, head[1]], { focus: false });
}

function goTo(link) {
  if (!grid.goto(link.dataset.goto, head[0])) showTeam(""); // it is about somebody of another team
  select(grid.place(grid.goto(link.dataset.goto, head[0])));
  say(link.textContent);
}

let told = ""; // the problem that was gone to last

function goToProblem() {
  const links = [...document.querySelectorAll("#lists .bad [data-goto]")];
  if (!links.length) return;
  const next = links[(links.findIndex((one) => one.textContent === told) + 1) % links.length];
  told = next.textContent;
  goTo(next);
}

const COMMANDS = { d: fill, z: () => undo("undo"), y: () => undo("redo") };

table.addEventListener("keydown", (event) => {
  if (!event.target.closest("td.c")) return;
  const key = event.key.toLowerCase();
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key in STEPS && !event.altKey) select(grid.place(grid.step(here(), STEPS[event.key])), { extend: event.shiftKey });
  else if (plain && event.key === "Enter") openChoice();
  else if (plain && (event.key === "Delete" || event.key === "Backspace")) set(REST);
  else if (plain && event.key.length === 1 && letter(key)) set(letter(key));
  else if (plain && key === "p") pin();
  else return;
  event.preventDefault();
});

table.addEventListener("focusin", (event) => { // by Tab, or by a reader of the screen
  const cell = event.target.closest("td.c");
  if (cell && String(grid.place(cell)) !== String(head)) select(grid.place(cell), { focus: false });
});

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || event.defaultPrevented) return;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (!(key in COMMANDS)) return;
    if (key === "z" && event.shiftKey) undo("redo");
    else COMMANDS[key]();
  } else if (event.key === "?") help.showModal();
  else if (event.key === "." || key === "n") goToProblem();
  else return;
  event.preventDefault();
});

document.addEventListener("copy", (event) => {
  if (isTyping(event) || !table.contains(document.activeElement)) return;
  const { top, bottom, left, right } = box();
  const lines = [];
  for (let row = top; row <= bottom; row += 1) {
    const line = [];
    for (let column = left; column <= right; column += 1) line.push(text([row, column]));
    lines.push(line.join("\t"));
  }
  event.clipboardData.setData("text/plain", lines.join("\n"));
  event.preventDefault();
});

document.addEventListener("paste", (event) => {
  if (isTyping(event) || !table.contains(document.activeElement)) return;
  const lines = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
  const { top, left, bottom, right } = box();
  const one = lines.length === 1 && lines[0].length === 1;
  const places = one ? selected() : lines.flatMap((line, down) => line.map((_, along) => [top + down, left + along]));
  const inside = places.filter(([row, column]) => row < grid.rows.length && column < days.length);
  const said = (row, column) => (one ? lines[0][0] : lines[row - top][column - left]).trim();
  const step = put(inside.map(([row, column]) => [row, column, said(row, column)]).filter(([row, column, what]) => what !== text([row, column])));
  const outside = places.length - inside.length;
  if (outside) step.then(() => say(...document.getElementById("said").childNodes, ` ${editor.dataset.outside.replace("{n}", outside)}`).add("bad"));
  if (!one && inside.length) {
    anchor = [top, left];
    head = inside[inside.length - 1];
    show();
  } else show({ focus: bottom >= top && right >= left });
  event.preventDefault();
});

// Mouse: a click selects, one on the selected cell asks for a shift; drag over cells to select, drag the selected cell to move it

let drag = null; // {from, moving, over, moved}

const under = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("table[data-edit] td.c");

const duty = (place) => (grid.at(...place).classList.contains("leave") ? "" : text(place)); // leave is no duty, and stays where it is

function trade(from, to) { // what a drop does: move, or exchange
  return [[...from, duty(to)], [...to, duty(from)]];
}

function weigh(cell) {
  const place = grid.place(cell);
  table.querySelectorAll("td.over").forEach((one) => one.classList.remove("over"));
  cell.classList.add("over");
  effect.replaceChildren();
  const asked = drag;
  const bar = document.getElementById("edit-bar");
  window.htmx.ajax("POST", editor.dataset.weigh, {
    source: effect,
    target: "#effect",
    swap: "innerHTML",
    headers: { "X-CSRFToken": bar.querySelector("[name=csrfmiddlewaretoken]").value },
    values: { changes: named(trade(drag.from, place)) },
  }).then(() => {
    if (drag !== asked) return;
    const at = cell.getBoundingClientRect();
    effect.style.left = `${Math.min(at.left, window.innerWidth - 340)}px`;
    effect.style.top = `${at.bottom + 6 + 120 > window.innerHeight ? at.top - 100 : at.bottom + 6}px`;
    if (!effect.matches(":popover-open")) effect.showPopover();
  });
}

function endDrag() {
  table.querySelectorAll("td.over").forEach((one) => one.classList.remove("over"));
  table.classList.remove("moving");
  if (effect.matches(":popover-open")) effect.hidePopover();
  drag = null;
}

table.addEventListener("pointerdown", (event) => {
  const cell = event.target.closest("td.c");
  if (!cell || event.button !== 0) return;
  event.preventDefault();
  const place = grid.place(cell);
  const isSame = String(place) === String(head) && String(anchor) === String(head) && cell.classList.contains("sel");
  drag = { from: place, moving: isSame && duty(place) !== "", isSame, over: cell, moved: false };
  if (!isSame) select(place, { extend: event.shiftKey });
  else cell.focus();
});
document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const cell = under(event);
  if (!cell || cell === drag.over) return;
  drag.over = cell;
  drag.moved = true;
  if (drag.moving) {
    table.classList.add("moving");
    if (String(grid.place(cell)) !== String(drag.from)) weigh(cell);
  } else select(grid.place(cell), { extend: true });
});
document.addEventListener("pointerup", (event) => {
  if (!drag) return;
  const { from, moving, moved, isSame } = drag;
  const cell = under(event);
  endDrag();
  if (moving && moved && cell && String(grid.place(cell)) !== String(from)) {
    const place = grid.place(cell);
    put(trade(from, place));
    select(place);
  } else if (!moved && isSame) openChoice();
  else if (!moved && !event.shiftKey) openPanel();
});
document.addEventListener("pointercancel", () => drag && endDrag());
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && drag) endDrag(); });

// Links and buttons beside the table

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-goto]");
  if (link) { goTo(link); event.preventDefault(); }
  if (event.target.closest("#ask-help")) help.showModal();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.step) undo(form.dataset.step);
  else if (form.matches("[data-set]")) {
    const values = Object.fromEntries(["seen", "changes", "pins"].filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value]));
    send(editor.dataset.change, values); // on what the panel was made of: what was changed since is not undone by it
  } else return;
  event.preventDefault();
});

document.addEventListener("htmx:response:error", (event) => { // an answer that is no step's: what it says, and its way out
  const { text } = event.detail.ctx;
  if (event.target !== editor || text.includes("<hx-partial")) return;
  const answer = new DOMParser().parseFromString(text, "text/html");
  const lines = [...answer.querySelectorAll("[role=alert] :is(h1, li, p)")].filter((one) => !one.querySelector("a"));
  const why = (lines.length ? lines : [answer.body]).map((one) => one.textContent.trim()).join(" ");
  say(`${editor.dataset.lost}: ${why} `, ...answer.querySelectorAll("[role=alert] a")).add("bad");
});
document.addEventListener("htmx:error", (event) => {
  if (event.target !== editor) return;
  say(editor.dataset.unheard).add("bad");
});

team?.addEventListener("change", () => { showTeam(team.value); label(); });

label();
grid.choose(here(), { focus: false });
