"""The program and the model side by side: each step is foretold by the model, taken by the program, and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from scheduler.errors import SchedulerError
from tests.life.asking import Scene, Told, drop_overridden, told_as
from tests.life.brute import Cell, Codes, World
from tests.life.deciding import Approval, ask, decide, differs
from tests.life.desks import ONE_DAY, Facts, Tables, tables_of
from tests.life.model import Ask, Life, Month, Version, clean, days_of_month, month_of, next_month
from tests.life.program import WORDS as SENTENCES
from tests.life.program import Program, noted, to_told, word_of
from tests.life.replanning import Rest
from tests.life.rights import Refused

Pick = Callable[[Sequence[Any]], Any]
MONTHS = (date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1))
END = datetime(2027, 3, 1)


class Disagreement(AssertionError):
    """The program did something else than the model foretold."""


class Both:
    """A desk, lived twice.

    Parameters
    ----------
    pick : callable
        Chooses one of several; whoever drives decides how.
    """

    def __init__(self, folder: Path, people: int, store: str | None = None) -> None:
        tables = tables_of(people)
        self.program = Program(folder, tables, store)
        self.life = Life(tables, self.program.now)
        self.pick: Pick = lambda options: options[0]
        self.counts: Counter[str] = Counter()
        self.said: set[object] = set()
        self.trail: list[str] = []
        self.standing: object = None
        self.unsure = 0

    # Help

    def count(self, step: str, outcome: str) -> None:
        self.counts[f"{step}: {outcome}"] += 1
        self.tell(f"{step}: {outcome}")

    def tell(self, what: str) -> None:
        self.trail.append(f"{self.life.now:%m-%d %H:%M} {what}")

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Add to a disagreement the life that led to it."""
        try:
            yield
        except Exception as error:
            error.add_note("\n".join(["the life:", *self.trail]))
            raise

    def both(self, step: str, foretold: Callable[[], Any], done: Callable[[], Any]) -> tuple[Any, Any] | None:
        """Foretell a step and take it; `None` if both refuse for the same reason."""
        expected: Any = None
        refused = ""
        try:
            expected = foretold()
        except Refused as refusal:
            refused = str(refusal)
        try:
            actual = done()
        except SchedulerError as error:
            if word_of(error) != refused:
                raise Disagreement(
                    f"{step}: {refused or 'possible'}, but the program: {word_of(error)}: {error}"
                ) from error
            self.count(step, refused)
            return None
        if refused:
            raise Disagreement(f"{step}: {refused} was foretold, and the program did it")
        return expected, actual

    def agree(self, step: str, *pairs: tuple[str, object, object]) -> None:
        for what, foretold, found in pairs:
            if foretold != found:
                raise Disagreement(f"{step}: {what} {foretold} was foretold, {found} found")

    # The desk's months

    def generate(self, month: Month) -> None:
        self.tell(f"generate {month:%Y-%m} …")
        made = self.program.generate(month)
        facts = Facts(((month, self.life.tables),))
        if made.version is None:
            self.count("generate", made.outcome.status)
            if self.find_roster(month):
                raise Disagreement(f"generate {month}: {made.outcome.status}, but there is a roster")
            return
        version = self.life.draft(made.version, month, self.program.duties(made.version), facts)
        self._check_legal(version, "generate")
        self.count("generate", made.outcome.status)

    def replan(self, month: Month, since: date, fewest: bool) -> None:
        """Plan the rest of a published month again."""
        self.tell(f"generate {month:%Y-%m} --from {since:%m-%d}{' --fewest' if fewest else ''} …")
        found = self.both(
            "replan", lambda: Rest.look(self.life, month, since), lambda: self.program.generate(month, since, fewest)
        )
        if not found:
            return
        rest, made = found
        if made.version is None:
            raise Disagreement(f"replan: {made.outcome.status}, though the roster in force is one")
        duties = self.program.duties(made.version)
        self.complain("replan", rest.complaints(duties, fewest))
        self.life.draft(made.version, month, duties, rest.facts)
        self.count("replan", made.outcome.status)

    def _check_legal(self, version: Version, step: str) -> None:
        life = self.life
        before = life.before(version.month)
        history, facts = (life.as_worked(before), before.facts) if before else ({}, None)
        world = World([life.view(version.month, version.facts, life.granted(), on_paper=True)], facts)
        broken = world.broken(history | version.duties)
        if broken or life.broken_after(version):
            raise Disagreement(f"{step}: breaks {sorted(map(str, broken))} {life.broken_after(version)}")

    def find_roster(self, month: Month) -> dict[Cell, Codes] | None:
        """A legal roster, greedily; `None` where that does not find one."""
        return None

    def draft_by_hand(self, month: Month) -> None:
        """A draft as somebody would import it: the roster last in force, a few cells changed."""
        base = self.life.last_in_force(month) or next(
            (one for one in reversed(self.life.versions.values()) if one.month == month), None
        )
        if base is None:
            return
        cells = dict(base.duties)
        for _ in range(self.pick([0, 1, 2])):
            day = self.pick(days_of_month(month))
            one, other = self.pick(self.people), self.pick(self.people)
            cells[one, day], cells[other, day] = cells.get((other, day), ()), cells.get((one, day), ())
        known = {person.id for person in self.life.tables.people}
        cells = {cell: codes for cell, codes in clean(cells).items() if cell[0] in known}
        self.life.draft(self.program.draft(month, cells), month, cells)
        self.count("draft by hand", "made")

    def publish(self, number: int, by: str, late: str, over: str) -> None:
        life = self.life
        self.tell(f"{by} publishes {number} …")
        found = self.both(
            "publish",
            lambda: life.check_publish(number, by, late, over),
            lambda: self.program.publish(number, by, late, over),
        )
        if found:
            told, is_late = life.put_in_force(life.versions[number])
            given, late_said = self.program.given(number)
            self.agree("publish", ("told", told, given), ("late", is_late, late_said), ("late", is_late, found[1].late))
            self.count("publish", "late" if is_late else "over" if found[1].supersedes else "in time")

    def withdraw(self, number: int, by: str) -> None:
        life = self.life
        found = self.both("withdraw", lambda: life.withdraw(number, by), lambda: self.program.withdraw(number, by))
        if found:
            self.agree("withdraw", ("told", found[0], self.program.told(number)))
            self.count("withdraw", "done")

    def print_again(self, number: int) -> None:
        """Whatever has happened to the tables, a version's workbook is written again as it is."""
        names = {"draft": "draft", "live": "current", "superseded": "withdrawn", "withdrawn": "withdrawn"}
        version = self.life.versions[number]
        alike = [o for o in self.life.versions.values() if (o.month, o.duties) == (version.month, version.duties)]
        found = self.program.print_again(number)  # by its cells a copy is as good as one in force that has the same
        if found not in {names[one.status] for one in alike}:
            raise Disagreement(f"print {number} ({version.status}): the copy is said to be {found}")
        self.count("print", "as recorded")

    # Requests

    def ask(self, asked: Ask) -> None:
        life, kind = self.life, asked.kind
        self.tell(f"{in_short(asked)} …")
        found = self.both(f"ask {kind}", lambda: ask(life, asked), lambda: self.program.ask(asked))
        if not found:
            return
        (request, scene, objections), answer = found
        said = {SENTENCES.get(one.sentence, str(one.sentence)) for one in answer.objections}
        self.agree(f"ask {kind} {in_short(asked)}", ("objections", objections, said))
        if drop_overridden(objections, request):
            self.agree(
                f"ask {kind}", ("number", 0, answer.request.number), ("word", "refused", str(answer.verdict.word))
            )
            for one in sorted(objections):
                self.count(f"ask {kind}", one)
            return
        word, told = str(answer.verdict.word), to_told(answer.verdict.changes)
        judge = scene.judge(request)
        self.complain(f"ask {kind} {in_short(asked)}: {word} {told_as(told)}", judge.complaints(word, told))
        self.agree(f"ask {kind} {in_short(asked)}", ("said", judge.noted(told), noted(answer.notes)))
        self.unsure += judge.unsure
        self.count(f"ask {kind}", word)
        self.agree(f"ask {kind}", ("recorded", word != "refused", bool(answer.request.number)))
        moved = {cell[0] for cell, _, _ in told}
        if word != "refused":
            deciders = life.rights.approvers(request, moved)
            self.agree(f"ask {kind} {in_short(asked)}", ("who may approve", deciders, set(answer.deciders)))
            life.requests[request.number] = replace(request, word=word, changes=told)

    def complain(self, step: str, complaints: list[str]) -> None:
        if complaints:
            raise Disagreement("; ".join([step, *complaints]))

    def decide(self, event: str, number: int, by: str) -> None:
        self.tell(f"{by}: {number} {event} …")
        found = self.both(
            event, lambda: decide(self.life, number, event, by), lambda: self.program.decide(event, number, by)
        )
        if found:
            self.count(event, "done")

    def approve(self, number: int, by: str) -> None:
        """Approve; where it has to be judged anew, the program may also say that it is no more, or that other cells move."""
        life = self.life
        self.tell(f"{by} approves {number} …")
        try:
            approval = Approval.look(life, number, by)
        except Refused as refusal:
            why = refusal
            self.both("approve", lambda: _raise(why), lambda: self.program.approve(number, by))
            return
        step = f"approve {in_short(approval.request)}"
        try:
            done = self.program.approve(number, by)
        except SchedulerError as error:
            self._judged_anew(approval, by, word_of(error), f"{step}: {error}")
            return
        told = to_told(done.changes + done.entered)
        self._check_approved(approval, by, told, step)
        issued = [(row.number, row.month.first) for row in done.rows if row.number in done.issued]
        must, may = approval.months_to_issue(told)
        if not must <= {month for _, month in issued} <= may:
            raise Disagreement(f"{step}: issued {issued}, not {must} to {may}")
        entered, news = approval.carry_out(told, issued)
        self.agree(step, ("entered", set(entered), set(to_told(done.entered))))
        for version, people in news.items():
            self.agree(step, (f"told of version {version}", people, self.program.given(version)[0]))
        self.said |= {one for one in self.broken_now() if done.short or approval.request.after_fact}
        self.count(f"approve {approval.request.kind}", "judged anew" if not approval.is_sure else "as judged")

    def _check_approved(self, approval: Approval, by: str, told: Told, step: str) -> None:
        if by in {cell[0] for cell, _, _ in told}:
            raise Disagreement(f"{step}: by somebody whose cells move")
        if approval.is_sure:
            self.agree(step, ("changes", told_as(approval.told), told_as(told)))
            return
        judge = approval.judge()
        words = ["short"] if approval.request.kind == "absence" else []
        words += ["allowed_with", "allowed"]
        if approval.still and told_as(told) == told_as(approval.told):
            words.append(approval.request.word)
        complaints = [judge.complaints(word, told) for word in words]
        if all(complaints):
            self.complain(f"{step}: {told_as(told)}", min(complaints, key=len))
        self.unsure += judge.unsure

    def _judged_anew(self, approval: Approval, by: str, word: str, step: str) -> None:
        """The program refuses an approval though the model does not: is that true?"""
        if word == "INVOLVED" and (not approval.is_sure or by in {cell[0] for cell, _, _ in approval.told}):
            self.count("approve", "moves the approver")
            return
        if approval.is_sure or word not in ("NO_MORE", "OTHER_CHANGES"):
            raise Disagreement(step)
        judge = approval.judge()
        if word == "NO_MORE":
            self.complain(step, judge.complaints("refused", ()) if approval.request.kind != "absence" else ["absence"])
        else:
            said, told = self.program.judged(approval.request.number)
            self.complain(step, judge.complaints(said, told))
            number = approval.request.number
            self.life.requests[number] = replace(self.life.requests[number], word=said, changes=told)
        self.count("approve", word)

    # Receipts, clock, tables

    def sign(self, who: str) -> None:
        if self.both("sign", lambda: self.life.sign(who), lambda: self.program.receipts(sign=[who])):
            self.count("sign", "done")

    def give_back(self, who: str) -> None:
        if self.both("return", lambda: self.life.give_back(who), lambda: self.program.receipts(returned=[who])):
            self.count("return", "done")

    def wait(self, minutes: int) -> None:
        self.life.now = self.program.now = min(self.life.now + timedelta(minutes=minutes), END)
        self.count("wait", "hours" if minutes < 1440 else "days")

    def edit(self, what: str, tables: Tables) -> None:
        self.life.tables = tables
        self.program.write(tables)
        self.count("edit", what)

    # What has to be true after each step

    @property
    def people(self) -> list[str]:
        return [one.id for one in self.life.tables.people]

    @property
    def chains(self) -> list[tuple[Month, Month]]:
        """Months in force that follow one another: the first and the last."""
        found: list[tuple[Month, Month]] = []
        for month in MONTHS:
            if self.life.live(month) is None:
                continue
            if found and next_month(found[-1][1]) == month:
                found[-1] = (found[-1][0], month)
            else:
                found.append((month, month))
        return found

    def broken_now(self) -> set[object]:
        """What all months in force taken together break, as they were worked."""
        found: set[object] = set()
        for first, last in self.chains:
            scene = Scene(self.life, first, last)
            found |= set(scene.broken)
        return found

    def check(self) -> None:
        """Everything that the ledger holds is what the model knows."""
        life = self.life
        standing = (
            [(number, one.status) for number, one in life.versions.items()],
            life.granted(),
            life.tables,
            life.today,
        )
        anew, self.standing = standing != self.standing, standing
        seen = self.program.look(self.chains if anew else [])
        self.agree(
            "after it",
            ("versions", {n: (one.month, one.status) for n, one in life.versions.items()}, seen.versions),
            ("copies outstanding", life.outstanding, seen.outstanding),
            (
                "requests",
                {n: one.state for n, one in life.requests.items()},
                {n: s[0] for n, s in seen.requests.items()},
            ),
            (
                "confirmed",
                {n: set(a.confirmed) for n, a in life.requests.items()},
                {n: a[1] for n, a in seen.requests.items()},
            ),
        )
        for month, (number, duties, hours) in seen.live.items():
            version = life.versions[number]
            self.agree(f"{month} in force", ("cells", version.duties, duties), ("hours", hours_of(version), hours))
        for (first, last), broken in seen.together:
            scene = Scene(life, first, last)
            mine = set(scene.broken)
            self.agree(f"{first} to {last} together", ("broken", mine, broken))
            self._check_said(scene, broken)
        today = {month: life.due(month, Facts(((month, life.tables),))) for month in seen.due}
        self.agree("status", ("due", today, seen.due))
        if anew:
            self._check_named(seen.notes)

    def _check_named(self, notes: tuple[str, ...]) -> None:
        """Tables that have changed since a version was made are named, and nothing else is."""
        tables, present = self.life.tables, month_of(self.life.today)
        stale = [
            one for month in MONTHS if month >= present and (one := self.life.live(month)) and one.facts.now != tables
        ]
        if any(differs(one.facts, tables, one.month, one.month) for one in stale) and not notes:
            raise Disagreement("tables have changed, and status does not say so")
        if not stale and notes:
            raise Disagreement(f"no table has changed, but {notes}")

    def _check_said(self, scene: Scene, broken: set[Any]) -> None:
        """Nothing is broken that was not said: what stayed short, what was entered after the fact, what a draft leads up to."""
        entered = {cell for cells in self.life.entered.values() for cell in cells}
        world = scene.world()
        first = scene.rows[0].month
        before = self.life.live((first - ONE_DAY).replace(day=1))
        for key in broken - self.said:
            cells = set(world.scope(key))
            if cells & entered or (before is None and any(day < first for _, day in cells)):
                continue
            raise Disagreement(f"{key} is broken, and nobody said so")


def in_short(asked: Ask) -> str:
    """A request's own fields, those that are set."""
    parts = {
        name: value for name, value in vars(asked).items() if value and name not in ("kind", "by", "state", "month")
    }
    return f"{asked.by} asks {asked.kind} " + ", ".join(f"{name}={value}" for name, value in parts.items())


def _raise(error: Exception) -> Any:
    raise error


def hours_of(version: Version) -> dict[Cell, list[tuple[str, str]]]:
    from tests.life.model import hours_in

    return {
        cell: [(f"{start:%Y-%m-%dT%H:%M}", f"{end:%Y-%m-%dT%H:%M}") for start, end, _ in hours_in(version, cell)]
        for cell in version.duties
    }
