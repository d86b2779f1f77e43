"""A home with two desks whose December is in force, Django ready for it, and somebody to log in as."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scheduler.app.change_requests import request_change
from scheduler.workflow.change_request import RequestKind
from tests.ledger.conftest import server
from tests.support.page_home import NOW, add, make_page_ready
from tests.support.published_desk import NOW as MOMENT
from tests.support.published_desk import cell, drafted, published_desk, with_changes

__all__ = ["server"]
AWAY = "T3,2026-12-11,2026-12-12,sick,yes"


@pytest.fixture(scope="session")
def _django(tmp_path_factory: pytest.TempPathFactory) -> None:
    make_page_ready(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with December in force, a draft that moves two cells, and a swap of T1 and T4 that waits for T4."""
    desk = published_desk(tmp_path_factory.mktemp("made"), leave=(AWAY,))
    assert drafted(desk, roster=with_changes(("T1", 19, ""), ("T4", 19, "早"), ("T1", 20, ""), ("T4", 20, "晚"))) == 2
    asked = request_change(
        desk, RequestKind.SWAP, "T1", "<b>看病</b>", give=cell("T1", 7), take=cell("T4", 10), now=MOMENT
    )
    assert asked.request.number == 1
    return desk


@pytest.fixture
def home(_django: None, _made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of the desks `front` and `back`; the clock stands on the fifth of December."""
    from django.test import override_settings

    from scheduler.jobs.models import Job
    from scheduler.web.models import Account, EditedVersion

    monkeypatch.setenv("SCHEDULER_NOW", NOW)
    for name in ("front", "back"):
        shutil.copytree(_made, tmp_path / name)
    with override_settings(HOME=tmp_path):
        yield tmp_path
    for kept in (Account, EditedVersion, Job):
        kept.objects.all().delete()


@pytest.fixture
def log_in(home: Path) -> Callable[..., Any]:
    """Log somebody in, by default with a seat at the desk `front`."""
    from django.test import Client

    def enter(username: str, desk: str = "front", **about: Any) -> Client:
        client = Client()
        client.force_login(add(username, desk, **about), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
