"""The mail that goes with the papers: a text to paste, and a message to open. Nothing here is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from email.headerregistry import Group
from email.message import EmailMessage
from email.policy import SMTP
from zoneinfo import ZoneInfo

from scheduler.files.papers.issue import APPROVAL, CALLED_BACK, FACT, OTHERS_KEEP, Issue
from scheduler.files.papers.layout import issued_at
from scheduler.files.writing.labels import ASSUMED
from scheduler.files.writing.page import clean
from scheduler.i18n import LANGS, Lang, Sentence, join_items

# The mail
SUBJECT = Sentence("{desk} {month}排班表 第 {version} 版", "{desk}: roster for {month}, version {version}")
REVISED = Sentence("{subject}（第 {n} 版作废）", "{subject} (version {n} is void)")
GREETING = Sentence("各位同事：", "Dear colleagues,")
ANNOUNCED = {
    "live": Sentence(
        "{desk} {month}排班表第 {version} 版已经发布，请按此上班。",
        "Version {version} of the roster of {desk} for {month} is published. Please work by it.",
    ),
    "draft": Sentence(
        "{desk} {month}排班表第 {version} 版是草稿，供征求意见，尚不作为上班依据。",
        "Version {version} of the roster of {desk} for {month} is a draft for your opinion. Do not work by it yet.",
    ),
    "superseded": Sentence(
        "{desk} {month}排班表第 {version} 版已作废，被新版取代。",
        "Version {version} of the roster of {desk} for {month} is void: a newer one is in force.",
    ),
    "withdrawn": Sentence(
        "{desk} {month}排班表第 {version} 版已撤回作废。",
        "Version {version} of the roster of {desk} for {month} is void: it was withdrawn.",
    ),
}
MAIL_FACTS = (
    (Sentence("版本", "Version"), "version"),
    (Sentence("指纹", "Fingerprint"), "mark"),
    (Sentence("编制时间", "Made at"), "made_at"),
    (Sentence("检查结论", "Audit"), "audit"),
)
ATTACHED = Sentence("附件：", "Attached:")
FILE_LINE = Sentence("  · {name}（{what}）", "  · {name} ({what})")
SIGN_FOR_IT = Sentence("收到请在分发签收表上签字。", "Please sign for your copy on the list of receipts.")
SENT_TO = Sentence("发放：{departments}；个人 {people} 人", "Copies: {departments}; {people} people")
NO_DEPARTMENT = Sentence("无部门", "no department")


def write_text(issue: Issue, files: Sequence[tuple[str, Sentence]]) -> str:
    """The mail's text in both languages, the issue's own first."""
    others = [lang for lang in LANGS if lang != issue.lang]
    parts = ["\n".join(_lines(issue, lang, files)) for lang in (issue.lang, *others)]
    return f"\n{'-' * 40}\n\n".join(parts)


def _subject(issue: Issue, lang: Lang) -> str:
    """What the mail is about."""
    subject = SUBJECT.say(
        lang, desk=issue.problem.desk.name, month=issue.edition.month(lang), version=issue.edition.version
    )
    return REVISED.say(lang, subject=subject, n=issue.replaces) if issue.replaces else subject


def _lines(issue: Issue, lang: Lang, files: Sequence[tuple[str, Sentence]]) -> Iterator[str]:
    edition, desk = issue.edition, issue.problem.desk.name
    yield _subject(issue, lang)
    yield ""
    yield GREETING.say(lang)
    yield ""
    yield ANNOUNCED[edition.status].say(lang, desk=desk, month=edition.month(lang), version=edition.version)
    yield CALLED_BACK.say(lang, n=issue.replaces) if issue.replaces else SIGN_FOR_IT.say(lang)
    if issue.keeps_some:
        yield OTHERS_KEEP.say(lang)
    yield APPROVAL.say(lang)
    yield ""
    facts = {
        "version": f"{edition.version} · {edition.say_status(lang)}",
        "mark": issue.edition.fingerprint,
        "made_at": edition.local(edition.made_at, lang),
        "audit": edition.say_audit(lang),
    }
    yield from (FACT.say(lang, label=label, value=facts[name]) for label, name in MAIL_FACTS if facts[name])
    if issue.problem.assumptions:
        notes = ("；" if lang == "zh" else "; ").join(note.say(lang) for note in issue.problem.assumptions)
        yield ASSUMED.say(lang, notes=notes)
    departments = [each.name for each in issue.recipients if each.kind == "department"]
    people = sum(each.kind == "person" for each in issue.recipients)
    yield SENT_TO.say(lang, departments=join_items(departments, lang) or NO_DEPARTMENT.say(lang), people=people)
    yield ""
    yield ATTACHED.say(lang)
    yield from (FILE_LINE.say(lang, name=name, what=what) for name, what in files)
    yield ""


def write_message(issue: Issue, text: str, files: Sequence[tuple[str, bytes]]) -> bytes:
    """The mail as a message with its files, which a mail program opens as a draft.

    It names no sender's address and no host: the sender is an empty group
    (RFC 6854), so whoever sends it is asked for nothing but the recipients.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = clean(_subject(issue, issue.lang)).replace("\n", " ")
    message["From"] = Group(clean(issue.problem.desk.name).replace("\n", " "))
    message["To"] = Group("undisclosed-recipients")
    message["Date"] = issued_at(issue.edition).astimezone(ZoneInfo(issue.problem.desk.zone))
    message["X-Unsent"] = "1"
    message.set_content(text)
    for name, content in files:
        message.add_attachment(
            content,
            maintype="application",
            subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            if name.endswith(".xlsx")
            else "octet-stream",
            filename=name,
        )
    message.set_boundary(f"=_{hashlib.sha256(text.encode()).hexdigest()[:40]}")
    return message.as_bytes()
