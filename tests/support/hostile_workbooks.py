"""Workbooks that are made to hang, to swell or to confuse whoever reads them; each kind by its name, sizes drawn from a seed."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DAYS = "".join(
    f'<c r="{"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n % 26] if n < 26 else "A" + chr(39 + n)}3"><v>{n}</v></c>'
    for n in range(1, 26)
)


def plain_parts(cells: str = DAYS, sheets: int = 1, sheet_name: str = "排班表") -> dict[str, bytes]:
    """The parts of a small workbook whose sheet holds the rows `cells`."""
    names = [sheet_name, *(f"表{n}" for n in range(2, sheets + 1))]
    listed = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId1"/>' for n, name in enumerate(names, 1))
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPE}.sharedStrings+xml"/></Types>'
        ).encode(),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{LINKS}/officeDocument" '
            f'Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{LINKS}/styles" Target="styles.xml"/>'
            f'<Relationship Id="rId3" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        ).encode(),
        "xl/styles.xml": styles(),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>早</t></si></sst>'.encode(),
        "xl/worksheets/sheet1.xml": sheet(f'<row r="3">{cells}</row>'),
    }


def sheet(rows: str, after: str = "") -> bytes:
    """A sheet's part with these rows."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def styles(formats: str = "", applied: str = '<xf numFmtId="0"/>') -> bytes:
    """The part of styles."""
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><fonts><font/></fonts><fills><fill><patternFill/></fill></fills>'
        f'<borders><border/></borders><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs>{applied}</cellXfs></styleSheet>'
    ).encode()


def packed(parts: Mapping[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    """The parts as a workbook's bytes."""
    made = io.BytesIO()
    with ZipFile(made, "w", method, compresslevel=6 if method == ZIP_DEFLATED else None) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _with(name: str, content: bytes) -> bytes:
    return packed(plain_parts() | {name: content})


def _far_cell(draw: random.Random) -> bytes:
    far = draw.choice(["A1048576", "XFD1048576", "XFD1", "ZZZ9999999", f"B{draw.randint(50_000, 1_000_000)}"])
    number = far.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return _with(
        "xl/worksheets/sheet1.xml", sheet(f'<row r="3">{DAYS}</row><row r="{number}"><c r="{far}"><v>1</v></c></row>')
    )


def _wide_rows(draw: random.Random) -> bytes:
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, draw.randint(20_000, 200_000)))
    return _with("xl/worksheets/sheet1.xml", sheet(rows))


def _merged(draw: random.Random) -> bytes:
    areas = "".join(
        f'<mergeCell ref="A{n}:XFD{n + draw.randint(0, 900_000)}"/>' for n in range(1, draw.choice([3, 300, 60_000]))
    )
    return _with("xl/worksheets/sheet1.xml", sheet(f'<row r="3">{DAYS}</row>', f"<mergeCells>{areas}</mergeCells>"))


def _empty_cells(draw: random.Random) -> bytes:
    row = '<c s="0"/>' * 1000
    return _with("xl/worksheets/sheet1.xml", sheet(f"<row>{row}</row>" * draw.randint(600, 5000)))


def _prefixed_cells(draw: random.Random) -> bytes:
    body = "<x:row>" + "<x:c/>" * 1000 + "</x:row>"
    content = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{body * draw.randint(600, 4000)}</x:sheetData></x:worksheet>'
    return _with("xl/worksheets/sheet1.xml", content.encode())


def _strings(draw: random.Random) -> bytes:
    return _with(
        "xl/sharedStrings.xml",
        f'<sst xmlns="{MAIN}">{"<si><t>a</t></si>" * draw.randint(400_000, 3_000_000)}</sst>'.encode(),
    )


def _rich_strings(draw: random.Random) -> bytes:
    runs = "<r><rPr/><t>a</t></r>" * draw.randint(200_000, 1_500_000)
    return _with("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}"><si>{runs}</si></sst>'.encode())


def _long_text(draw: random.Random) -> bytes:
    text = "长" * draw.randint(40_000, 20_000_000)
    return _with("xl/worksheets/sheet1.xml", sheet(f'<row><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'))


def _sheets(draw: random.Random) -> bytes:
    return packed(plain_parts(sheets=draw.randint(301, 3000)))


def _formats(draw: random.Random) -> bytes:
    code = draw.choice(
        ["&quot;" * 4000, "[" * 20_000, "\\" * 100_001, "[$-" + "x" * 60_000, "d" * 1_000_000, "_(" * 30_000]
    )
    kept = draw.choice([1, 1, 2000])
    formats = "".join(
        f'<numFmt numFmtId="{200 + n}" formatCode="{code if kept == 1 else code[:60]}"/>' for n in range(kept)
    )
    return _with("xl/styles.xml", styles(formats, "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(kept))))


def _styles(draw: random.Random) -> bytes:
    return _with("xl/styles.xml", styles(applied='<xf numFmtId="14"/>' * draw.randint(100_000, 1_000_000)))


def _entities(draw: random.Random) -> bytes:
    depth = draw.randint(5, 12)
    entities = '<!ENTITY e0 "aaaaaaaaaa">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, depth))
    content = f'<!DOCTYPE x [{entities}]><sst xmlns="{MAIN}"><si><t>&e{depth - 1};</t></si></sst>'
    return _with(draw.choice(["xl/sharedStrings.xml", "xl/workbook.xml", "docProps/custom.xml"]), content.encode())


def _outer_entity(draw: random.Random) -> bytes:
    target = draw.choice(["file:///etc/passwd", "file:///dev/zero", "http://127.0.0.1:9/x"])
    content = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{target}">]><sst xmlns="{MAIN}"><si><t>&e;</t></si></sst>'
    return _with("xl/sharedStrings.xml", content.encode())


def _utf16(draw: random.Random) -> bytes:
    rows = "<row><c/></row>" * draw.randint(10, 900_000)
    content = f'<?xml version="1.0" encoding="utf-16"?>{sheet(rows).decode()}'
    return _with("xl/worksheets/sheet1.xml", content.encode("utf-16"))


def _deep(draw: random.Random) -> bytes:
    depth = draw.randint(2_000, 1_000_000)
    name = draw.choice(
        ["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]
    )
    return _with(name, b"<a>" * depth + b"</a>" * depth)


def _attributes(draw: random.Random) -> bytes:
    many = "".join(f' a{n}="1"' for n in range(draw.randint(10_000, 300_000)))
    return _with("xl/worksheets/sheet1.xml", sheet(f'<row r="1"{many}><c r="A1"><v>1</v></c></row>'))


def _numbers(draw: random.Random) -> bytes:
    value = draw.choice(["9" * 100_000, "1e400", "-1e999", "nan", "1e308", "0x10", "9" * 4_000_000])
    column = draw.choice(["", ' t="n"', ' t="d"', ' t="b"', ' t="s"', ' t="e"', ' t="str"', ' t="?"'])
    return _with("xl/worksheets/sheet1.xml", sheet(f'<row r="1"><c r="A1"{column}><v>{value}</v></c></row>'))


def _dates(draw: random.Random) -> bytes:
    cells = "".join(f'<c r="A{n}" s="0"><v>{draw.choice([-1, 1e15, 2_958_466, 0.5, 60])}</v></c>' for n in range(1, 9))
    return packed(
        plain_parts()
        | {
            "xl/styles.xml": styles(applied='<xf numFmtId="14"/>'),
            "xl/worksheets/sheet1.xml": sheet(f"<row>{cells}</row>"),
        }
    )


def _formulas(draw: random.Random) -> bytes:
    cell = draw.choice(
        [
            "<f>A1</f>",
            '<f t="array" ref="A1:XFD1048576">1</f>',
            '<f t="shared" si="0" ref="A1:A9">B1</f>',
            '<f t="dataTable" ref="A1:B2"/>',
        ]
    )
    rows = "".join(f'<row r="{n}"><c r="A{n}">{cell}</c></row>' for n in range(1, draw.randint(2, 150_000)))
    return _with("xl/worksheets/sheet1.xml", sheet(rows))


def _names(draw: random.Random) -> bytes:
    text = escape(draw.choice(["../../etc", "a" * 50_000, "\u202e排班表", "‌‍", "[x]:'*?/\\", "=cmd|' /C calc'!A0"]))
    return packed(plain_parts(sheet_name=text))


def _targets(draw: random.Random) -> bytes:
    target = draw.choice(
        ["../../../../etc/passwd", "/dev/zero", "workbook.xml", "../_rels/.rels", "http://127.0.0.1:9/", ""]
    )
    parts = plain_parts()
    name = "xl/_rels/workbook.xml.rels"
    return packed(parts | {name: parts[name].replace(b"worksheets/sheet1.xml", target.encode())})


def _inflated(draw: random.Random) -> bytes:
    return _with(
        draw.choice(["xl/worksheets/sheet1.xml", "xl/media/image1.png", "xl/workbook.xml"]),
        b" " * draw.randint(100, 400) * 2**20,
    )


def _lying_sizes(draw: random.Random) -> bytes:
    content = bytearray(_with("xl/worksheets/sheet1.xml", sheet("<row><c/></row>" * 50_000)))
    for at in range(len(content) - 46):
        if content[at : at + 4] == b"PK\x01\x02":
            struct.pack_into("<L", content, at + 24, draw.choice([0, 1, 2**31, 2**32 - 2]))
    return bytes(content)


def _many_parts(draw: random.Random) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_STORED) as archive:
        for name, content in plain_parts().items():
            archive.writestr(name, content)
        for number in range(draw.randint(5_001, 60_000)):
            archive.writestr(f"p/{number}", b"")
    return made.getvalue()


def _twice(draw: random.Random) -> bytes:
    parts = plain_parts()
    name = draw.choice(list(parts))
    return packed(parts | {"X" * len(name): parts[name]}).replace(b"X" * len(name), name.encode())


def _directory(draw: random.Random) -> bytes:
    sizes = draw.choice([(0xFFFF, 0xFFFFFFFF), (3, 0x7FFFFFFF), (65534, 1), (0, 0)])
    return (
        b"PK\x03\x04"
        + b"\0" * draw.randint(0, 5000)
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, sizes[0], sizes[0], sizes[1], 4, 0)
    )


def _cut(draw: random.Random) -> bytes:
    whole = packed(plain_parts())
    return whole[: draw.randint(1, len(whole) - 1)]


def _flipped(draw: random.Random) -> bytes:
    whole = bytearray(packed(plain_parts()))
    for _ in range(draw.randint(1, 60)):
        whole[draw.randrange(len(whole))] = draw.randrange(256)
    return bytes(whole)


def _noise(draw: random.Random) -> bytes:
    return draw.choice(
        [b"", b"PK", b"\xd0\xcf\x11\xe0" + draw.randbytes(5000), draw.randbytes(100_000), b"PK\x03\x04" * 9]
    )


def _missing_part(draw: random.Random) -> bytes:
    parts = plain_parts()
    del parts[draw.choice(list(parts))]
    return packed(parts)


def _wrong_stream(draw: random.Random) -> bytes:
    whole = bytearray(packed(plain_parts()))
    at = whole.find(zlib.compress(b"")[:1], 40)
    whole[max(40, at) : max(40, at) + 200] = draw.randbytes(200)
    return bytes(whole)


KINDS: Mapping[str, Callable[[random.Random], bytes]] = {
    "a cell far away": _far_cell,
    "rows that are very wide": _wide_rows,
    "merged areas": _merged,
    "empty cells": _empty_cells,
    "cells by another prefix": _prefixed_cells,
    "shared strings": _strings,
    "rich strings": _rich_strings,
    "a long text": _long_text,
    "sheets of one part": _sheets,
    "number formats": _formats,
    "cell formats": _styles,
    "entities": _entities,
    "an entity from elsewhere": _outer_entity,
    "UTF-16": _utf16,
    "deep elements": _deep,
    "attributes": _attributes,
    "numbers": _numbers,
    "dates": _dates,
    "formulas": _formulas,
    "names": _names,
    "targets": _targets,
    "an inflated part": _inflated,
    "lying sizes": _lying_sizes,
    "very many parts": _many_parts,
    "parts twice": _twice,
    "a lying directory": _directory,
    "cut off": _cut,
    "flipped bytes": _flipped,
    "noise": _noise,
    "a part missing": _missing_part,
    "a wrong stream": _wrong_stream,
}


def hostile_workbook(kind: str, seed: int) -> bytes:
    """A workbook of a kind."""
    return KINDS[kind](random.Random(f"{kind} {seed}"))
