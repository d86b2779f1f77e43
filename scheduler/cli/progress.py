"""The progress line of a command that takes longer than a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from rich.text import Text

from scheduler.app.making import SOLVING
from scheduler.cli.answer import console, is_json
from scheduler.i18n import Lang, Sentence

if TYPE_CHECKING:
    from rich.status import Status

    from scheduler.solver.incumbent import Progress


class ProgressLine:
    """The progress line: the current stage, its seconds, incumbent and bound; rendered anew at each refresh.

    Parameters
    ----------
    limit : float or None
        Seconds after which a second solver is at work, where one was asked for: its start is not reported.
    lead : str
        Text before the line: the desk, where there are several.
    """

    def __init__(self, lang: Lang, limit: float | None, lead: str = "") -> None:
        self.lang, self.limit, self.lead = lang, limit, lead
        self.began = perf_counter()
        self.what = Sentence("读取数据", "reading")
        self.at: Progress | None = None
        self.status: Status | None = None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the line off the screen while something else is printed."""
        if self.status is None:
            yield
            return
        self.status.stop()
        yield
        self.status.start()

    def stage(self, what: Sentence) -> None:
        """Note that another stage begins."""
        self.what, self.began = what, perf_counter()

    def progress(self, at: Progress) -> None:
        """Note the search's progress."""
        self.at = at

    def __rich__(self) -> Text:
        """The line as it stands."""
        at, seconds, what = self.at, perf_counter() - self.began, self.what
        if what is SOLVING and self.limit and (seconds > self.limit or (at and at.gap == 0)):
            what = Sentence("第二求解器复核中", "second solver at work,")
        said = f"{self.lead}{what.say(self.lang)} {seconds:.0f} {Sentence('秒', 's').say(self.lang)}"
        if at is None:
            return Text(said)
        by = Sentence("{n}（{who}）", "{n} ({who})")
        best, bound = (
            "–" if n is None else by.say(self.lang, n=n, who=who)
            for n, who in ((at.incumbent, at.finder), (at.bound, at.prover))
        )
        gap = "–" if at.gap is None else f"{at.gap:.1%}"
        standing = Sentence("　代价 {best}　下界 {bound}　差距 {gap}", "  cost {best}  bound {bound}  gap {gap}")
        return Text(said + standing.say(self.lang, best=best, bound=bound, gap=gap))


@contextmanager
def watch_progress(line: ProgressLine) -> Iterator[Callable[[Progress], None] | None]:
    """Show the line on a terminal; yields its listener, or `None` where there is none."""
    screen = console(stderr=True)
    if is_json() or not screen.is_terminal:
        yield None
        return
    with screen.status(line) as line.status:
        yield line.progress
    line.status = None
