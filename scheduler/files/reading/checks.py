"""What is wrong with rows that can be read: each by itself, and against each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date

from scheduler.domain import Skill, within
from scheduler.errors import Fault
from scheduler.files.reading.events import check_event
from scheduler.files.reading.places import NearestWords
from scheduler.files.reading.rows import NO_HOURS, Row, Rows, span_of_row
from scheduler.files.reading.slots import check_slot
from scheduler.files.reading.values import breaks_of_row, firm_end_of_row
from scheduler.files.schema.day_parts import DayHours, TimedDay, split_days
from scheduler.files.schema.demand_tables import SLOT_TABLES
from scheduler.files.schema.shared_columns import REFERENCES
from scheduler.files.schema.table import Table
from scheduler.files.schema.tables import TABLES
from scheduler.files.schema.text import OFF_WORDS, comparable, normal_width
from scheduler.i18n import Sentence, fill_in
from scheduler.rules.book import Rulebook
from scheduler.timeline import DAY_MINUTES, clock_text

MOST_WISH_DAYS, MOST_DAYS_WISHED = 92, 200_000  # of one row, and of all


def _ordered(row: Row, first: str, last: str) -> Iterator[Fault]:
    """A fault where the last day comes before the first."""
    days = row.get(first, last)
    if days and days[0] and days[1] and days[1] < days[0]:
        expected = Sentence("不早于 {first} 的日期", "a day that is not before {first}")
        yield row.fault(last, expected, first=days[0].isoformat())


def _not_crossed(row: Row, least: str, most: str) -> Iterator[Fault]:
    """A fault where at most is less than at least."""
    terms = row.get(least, most)
    if terms and None not in terms and terms[1] < terms[0]:
        yield row.fault(most, Sentence("不小于 {least:g} 的数", "a number not below {least:g}"), least=terms[0])


def _check_worker(row: Row) -> Iterator[Fault]:
    yield from _ordered(row, "hired", "leaves")
    yield from _not_crossed(row, "least_days_in_a_row", "most_days_in_a_row")
    yield from _not_crossed(row, "least_hours", "most_hours")
    yield from _ordered(row, "protection_from", "protection_to")
    protection = row.get("protection", "protection_from", "protection_to")
    if protection and not protection[0] and any(protection):
        yield row.fault(
            "protection", Sentence("有保护日期就须写明特殊保护", "the kind of protection, as dates are given for it")
        )


def _check_shift(row: Row) -> Iterator[Fault]:
    code, hours = row.get("code"), span_of_row(row)
    if code and comparable(code[0]) in OFF_WORDS:
        yield row.fault("code", Sentence("不是表示休息的词", "a word that does not mean a day off"))
    if not hours:
        return
    start, end = hours
    if start >= DAY_MINUTES:
        yield row.fault("start", Sentence("24:00 之前的时刻", "a time before 24:00"))
    elif row["end"] == start == 0:
        yield row.fault("end", NO_HOURS)
    elif end > start + DAY_MINUTES:
        yield row.fault("end", Sentence("班次至多 24 小时", "an end within 24 hours of the start"))
    before = start
    for column, rest_break in breaks_of_row(row, start):
        if not before < rest_break.start < rest_break.end < end:
            expected = Sentence(
                "班次 {start}-{end} 之内、不碰两端且互不重叠的休息",
                "breaks inside {start}-{end} that touch neither the shift's ends nor each other",
            )
            yield row.fault(column, expected, start=clock_text(start), end=clock_text(end))
        before = rest_break.end
    yield from _check_elastic(row, start, end, before)


def _check_elastic(row: Row, start: int, end: int, last_break_end: int) -> Iterator[Fault]:
    """A fault where an elastic end does not begin inside the shift, behind its breaks."""
    found = row.get("firm_end")
    if found and found[0] is not None and not last_break_end < firm_end_of_row(row, start) < end:  # type: ignore[operator]
        expected = Sentence("休息之后、{end} 之前的时刻", "a time after the breaks and before {end}")
        yield row.fault("firm_end", expected, end=clock_text(end))


def _check_demand(row: Row) -> Iterator[Fault]:
    heads = row.get("least", "target", "most")
    if not heads:
        return
    least, target, most = heads
    if target is not None and target < least:
        yield row.fault(
            "target", Sentence("不小于最少 {least} 的数", "a number not below the least, {least}"), least=least
        )
    floor = max(least, target or 0)
    if most is not None and most < floor:
        yield row.fault(
            "most", Sentence("不小于目标 {floor} 的数", "a number not below the target, {floor}"), floor=floor
        )


def _check_leave(row: Row) -> Iterator[Fault]:
    yield from _ordered(row, "first", "last")
    asked = row.get("first", "last", "part")
    if not asked:
        return
    first, last, part = asked
    if part is not None and (isinstance(first, TimedDay) or isinstance(last, TimedDay)):
        yield row.fault("part", PART_OR_TIMES)
    elif part is None and (last is None or last >= first):
        for _, _, span in split_days(first, last, None, DAY_MINUTES // 2):
            if span and span[0] >= span[1]:
                yield row.fault("last", Sentence("晚于开始的时刻", "a time after the start"))


def _check_request(row: Row) -> Iterator[Fault]:
    yield from _ordered(row, "first", "last")
    days, wish = row.get("first", "last"), row.get("wants", "shift")
    if days and days[1] and (days[1] - days[0]).days >= MOST_WISH_DAYS:
        yield row.fault("last", Sentence("至多 {most} 天", "at most {most} days"), most=MOST_WISH_DAYS)
    if wish and wish[0] == "rest" and wish[1]:
        expected = Sentence("空格：“休”不针对某个班次", "an empty cell, as a rest is from every shift")
        yield row.fault("shift", expected)


def _check_overtime(row: Row) -> Iterator[Fault]:
    """A fault where overtime with a time begins too late for its day, or takes none."""
    terms = row.get("hours", "start")
    if not terms or terms[1] is None:
        return
    if terms[1] >= 2 * DAY_MINUTES:
        yield row.fault("start", Sentence("次日24:00 之前的时刻", "a time before 24:00 of the next day"))
    if round(60 * terms[0]) < 1:
        yield row.fault("hours", Sentence("大于 0 的小时数（写了开始时间）", "hours above 0, as a start is given"))


PART_OR_TIMES = Sentence(
    "空格：起止日期已带时刻，二者只写其一", "an empty cell, as the dates have times: write one of the two"
)
ROW_CHECKS = {
    "people": _check_worker,
    "shifts": _check_shift,
    "demand": _check_demand,
    "leave": _check_leave,
    "requests": _check_request,
    "overtime": _check_overtime,
    "events": check_event,
    **{table.name: check_slot for table in SLOT_TABLES},
}


def check_officials(rows: Rows) -> Iterator[Fault]:
    """Officials who have the id of a worker and another name: one of the two is somebody else."""
    workers = {row["id"]: row for row in rows.get("people", ()) if row.get("id", "name")}
    for row in rows.get("officials", ()):
        found = row.get("id", "name")
        if found and found[0] in workers and found[1] != workers[found[0]]["name"]:
            expected = Sentence(
                "“{name}”：工号 {id} 在人员表里是此人（第 {row} 行），同一人须同名，不同的人须另有工号",
                "“{name}”, who has the id {id} in the people table (row {row}): the same name, or an id of their own",
            )
            there = workers[found[0]]
            yield row.fault("name", expected, name=there["name"], id=found[0], row=there.place.row)


def check_repetitions(table: Table, rows: Sequence[Row]) -> Iterator[Fault]:
    """Rows that say again what may be said once."""
    titles = [table.column(name).title for name in table.unique]
    what = Sentence("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))
    seen: dict[tuple[object, ...], Row] = {}
    for row in rows if table.unique else ():
        values = row.get(*table.unique)
        if not values:
            continue
        first = seen.setdefault(
            tuple(normal_width(value) if isinstance(value, str) else value for value in values), row
        )
        if first is not row:
            expected = Sentence("与第 {row} 行不重复的{what}", "{what} other than in row {row}")
            yield row.fault(table.unique[0], expected, row=first.place.row, what=what)


def _words(target: str, rows: Rows) -> dict[str, str] | None:
    """What stands in the column `target`, by how it is compared; `None` where that is not known."""
    table, _, column = target.partition(".")
    found = [row.values[column] for row in rows.get(table, ()) if column in row.values]
    if not found:
        return None
    words = [word for value in found for word in (value if isinstance(value, tuple) else (value,))]
    names = [word.name if isinstance(word, Skill) else word for word in words]
    former = {
        old: row.values.get("id", "") for row in rows.get("people", ()) for old in row.values.get("formerly") or ()
    }
    known = {normal_width(old): new for old, new in former.items()} if target == "people.id" else {}
    return known | {normal_width(name): name for name in names if name}


def resolve_references(rows: Rows) -> Iterator[Fault]:
    """Put what stands in the other table in place of every reference to it; faults where there is nothing."""
    vocabulary = {target: _words(target, rows) for target in REFERENCES}
    nearest = {target: NearestWords(words or ()) for target, words in vocabulary.items()}
    ids = {row.values.get("name"): row.values.get("id") for row in rows.get("people", ())}
    for table in TABLES:
        for column in table.columns:
            words = vocabulary.get(column.refers)
            if words is None:
                continue
            for row in rows.get(table.name, ()):
                value = row.values.get(column.name) or ()
                named = (value,) if isinstance(value, str) else value
                for word in (item if isinstance(item, str) else item[0] for item in named):
                    if normal_width(word) not in words:
                        tail = nearest[column.refers].tail(word)
                        if column.refers == "people.id" and ids.get(word):
                            tail = fill_in(
                                Sentence("；{name}的工号是“{id}”", "; {name} has “{id}”"), name=word, id=ids[word]
                            )
                        expected = Sentence("{what}{tail}", "{what}{tail}")
                        yield row.fault(column.name, expected, what=REFERENCES[column.refers], tail=tail)
                found = tuple(
                    words.get(normal_width(item), item)
                    if isinstance(item, str)
                    else (words.get(normal_width(item[0]), item[0]), *item[1:])  # a code with its number
                    for item in named
                )
                if found:
                    row.values[column.name] = found[0] if isinstance(value, str) else found


def check_former_ids(rows: Rows) -> Iterator[Fault]:
    """Former ids that are somebody's today, or two people's."""
    people = rows.get("people", ())
    taken = {normal_width(row.values["id"]): row for row in people if row.values.get("id")}
    for row in people:
        for old in row.values.get("formerly") or ():
            other = taken.setdefault(normal_width(old), row)
            if other is not row or normal_width(old) == normal_width(row.values.get("id", "")):
                expected = Sentence(
                    "没有别人在用、也没有别人用过的工号（第 {row} 行有它）",
                    "an id that nobody has today and nobody else had (it is that of row {row})",
                )
                yield row.fault("formerly", expected, row=other.place.row)


def check_wish_days(rows: Rows) -> Iterator[Fault]:
    """The row with which the table of requests has more days than anybody works on: each is a wish of its own."""
    days = 0
    for row in rows.get("requests", ()):
        first, last = row.get("first", "last") or (None, None)
        days += (last - first).days + 1 if first and last else 1
        if days > MOST_DAYS_WISHED:
            yield row.fault(
                "first",
                Sentence(
                    "到此行为止总共至多 {most} 天的申请", "requests of at most {most} days in all, up to this row"
                ),
                most=MOST_DAYS_WISHED,
            )
            return


def check_contradictions(rows: Rows) -> Iterator[Fault]:
    """Leave that overlaps, and fixed or past duties that cannot all hold."""
    away: dict[str, list[tuple[date, date, bool, Row]]] = {}  # for whole days
    partly: dict[str, list[tuple[DayHours, Row]]] = {}
    for row in rows.get("leave", ()):
        if absence := row.get("worker", "first", "last", "part", "approved"):
            worker, first, last, part, approved = absence
            for piece in split_days(first, last, part, DAY_MINUTES // 2) if last is None or last >= first else ():
                if piece.span:
                    partly.setdefault(worker, []).append((piece, row))
                else:
                    away.setdefault(worker, []).append((piece.first, piece.last, approved, row))
    for stretches in away.values():
        stretches.sort(key=lambda stretch: stretch[:2])
        longest = stretches[0]
        for stretch in stretches[1:]:
            if stretch[0] <= longest[1]:
                yield stretch[3].fault("first", NO_OVERLAP, row=longest[3].place.row)
            longest = max(longest, stretch, key=lambda stretch: stretch[1])
    for worker, parts in partly.items():
        yield from _overlapping_parts(parts, away.get(worker, []))
    hours = {row.values.get("code"): span_of_row(row) for row in rows.get("shifts", ())}
    employed = {row.values.get("id"): row.get("hired", "leaves") for row in rows.get("people", ())}
    for table in ("fixed", "history"):
        settled: dict[tuple[str, date], dict[str, Row]] = {}
        for row in rows.get(table, ()):
            duty = row.get("worker", "date", "shift")
            if not duty:
                continue
            worker, day, shift = duty
            others = settled.setdefault((worker, day), {})
            for code, other in others.items():
                if code != shift and not _apart(hours.get(shift), hours.get(code)):
                    expected = Sentence("与第 {row} 行不矛盾的班", "a duty that does not contradict row {row}")
                    yield row.fault("shift", expected, row=other.place.row)
            others.setdefault(shift, row)
            if table != "fixed" or not shift:
                continue
            stretches = away.get(worker, [])
            before = bisect_right(stretches, day, key=lambda stretch: stretch[0])  # no two overlap, or that is a fault
            if before and stretches[before - 1][2] and day <= stretches[before - 1][1]:
                expected = Sentence(
                    "不在已批准请假中的日期（请假表第 {row} 行）",
                    "a day without approved leave (see row {row} of the leave table)",
                )
                yield row.fault("date", expected, row=stretches[before - 1][3].place.row)
            if not within(day, *(employed.get(worker) or (None, None))):
                yield row.fault("date", Sentence("在职期间的日期", "a day of the worker's employment"))


def _overlapping_parts(parts: list[tuple[DayHours, Row]], whole: list[tuple[date, date, bool, Row]]) -> Iterator[Fault]:
    """Hours of leave of one person that overlap other hours of theirs, or a whole day of leave."""
    lasting: list[tuple[DayHours, Row]] = [(DayHours(first, last, None), row) for first, last, _, row in whole]
    for stretch, row in sorted(parts, key=lambda part: part[0].first):
        lasting = [other for other in lasting if other[0].last >= stretch.first]
        for other, there in lasting:
            one, two = stretch.span or (0, DAY_MINUTES), other.span or (0, DAY_MINUTES)
            if other.first <= stretch.last and one[0] < two[1] and two[0] < one[1]:
                yield row.fault("first", NO_OVERLAP, row=there.place.row)
                break
        lasting.append((stretch, row))


NO_OVERLAP = Sentence("与第 {row} 行不重叠的日期和时段", "days and hours that do not overlap those of row {row}")


def _apart(first: tuple[int, int] | None, second: tuple[int, int] | None) -> bool:
    """Whether one person can work both spans of a day; a day off (no span) goes with nothing."""
    return bool(first and second and (first[1] <= second[0] or second[1] <= first[0]))


def check_fixed_twice(rows: Rows, rulebook: Rulebook) -> Iterator[Fault]:
    """A second duty that is fixed for somebody on a day, unless the desk lets people have two."""
    if not any(rule.one_duty_a_day for rule in rulebook.rules):
        return
    settled: dict[tuple[str, date], Row] = {}
    for row in rows.get("fixed", ()):
        duty = row.get("worker", "date", "shift")
        if duty and duty[2]:
            other = settled.setdefault(duty[:2], row)
            if other is not row and other["shift"] != duty[2]:
                expected = Sentence(
                    "此人当天只有一个固定班（第 {row} 行已有“{shift}”）",
                    "one fixed duty of a person on a day (row {row} has {shift} already)",
                )
                yield row.fault("shift", expected, row=other.place.row, shift=other["shift"])
