"""What an approver may set aside for a request, each by its name (破例)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from scheduler.i18n import Sentence


class Override(StrEnum):
    """What may be set aside: what is not named still stands."""

    QUOTA = "quota"  # swaps and stand-ins a month
    NOTICE = "notice"  # how long beforehand it has to be asked
    OWN_DUTY = "own_duty"  # whoever takes a duty over has one of their own on that day
    FURTHER_NOTICE = "further_notice"  # duties of others that stay because they begin too soon


# What a reason set aside in releases that did not name what it was for.
UNNAMED = (Override.QUOTA, Override.NOTICE, Override.OWN_DUTY, Override.FURTHER_NOTICE)
OVERRIDE_NAMES: Mapping[Override, Sentence] = {
    Override.QUOTA: Sentence("次数", "quota"),
    Override.NOTICE: Sentence("提前时间", "notice"),
    Override.OWN_DUTY: Sentence("本人有班", "a duty of their own"),
    Override.FURTHER_NOTICE: Sentence("牵动告知时间", "notice to others"),
}
