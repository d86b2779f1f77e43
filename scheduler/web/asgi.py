"""The page for an ASGI server: `uvicorn scheduler.web.asgi:application`, with the environment that `serving` names."""

from __future__ import annotations

import os
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application

from scheduler.web.settings import MOST_BYTES

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Any], Awaitable[None]]


MOST_DRAINED = 20 * MOST_BYTES  # so much of what is too large is read and forgotten: a browser hears no answer before
TOO_LARGE = "/too-large/"  # what is answered then

warnings.filterwarnings("ignore", "StreamingHttpResponse must consume")  # small static files, read at once

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.web.settings")
_django = get_asgi_application()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer a request, unless it says or turns out to be too large."""
    if scope["type"] != "http":
        return
    said = dict(scope["headers"]).get(b"content-length", b"0")
    if not said.isdigit() or int(said) > MOST_BYTES:
        if said.isdigit() and int(said) <= MOST_DRAINED:
            await _drain(receive)
        await _django(_without_body(scope), _receive_nothing(receive), send)
        return
    read = 0

    async def receive_some() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        return message if read <= MOST_BYTES else {"type": "http.disconnect"}

    await _django(scope, receive_some, send)


async def _drain(receive: Receive) -> None:
    while (message := await receive())["type"] == "http.request" and message.get("more_body"):
        pass


def _without_body(scope: Message) -> Message:
    """A request that is too large as one for the page that says so."""
    about_body = (b"content-length", b"content-type", b"transfer-encoding")
    headers = [(name, value) for name, value in scope["headers"] if name not in about_body]
    return {**scope, "method": "GET", "path": TOO_LARGE, "raw_path": TOO_LARGE.encode(), "headers": headers}


def _receive_nothing(receive: Receive) -> Receive:
    """An empty body, then what else is heard."""
    is_first = True

    async def hear() -> Message:
        nonlocal is_first
        if is_first:
            is_first = False
            return {"type": "http.request", "body": b"", "more_body": False}
        while (message := await receive())["type"] == "http.request":
            pass
        return message

    return hear
