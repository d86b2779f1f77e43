"""Pictures as inline SVG: bars and lines as numbers for a template, nothing drawn by a script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil

from scheduler.files.writing.charts import DASHES, SHADES, Picture
from scheduler.i18n import Lang

WIDTH, FOOT, LEFT, BELOW = 960, 174, 40, 46  # of the view box; room for numbers and for short labels
LONGEST_LABEL = 24  # characters; the table below has the whole
LETTER, SIGN = 6.0, 10.5  # how wide a Latin letter and a Chinese one are at most
SLANT = 0.71  # of a label's length that it takes to the left and down
DASH = {"solid": "none", "sysDash": "6 3", "dash": "10 4", "sysDot": "2 3"}
MOST_LABELS = 31


@dataclass(frozen=True)
class Bar:
    """A bar: where it stands, its shade, and what it says."""

    x: float
    y: float
    width: float
    height: float
    shade: str
    title: str


@dataclass(frozen=True)
class Line:
    """A line: its points, its shade and its dashes."""

    points: str
    shade: str
    dash: str


@dataclass(frozen=True)
class Drawing:
    """A picture, ready to be written."""

    title: str
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    labels: tuple[tuple[float, str], ...]
    marks: tuple[tuple[float, str], ...]
    legend: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    width: int = WIDTH
    height: int = FOOT + BELOW
    left: int = LEFT
    foot: int = FOOT


def draw(picture: Picture, lang: Lang) -> Drawing:
    """A picture of the charts' kind, for a page."""
    names = [name.say(lang) for name, _ in picture.series]
    labels = [f"{one:%m-%d}" if isinstance(one, date) else one for one in picture.labels]
    columns = list(zip(*(values for _, values in picture.series), strict=True))
    most = max((sum(values) if picture.stacked else max(values) for values in columns), default=0) or 1
    step = _step(most)
    top = step * ceil(most / step)
    short = [one if len(one) <= LONGEST_LABEL else f"{one[: LONGEST_LABEL - 1]}…" for one in labels]
    slanted = ceil(SLANT * max(map(_length, short), default=0))
    left, below_foot = max(LEFT, slanted), max(BELOW, slanted + 16)
    room = (WIDTH - left) / max(1, len(labels))

    def up(value: float) -> float:
        return round(FOOT - (FOOT - 10) * max(0.0, value) / top, 1)

    bars, lines = list[Bar](), list[Line]()
    if picture.lines:
        for place, (_, values) in enumerate(picture.series):
            points = " ".join(f"{left + room * (at + 0.5):.1f},{up(value)}" for at, value in enumerate(values))
            lines.append(Line(points, f"#{SHADES[place % len(SHADES)]}", DASH[DASHES[place % len(DASHES)]]))
    else:
        count = 1 if picture.stacked else len(picture.series)
        thick = 0.8 * room / count
        for at, values in enumerate(columns):
            below = 0.0
            for place, value in enumerate(values):
                x = left + room * (at + 0.1) + (0 if picture.stacked else place * thick)
                height = round(up(below) - up(below + value), 1)
                said = f"{labels[at]} {names[place]} {value:g}"
                shade = f"#{SHADES[place % len(SHADES)]}"
                bars.append(Bar(round(x, 1), up(below + value), round(thick, 1), height, shade, said))
                below += value if picture.stacked else 0
    every = ceil(len(labels) / MOST_LABELS) or 1
    return Drawing(
        picture.title.say(lang),
        tuple(bars),
        tuple(lines),
        tuple((round(left + room * (at + 0.5), 1), label) for at, label in enumerate(short) if at % every == 0),
        tuple((up(step * n), f"{step * n:g}") for n in range(round(top / step) + 1)),
        tuple((name, f"#{SHADES[place % len(SHADES)]}") for place, name in enumerate(names)),
        tuple(
            (label, tuple(f"{round(v, 2):g}" for v in values)) for label, values in zip(labels, columns, strict=True)
        ),
        height=FOOT + below_foot,
        left=left,
    )


def _length(text: str) -> float:
    """How long a label is at most, of letters and signs."""
    return sum(SIGN if ord(one) >= 0x1100 else LETTER for one in text)


def _step(most: float) -> float:
    """A round number of which at most six make up the greatest value."""
    for power in range(-1, 9):
        for digit in (1, 2, 5):
            if most <= 6 * digit * 10**power:
                return float(digit * 10**power)
    return most
