"""A QR code as a picture on a sheet."""

from __future__ import annotations

import io

import segno
from openpyxl.drawing.image import Image
from openpyxl.worksheet.worksheet import Worksheet

SCALE, BORDER = 4, 2  # dots of a module; modules of white around it


class QRPicture(Image):
    """What openpyxl takes for a picture, made without the library by which it would open one."""

    def __init__(self, text: str, size: float) -> None:
        out = io.BytesIO()
        segno.make(text, error="m", micro=False).save(out, kind="png", scale=SCALE, border=BORDER)
        self._png = out.getvalue()
        self.ref, self.format = out, "png"
        self.width = self.height = round(size * 96 / 72)  # of points in dots of a screen
        self.anchor = "A1"

    def _data(self) -> bytes:
        return self._png


def put_qr(sheet: Worksheet, cell: str, text: str, size: float) -> None:
    """Put a QR code of so many points at a cell."""
    picture = QRPicture(text, size)
    picture.anchor = cell
    sheet.add_image(picture)
