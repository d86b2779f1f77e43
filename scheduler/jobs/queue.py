"""The queue of jobs: asked for once, handed out under a lease, stopped, and brought in line with the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from scheduler.app.drafts import find_draft_of
from scheduler.app.locations import open_known_ledger
from scheduler.app.question import fingerprint_question
from scheduler.domain import Month
from scheduler.files.reading.desk import read_desk
from scheduler.i18n import LANGS, Lang, Sentence
from scheduler.jobs.models import ACTIVE, Job, Kind, State

LEASE_SECONDS = 10.0
MOST_ATTEMPTS = 3
NOT_BEGUN = Sentence("还没开始排就停下了", "it was stopped before it began")
GAVE_UP = Sentence("中断了 {n} 次，不再重试", "interrupted {n} times: not tried again")


def ask_for_job(
    home: Path,
    desk: str,
    path: Path,
    month: Month,
    *,
    limit: float,
    by: str,
    around: int | None = None,
    held: Mapping[tuple[str, date], tuple[str, ...]] | None = None,
    fewest: bool = False,
    allow_gaps: bool = False,
    store: str | None = None,
    lang: Lang = "zh",
) -> Job:
    """A job for a question: the one that there is, unless it has ended without the last word; then with another seed.

    Parameters
    ----------
    path : Path
        Of the desk, in the home.
    limit : float
        Seconds for the search.

    Raises
    ------
    InputError, LedgerError, Refusal
        It cannot be asked.
    """
    kind = Kind.GENERATE if around is None else Kind.AROUND
    for seed in count():
        fingerprint = fingerprint_question(
            path,
            month,
            time_limit=limit,
            seed=seed,
            fewest=fewest,
            allow_gaps=allow_gaps,
            held=held,
            around=around,
            store=store,
        )
        job, is_new = Job.objects.get_or_create(
            desk=desk,
            month=str(month),
            kind=kind,
            fingerprint=fingerprint,
            defaults={
                "folder": str(path.relative_to(home)),
                "seed": seed,
                "limit": limit,
                "version": around,
                "held": [[who, day.isoformat(), codes] for (who, day), codes in (held or {}).items()],
                "fewest": fewest,
                "allow_gaps": allow_gaps,
                "asked_by": by,
                "lang": lang,
            },
        )
        if is_new or job.is_active or _has_last_word(job):
            return job
    raise AssertionError  # seeds do not end


def _has_last_word(job: Job) -> bool:
    """Whether nothing else can come of the question."""
    return job.state == State.IMPOSSIBLE or (job.state == State.DONE and job.result.get("status") == "OPTIMAL")


def stop_job(job: Job) -> None:
    """Say that what there is will do; a job that nobody has begun ends at once."""
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        locked.stops += 1
        if locked.state == State.QUEUED and not locked.attempt:
            end_job(locked, State.UNDECIDED, {"lines": [[NOT_BEGUN.say(lang) for lang in LANGS]]})
        locked.save()


def claim_job(holder: str) -> Job | None:
    """The oldest job that nobody carries out, for this process; `None` where there is none."""
    now = timezone.now()
    with transaction.atomic():
        waiting = Job.objects.select_for_update().filter(state__in=ACTIVE).order_by("asked_at", "id")
        job = next((one for one in waiting if one.lease is None or one.lease < now), None)
        if job is None:
            return None
        job.attempt += 1
        job.state, job.holder = State.RUNNING, holder
        job.lease = now + timedelta(seconds=LEASE_SECONDS)
        if job.attempt > MOST_ATTEMPTS:
            lines = [[GAVE_UP.say(lang, n=MOST_ATTEMPTS) for lang in LANGS]]
            end_job(job, State.FAILED, {"lines": lines})
        job.save()
    return job if job.is_active else None


def hold_job(job: Job, progress: Mapping[str, object]) -> int | None:
    """Say that the job goes on, and how far it is; how often it was told to stop, `None` where it is another's now."""
    until = timezone.now() + timedelta(seconds=LEASE_SECONDS)
    mine = Job.objects.filter(pk=job.pk, holder=job.holder, state=State.RUNNING)
    if not mine.update(lease=until, progress=dict(progress)):
        return None
    return mine.values_list("stops", flat=True).first()


def end_job(job: Job, state: State, result: Mapping[str, object] | None = None, draft: int | None = None) -> None:
    """Put down what came of it; the row is not saved."""
    job.state, job.result, job.draft = state, dict(result or {}), draft
    job.lease, job.ended_at = None, timezone.now()


def find_recorded(job: Job, path: Path, store: str | None) -> int | None:
    """The draft of a job that the ledger holds, whatever the row says."""
    ledger = open_known_ledger(path, store)
    if ledger is None:
        return None
    with ledger:
        return find_draft_of(ledger, read_desk(path).desk.id, job.fingerprint)
