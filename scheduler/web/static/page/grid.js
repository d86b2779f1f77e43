// The roster's table walked by keys: one tab stop, arrows, the next problem. Shared by the month that is read and the one that is edited.
export const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -99], End: [0, 99] };

export class Grid {
  constructor(table) {
    this.table = table;
    table.setAttribute("role", "grid");
    this.showTeam("");
  }

  showTeam(team) { // alone, or all: what is hidden is neither walked over nor selected
    const parts = [...this.table.tBodies];
    parts.forEach((part) => { part.hidden = Boolean(team) && part.dataset.team !== team; });
    this.rows = parts.filter((part) => !part.hidden).flatMap((part) => [...part.querySelectorAll("tr[data-who]")]);
  }

  cells(row) { return [...this.rows[row].querySelectorAll("td.c")]; }

  at(row, column) {
    const cells = this.cells(Math.min(Math.max(row, 0), this.rows.length - 1));
    return cells[Math.min(Math.max(column, 0), cells.length - 1)];
  }

  place(cell) {
    const row = this.rows.indexOf(cell.closest("tr"));
    return [row, this.cells(row).indexOf(cell)];
  }

  choose(cell, { focus = true } = {}) {
    this.table.querySelectorAll("td.c[tabindex='0']").forEach((one) => { one.tabIndex = -1; });
    cell.tabIndex = 0;
    if (!focus) return;
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  step(cell, [down, right]) {
    const [row, column] = this.place(cell);
    return this.at(row + down, column + right);
  }

  nextProblem(from) {
    const bad = [...this.table.querySelectorAll("td.bad")];
    return bad.find((one) => from && from.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) ?? bad[0];
  }

  goto(where, row = 0) { // what is about a whole day stays in the row where one is
    const [who, day] = where.split(/@(?=[^@]*$)/);
    const found = this.rows.findIndex((one) => one.dataset.who === who);
    return who && found < 0 ? null : this.at(found < 0 ? row : found, Number(day.slice(-2)) - 1);
  }
}

export const isTyping = (event) => Boolean(event.target.closest?.("input, select, textarea, dialog"));
