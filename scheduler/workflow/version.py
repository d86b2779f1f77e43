"""The life of a roster version: pure functions, which read and store nothing.

::

                  published   superseded   withdrawn
    draft         live        –            –
    live          –           superseded   withdrawn
    superseded    –           –            –
    withdrawn     –           –            –

A version that is no longer live never becomes live again (RULES 5). `deadlines` says
by when a roster has to be published (RULES 4, 6, C7, C13).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from scheduler.errors import Refusal
from scheduler.i18n import Sentence


class VersionStatus(StrEnum):
    """The state of a version."""

    DRAFT = "draft"
    LIVE = "live"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


STATUS_NAMES: Mapping[str, Sentence] = {
    VersionStatus.DRAFT: Sentence("草稿", "draft"),
    VersionStatus.LIVE: Sentence("已发布", "live"),
    VersionStatus.SUPERSEDED: Sentence("已被取代", "superseded"),
    VersionStatus.WITHDRAWN: Sentence("已作废", "withdrawn"),
}
# The same for a printed page, which somebody may hold who has not heard of a newer version.
PRINTED_STATUS_NAMES: Mapping[str, Sentence] = {
    VersionStatus.DRAFT: Sentence("草稿", "DRAFT"),
    VersionStatus.LIVE: Sentence("已发布", "published"),
    VersionStatus.SUPERSEDED: Sentence("已作废（被新版取代）", "SUPERSEDED"),
    VersionStatus.WITHDRAWN: Sentence("已作废（撤回）", "WITHDRAWN"),
}

EVENTS = ("published", "superseded", "withdrawn")
OF_VERSIONS = ("drafted", *EVENTS)  # what befalls a version, from its making on
# The names of all events in the log.
EVENT_NAMES: Mapping[str, Sentence] = {
    "drafted": Sentence("编制", "drafted"),
    "published": Sentence("发布", "published"),
    "superseded": Sentence("被取代", "superseded"),
    "withdrawn": Sentence("作废", "withdrawn"),
    "received": Sentence("签收", "received"),
    "returned": Sentence("收回", "returned"),
    "requested": Sentence("申请", "requested"),
    "confirmed": Sentence("确认", "confirmed"),
    "rechecked": Sentence("重新核对", "checked again"),
    "approved": Sentence("批准", "approved"),
    "refused": Sentence("驳回", "refused"),
    "cancelled": Sentence("撤回", "cancelled"),
    "undone": Sentence("撤销", "taken back"),
    "overtaken": Sentence("落空", "overtaken"),
    "entered": Sentence("补记", "entered afterwards"),
    "restored": Sentence("恢复备份", "restored from a backup"),
    "settled": Sentence("结清", "settled"),
    "forgotten": Sentence("删除私密内容", "private facts erased"),
    "link_shut": Sentence("停用链接", "link shut"),
    "changed": Sentence("改表", "table changed"),
    "taken": Sentence("取人事工时表", "HR workbook taken"),
}
STEPS: Mapping[tuple[VersionStatus, str], VersionStatus] = {
    (VersionStatus.DRAFT, "published"): VersionStatus.LIVE,
    (VersionStatus.LIVE, "superseded"): VersionStatus.SUPERSEDED,
    (VersionStatus.LIVE, "withdrawn"): VersionStatus.WITHDRAWN,
}

# Why each other step is refused.
REFUSED: Mapping[tuple[VersionStatus, str], Sentence] = {
    (VersionStatus.DRAFT, "superseded"): Sentence(
        "草稿从未生效，谈不上被取代", "a draft was never in force: there is nothing to supersede"
    ),
    (VersionStatus.DRAFT, "withdrawn"): Sentence(
        "草稿从未生效，不用作废", "a draft cannot be withdrawn: it was never in force"
    ),
    (VersionStatus.LIVE, "published"): Sentence("这一版已经发布", "this version is published already"),
    (VersionStatus.SUPERSEDED, "published"): Sentence(
        "已被取代的版本不能再发布：请重新排班", "a superseded version cannot be published again: make a new one"
    ),
    (VersionStatus.SUPERSEDED, "superseded"): Sentence("这一版早已被取代", "this version has been superseded before"),
    (VersionStatus.SUPERSEDED, "withdrawn"): Sentence(
        "这一版已被取代，不用再作废", "a superseded version cannot be withdrawn: it is not in force any more"
    ),
    (VersionStatus.WITHDRAWN, "published"): Sentence(
        "已作废的版本不能再发布：请重新排班", "a withdrawn version cannot be published again: make a new one"
    ),
    (VersionStatus.WITHDRAWN, "superseded"): Sentence(
        "这一版已作废，谈不上被取代", "a withdrawn version cannot be superseded: it is not in force any more"
    ),
    (VersionStatus.WITHDRAWN, "withdrawn"): Sentence("这一版早已作废", "this version has been withdrawn before"),
}
NO_STEP = Sentence("版本没有“{event}”这一步", "a version's life has no step “{event}”")


def next_status(status: VersionStatus, event: str) -> VersionStatus:
    """The status of a version after an event.

    Parameters
    ----------
    event : str
        One of `EVENTS`.

    Raises
    ------
    Refusal
        A version of this status has no such step.
    """
    if (status, event) in STEPS:
        return STEPS[status, event]
    raise Refusal(REFUSED.get((status, event), NO_STEP), event=event)


@dataclass(frozen=True)
class Recipient:
    """A department or a person who gets a copy of a version; for a worker of the desk, `id` is the worker's id."""

    kind: Literal["department", "person"]
    id: str
    name: str
