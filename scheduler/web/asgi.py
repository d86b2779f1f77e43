"""The page for an ASGI server: `uvicorn scheduler.web.asgi:application`, with the environment that `serving` names."""

from __future__ import annotations

import os
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Any], Awaitable[None]]

MOST_BYTES = 12 * 1024 * 1024  # of a request: a roster workbook has seldom more than one megabyte

warnings.filterwarnings("ignore", "StreamingHttpResponse must consume")  # small static files, read at once

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.web.settings")
_django = get_asgi_application()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer a request, unless it says or turns out to be too large."""
    if scope["type"] != "http":
        return
    said = dict(scope["headers"]).get(b"content-length", b"0")
    if not said.isdigit() or int(said) > MOST_BYTES:
        await _refuse(send)
        return
    read = 0

    async def receive_some() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        return message if read <= MOST_BYTES else {"type": "http.disconnect"}

    await _django(scope, receive_some, send)


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": "文件太大 / the file is too large".encode()})
