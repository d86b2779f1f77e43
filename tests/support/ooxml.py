"""What makes a spreadsheet program ask whether it shall repair a workbook, looked for part by part.

Beside the validation against the schemas: what those do not say (limits, references, areas that lie over each other), and
the order of elements, written down from the standard for the parts that this program writes. What it does not know is a
fault, too, so that a new feature has to be thought about.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
CUSTOM = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"

# The children of an element, in the only order in which they may stand.
ORDER = {
    "worksheet": """sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges
        scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting
        dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties
        cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF picture oleObjects controls
        webPublishItems tableParts extLst""",
    "workbook": """fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups
        externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes
        webPublishing fileRecoveryPr webPublishObjects extLst""",
    "styleSheet": "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst",
    "sheetView": "pane selection pivotSelection extLst",
    "font": "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme",
    "border": "start end left right top bottom diagonal vertical horizontal",
    "xf": "alignment protection extLst",
    "c": "f v is extLst",
    "headerFooter": "oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter",
    "dataValidation": "formula1 formula2",
    "chartSpace": """date1904 lang roundedCorners style clrMapOvr pivotFmts protection chart spPr txPr externalData
        printSettings userShapes extLst""",
    "chart": """title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly dispBlanksAs
        extLst""",
    "ser": """idx order tx spPr invertIfNegative pictureOptions marker dPt dLbls trendline errBars cat val smooth shape
        extLst""",
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId extLst",
    "lineChart": "grouping varyColors ser dLbls dropLines hiLowLines upDownBars marker smooth axId extLst",
}
ANY_ORDER = {"font"}  # a sequence by the first edition, a choice by those since
CELL = re.compile(r"([A-Z]{1,3})([1-9]\d*)")
MOST_ROWS, MOST_COLUMNS, MOST_TEXT, MOST_HEADER, MOST_LIST = 2**20, 2**14, 32_767, 255, 255
HIGHEST_ROW, WIDEST_COLUMN, LONGEST_TITLE = 409, 255, 31


def faults_of(path: Path) -> list[str]:
    """Everything that a spreadsheet program could stumble over."""
    with zipfile.ZipFile(path) as book:
        names = book.namelist()
        doubled = [name for name, count in Counter(names).items() if count > 1]
        parts = {name: book.read(name) for name in names}
    found = [f"part twice: {name}" for name in doubled]
    trees: dict[str, Element] = {}
    for name, content in parts.items():
        if name.endswith((".xml", ".rels", ".vml")):
            try:
                trees[name] = ElementTree.fromstring(content)
            except ElementTree.ParseError as error:
                found.append(f"{name}: {error}")
    found += _links(trees, set(names))
    found += _types(trees, set(names))
    styles = len(trees["xl/styles.xml"].findall(f"{MAIN}cellXfs/{MAIN}xf"))
    texts = len(trees["xl/sharedStrings.xml"]) if "xl/sharedStrings.xml" in trees else 0
    for name, tree in trees.items():
        found += [f"{name}: {fault}" for fault in _in_order(tree)]
        if name.startswith("xl/worksheets/sheet"):
            found += [f"{name}: {fault}" for fault in _sheet(tree, styles, texts)]
    found += [*_book(trees["xl/workbook.xml"]), *_styles(trees["xl/styles.xml"])]
    if "docProps/custom.xml" in trees:
        found += _properties(trees["docProps/custom.xml"])
    return found


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]


def _in_order(tree: Element) -> Iterator[str]:
    for element in tree.iter():
        name = _plain(element.tag)
        order = ORDER.get(name, "").split() if element.tag.startswith((MAIN, CHART)) else []
        if not order:
            continue
        children = [_plain(child.tag) for child in element]
        if strange := [child for child in children if child not in order]:
            yield f"{name} has {strange[0]}"
            continue
        places = [order.index(child) for child in children]
        if places != sorted(places) and name not in ANY_ORDER:
            yield f"{name}: {' '.join(dict.fromkeys(children))} are out of order"


def _links(trees: dict[str, Element], names: set[str]) -> Iterator[str]:
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        folder, _, own = name.rpartition("_rels/")
        ids = Counter(link.get("Id") for link in tree)
        yield from (f"{name}: {one} twice" for one, count in ids.items() if count > 1)
        for link in tree:
            target = link.get("Target", "")
            if link.get("TargetMode") == "External":
                continue
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(folder + target)
            if whole not in names:
                yield f"{name}: there is no {target}"
        used = {
            value for e in trees.get(folder + own.removesuffix(".rels"), Element("x")).iter() if (value := e.get(R_ID))
        }
        yield from (f"{name}: no {one}" for one in used - set(ids))


def _types(trees: dict[str, Element], names: set[str]) -> Iterator[str]:
    tree = trees["[Content_Types].xml"]
    known = {part.get("PartName", "").lstrip("/") for part in tree.findall(f"{TYPES}Override")}
    ends = {part.get("Extension") for part in tree.findall(f"{TYPES}Default")}
    yield from (f"type of a part that is not there: {name}" for name in known - names)
    for name in names - known - {"[Content_Types].xml"}:
        if name.rpartition(".")[2] not in ends or (name.endswith(".xml") and not name.endswith(".rels")):
            yield f"no type of {name}"


def _sheet(tree: Element, styles: int, texts: int) -> Iterator[str]:
    rows = [int(row.get("r", 0)) for row in tree.iter(f"{MAIN}row")]
    if rows != sorted(set(rows)) or any(not 0 < row <= MOST_ROWS for row in rows):
        yield "rows out of order"
    for row in tree.iter(f"{MAIN}row"):
        if float(row.get("ht", 0)) > HIGHEST_ROW:
            yield f"row {row.get('r')} is {row.get('ht')} high"
        columns = []
        for cell in row:
            at = cell.get("r", "")
            columns.append(_column(at))
            if not at.endswith(row.get("r", "?")) or not at.removesuffix(row.get("r", "?")).isalpha():
                yield f"{at} stands in row {row.get('r')}"
            if int(cell.get("s", 0)) >= styles:
                yield f"{at}: style {cell.get('s')} of {styles}"
            value = cell.findtext(f"{MAIN}v")
            if cell.get("t") == "s" and not (value or "").isdecimal():
                yield f"{at}: text without a number"
            elif cell.get("t") == "s" and int(value or 0) >= texts:
                yield f"{at}: text {value} of {texts}"
            elif cell.get("t", "n") == "n" and value is not None:
                float(value)
        if columns != sorted(set(columns)):
            yield f"row {row.get('r')}: cells out of order"
    for column in tree.iter(f"{MAIN}col"):
        if float(column.get("width", 0)) > WIDEST_COLUMN or int(column.get("min", 0)) > int(column.get("max", 0)):
            yield f"column {column.attrib}"
    yield from _areas(tree)
    for kind in ("oddHeader", "oddFooter"):
        if len(tree.findtext(f"{MAIN}headerFooter/{MAIN}{kind}") or "") > MOST_HEADER:
            yield f"{kind} is too long"
    for each in tree.iter(f"{MAIN}dataValidation"):
        formula = each.findtext(f"{MAIN}formula1") or ""
        if formula.startswith('"') and len(formula) - 2 > MOST_LIST:
            yield f"a list of {len(formula)} characters for {each.get('sqref')}"
    breaks = tree.find(f"{MAIN}rowBreaks")
    if breaks is not None and int(breaks.get("count", len(breaks))) != len(breaks):
        yield "row breaks are not as many as they say"


def _column(at: str) -> int:
    found = CELL.fullmatch(at)
    assert found, at
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    assert number <= MOST_COLUMNS, at
    return number


def _areas(tree: Element) -> Iterator[str]:
    """Merged areas that lie over one another, or that are one cell."""
    taken: set[tuple[int, int]] = set()
    for area in tree.iter(f"{MAIN}mergeCell"):
        ref = area.get("ref", "")
        first, _, last = ref.partition(":")
        if not last:
            yield f"{ref} is one cell"
            continue
        rows = range(int(CELL.fullmatch(first)[2]), int(CELL.fullmatch(last)[2]) + 1)  # type: ignore[index]
        cells = {(row, column) for row in rows for column in range(_column(first), _column(last) + 1)}
        if taken & cells:
            yield f"{ref} lies over another merged area"
        taken |= cells


def _book(tree: Element) -> Iterator[str]:
    sheets = tree.findall(f"{MAIN}sheets/{MAIN}sheet")
    titles = [sheet.get("name", "") for sheet in sheets]
    if len({title.casefold() for title in titles}) != len(titles):
        yield f"sheets of one name: {titles}"
    for title in titles:
        if not 0 < len(title) <= LONGEST_TITLE or re.search(r"[\[\]:*?/\\]", title) or title.strip("'") != title:
            yield f"no name for a sheet: {title}"
    names = Counter((name.get("name"), name.get("localSheetId")) for name in tree.iter(f"{MAIN}definedName"))
    yield from (f"name {name} twice" for name, count in names.items() if count > 1)
    for name in tree.iter(f"{MAIN}definedName"):
        if "#REF!" in (name.text or "") or int(name.get("localSheetId", 0)) >= len(sheets):
            yield f"name {name.get('name')} of nothing: {name.text}"


def _styles(tree: Element) -> Iterator[str]:
    counts = {name: len(tree.find(f"{MAIN}{name}") or ()) for name in ("fonts", "fills", "borders", "cellStyleXfs")}
    formats = {int(one.get("numFmtId", 0)) for one in tree.iter(f"{MAIN}numFmt")}
    for xf in tree.iter(f"{MAIN}xf"):
        for key, name in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"), ("xfId", "cellStyleXfs")):
            if int(xf.get(key, 0)) >= max(1, counts[name]):
                yield f"xf of {key} {xf.get(key)}"
        number = int(xf.get("numFmtId", 0))
        if number >= 164 and number not in formats:
            yield f"xf of number format {number}"
    for name in ("fonts", "fills", "borders", "cellXfs", "cellStyleXfs", "cellStyles", "numFmts"):
        group = tree.find(f"{MAIN}{name}")
        if group is not None and int(group.get("count", len(group))) != len(group):
            yield f"{name}: {group.get('count')} said, {len(group)} there"


def _properties(tree: Element) -> Iterator[str]:
    numbers = [int(one.get("pid", 0)) for one in tree.iter(f"{CUSTOM}property")]
    if len(set(numbers)) != len(numbers) or min(numbers, default=2) < 2:
        yield f"numbers of properties: {numbers}"
