"""For whom something is made, as it is said on the command line."""

from __future__ import annotations

from scheduler.app.people import called, names_of, people_of
from scheduler.errors import UnknownPerson
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.schema.text import normal_width
from scheduler.i18n import LANGS, Sentence
from scheduler.workflow.readers import AUDIENCE_NAMES, EVERYBODY, Audience, Private, Reader
from scheduler.workflow.rights import Rights
from scheduler.workflow.titles import Rank

AUDIENCES = tuple(one for one in Audience if one != Audience.PERSON)
NO_READER = Sentence(
    "不知道“{id}”是谁：--for 写 {known}，或本部门一人的工号",
    "nobody knows who “{id}” is: --for takes {known}, or the id of somebody of the desk",
)


def find_reader(files: DeskFiles, who: str | Reader) -> Reader:
    """For whom something is to be made: an audience by its name in either language, or somebody by an id they have or had.

    Parameters
    ----------
    who : str or Reader
        Empty for everybody; whom one knows already is taken as it is.

    Raises
    ------
    UnknownPerson
        It is neither; it tells whose name it is.
    """
    if isinstance(who, Reader):
        return who
    word = normal_width(who).casefold()
    if not word:
        return EVERYBODY
    for audience in AUDIENCES:
        if word in (audience.value, *(AUDIENCE_NAMES[audience].say(lang).casefold() for lang in LANGS)):
            return Reader(audience)
    people = people_of(files)
    ids = [one.id for one in people.values() if one.id == who or who in one.formerly]
    if len(ids) != 1:
        raise UnknownPerson(NO_READER, who, called(names_of(people), who), known=", ".join(AUDIENCES))
    return Reader(Audience.PERSON, ids[0])


def reader_of(rights: Rights, who: str) -> Reader:
    """What somebody who asks may read: more than their own where they approve, or lead."""
    if rights.may_approve_something(who):
        return Reader(Audience.APPROVER, who)
    leads = who in rights.people and rights.people[who].rank >= Rank.LEAD
    return Reader(Audience.LEAD if leads else Audience.PERSON, who)


def readable_phones(files: DeskFiles, reader: Reader) -> dict[str, str]:
    """The phones that a reader may know, by id."""
    return {one.id: one.phone for one in files.workers if one.phone and reader.may_read(Private.PHONE, one.id)}
