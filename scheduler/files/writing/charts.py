"""Native charts of a workbook: numbers stand in a table on the sheet, and the chart beside them is drawn from it.

They are told apart by shades and dashes, so that a black and white print can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from typing import Any, Literal

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.utils import get_column_letter

from scheduler.files.writing.page import HEAD, LEFT, PLAIN, Page
from scheduler.i18n import Lang, Sentence

SHADES = ("595959", "BFBFBF", "262626", "8C8C8C")
DASHES: tuple[Literal["solid", "sysDash", "dash", "sysDot"], ...] = ("solid", "sysDash", "dash", "sysDot")
WIDE, HIGH = 26.0, 8.5  # centimetres
CHART_ROWS, CHART_COLUMNS = 18, 14  # that a chart of that size takes


@dataclass(frozen=True)
class Picture:
    """A chart: its title, what it is of, and its series.

    Attributes
    ----------
    labels : sequence of str or date
        What stands along the axis.
    series : sequence of (Sentence, sequence of float)
        By name; one for each label.
    lines : bool
        Whether it is drawn as lines, over time say; else as bars side by side.
    stacked : bool
        Whether its bars stand upon each other.
    """

    title: Sentence
    labels: Sequence[str | date]
    series: Sequence[tuple[Sentence, Sequence[float]]]
    _: KW_ONLY
    axis: Sentence
    lines: bool = False
    stacked: bool = False


def put_pictures(page: Page, pictures: Sequence[Picture], lang: Lang) -> None:
    """Write charts below each other, with the numbers that they are drawn from to their right."""
    column = 20
    for place, picture in enumerate(pictures):
        row = 1 + place * CHART_ROWS
        _put_numbers(page, column, picture, lang)
        chart = _draw(page, column, picture, lang)
        page.sheet.add_chart(chart, f"A{row}")
        column += len(picture.series) + 2
    page.sheet.print_area = f"A1:{get_column_letter(CHART_COLUMNS)}{len(pictures) * CHART_ROWS}"
    page.sheet.page_setup.orientation = "portrait"
    page.sheet.page_setup.fitToHeight = 1  # no chart is cut in two
    page.sheet.sheet_view.showGridLines = False


def _put_numbers(page: Page, column: int, picture: Picture, lang: Lang) -> None:
    page.put(1, column, picture.title.say(lang), HEAD)
    page.set_width(column, 14)
    for at, (name, values) in enumerate(picture.series, column + 1):
        page.put(1, at, name.say(lang), HEAD)
        for row, value in enumerate(values, 2):
            page.put(row, at, float(value), PLAIN)
    for row, label in enumerate(picture.labels, 2):
        page.put(row, column, f"{label:%m-%d}" if isinstance(label, date) else label, LEFT._replace(wrap=False))


def _draw(page: Page, column: int, picture: Picture, lang: Lang) -> Any:
    chart: Any = LineChart() if picture.lines else BarChart()
    last = 1 + len(picture.labels)
    data = Reference(page.sheet, min_col=column + 1, max_col=column + len(picture.series), min_row=1, max_row=last)
    chart.add_data(data, titles_from_data=True)
    chart.set_categories(Reference(page.sheet, min_col=column, min_row=2, max_row=last))
    if picture.stacked and not picture.lines:
        chart.grouping, chart.overlap = "stacked", 100
    for place, series in enumerate(chart.series):
        shade, dash = SHADES[place % len(SHADES)], DASHES[place % len(DASHES)]
        line = LineProperties(solidFill=shade, w=19_050, prstDash=dash)
        series.graphicalProperties = (
            GraphicalProperties(ln=line) if picture.lines else GraphicalProperties(solidFill=shade)
        )
        series.smooth = False if picture.lines else None
    chart.title = picture.title.say(lang)
    chart.y_axis.title = picture.axis.say(lang)
    chart.x_axis.delete = chart.y_axis.delete = False  # or newer programs leave the axes out
    chart.y_axis.scaling.min = min(0.0, *(min(values, default=0.0) for _, values in picture.series))
    chart.legend.position = "b"
    chart.width, chart.height = WIDE, HIGH
    return chart
