"""Every regime has a sample folder that is read, made, audited and explained, with configuration alone."""

from __future__ import annotations

import re
import tomllib
from datetime import date

import pytest

from scheduler.app.people import rights_of
from scheduler.audit.audit import audit, with_history
from scheduler.audit.first_words import first_words
from scheduler.audit.obstacle_words import say_obstacle
from scheduler.domain import Month
from scheduler.files.reading.desk import read_desk
from scheduler.files.schema.tables import TABLES
from scheduler.workflow.rights import Right, notes_on_gaps
from tests.support.sample_months import NAMES, SAMPLES, made, sample_files

# The regimes of the rules document (section 2) and their folders
REGIMES = {
    "R1": "three_shift_desk",
    "R2": "property_centre_24h",
    "R3": "management_office",
    "R4": "departments_on_duty",
    "R5": "manager_monthly_rota",
    "R6": "saturday_to_thursday",
    "R7": "two_season_office",
    "R8": "single_rest_shop",
    "R9": "taobao_evening",
    "R10": "web_shop",
    "R11": "heating_hotline",
    "R12": "hospital_desk",
    "R13": "coffee_shop",
    "R14": "call_centre",
    "R15": "front_desk_weekend",
    "R16": "mall_desk",
    "R17": "ecommerce_groups",
    "R18": "courier_depot",
    "R19": "team_hotline",
    "R20": "service_window",
}
WHOLLY_WRITTEN = {"R2", "R6", "R7", "R8"}  # whose table row marks nothing as assumed
LAST_STATEMENT, LAST_CONFLICT = 183, 20
WIDEST_GAP = 0.01
CHINESE, ENGLISH = re.compile("[\u4e00-\u9fff]{2,}"), re.compile(r"\b[a-z]+ [a-z]+ [a-z]+\b")
TELEPHONE = re.compile(r"(?<![\d-])(?:1[3-9]\d{9}|0\d{2,3}-?[1-9]\d{6,7}|400-?\d{3}-?\d{4})(?!\d)")


def texts(name: str) -> dict[str, str]:
    """The files of a sample by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sample_files(name)}


def test_every_regime_has_a_sample_and_every_sample_is_of_a_regime():
    assert set(REGIMES.values()) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_holds_tables_settings_and_a_readme_and_nothing_that_was_made_from_them(name):
    known = {f"{table.name}.csv" for table in TABLES}
    assert set(texts(name)) - known <= {"desk.toml", "README.md", "__init__.py"}


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_without_fault_and_has_an_id_of_its_own(name):
    files = read_desk(SAMPLES / name)
    assert files.desk.id.replace("-", "_") == name
    assert CHINESE.search(files.desk.name)
    assert files.problem(Month(2026, 12)).workers


@pytest.mark.parametrize("name", NAMES)
def test_december_is_made_in_seconds_without_a_violation_and_the_answer_is_honest(name):
    month = made(name)
    again = audit(month.problem, month.rulebook, month.roster)
    assert not again.broken, [violation.say("en", month.problem.names) for violation in again.broken]
    solved = month.solved
    assert again.cost == solved.objective
    assert 0 <= solved.bound <= solved.objective
    assert solved.status == ("OPTIMAL" if solved.bound == solved.objective else "FEASIBLE")
    assert solved.gap <= WIDEST_GAP, (solved.objective, solved.bound)
    assert month.roster.duties


@pytest.mark.parametrize("name", NAMES)
def test_what_is_arranged_beside_the_duties_reads_in_both_languages(name):
    month = made(name)
    whole = with_history(month.problem, month.roster.duties)
    for rule in month.rulebook.on(month.problem):
        for line in rule.arranges(month.problem, whole):
            zh, en = (line.say(lang, month.problem.names) for lang in ("zh", "en"))
            assert zh != en
            assert "{" not in zh + en


@pytest.mark.parametrize("name", NAMES)
def test_its_readme_speaks_both_languages_and_cites_clauses_by_number_for_every_file(name):
    readme = texts(name)["README.md"]
    assert len(CHINESE.findall(readme)) > 20
    assert len(ENGLISH.findall(readme)) > 20
    rows = [line.split("|")[1:-1] for line in readme.splitlines() if line.startswith("| `")]
    named = {file for row in rows for file in re.findall(r"`([^`]+)`", row[0])}
    empty = {file for file, text in texts(name).items() if file.endswith(".csv") and len(text.splitlines()) < 2}
    missing = set(texts(name)) - named - empty - {"README.md", "__init__.py"}
    assert not missing, f"{name}/README.md does not say what {missing} show"
    for row in rows:
        cited = re.findall(r"\bC?\d+\b", row[-1])
        assert cited, f"{name}/README.md cites no clause for {row[0]}"
        for number in cited:
            last = LAST_CONFLICT if number.startswith("C") else LAST_STATEMENT
            assert 1 <= int(number.removeprefix("C")) <= last, number


@pytest.mark.parametrize(
    "name", [name for regime, name in REGIMES.items() if regime not in WHOLLY_WRITTEN and name in NAMES]
)
def test_what_the_documents_do_not_say_is_printed_as_assumed_in_both_languages(name):
    files = read_desk(SAMPLES / name)
    assert files.assumed, f"{name}/desk.toml assumes nothing"
    printed = [note.say(lang) for note in made(name).problem.assumptions for lang in ("zh", "en")]
    for sentence in files.assumed:
        assert sentence.zh != sentence.en, f"{name}: {sentence.zh} has no English"
        assert CHINESE.search(sentence.zh)
        assert {sentence.say("zh"), sentence.say("en")} <= set(printed)


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_is_off_or_read_literally_says_why(name):
    rules = tomllib.loads(texts(name)["desk.toml"]).get("rules", {})
    for rule, settings in rules.items():
        if settings.get("enabled") is False:
            assert len(settings["because"]) >= 4, rule
        assert "literal" not in settings or len(settings["literal"]) >= 4, rule


@pytest.mark.parametrize("name", NAMES)
def test_nobody_in_a_sample_can_be_called(name):
    for file, text in texts(name).items():
        assert not TELEPHONE.search(text), f"{name}/{file}"
    for worker in read_desk(SAMPLES / name).workers:
        assert re.fullmatch(r"(000-\d{4})?", worker.phone), worker


@pytest.mark.parametrize("name", NAMES)
def test_somebody_may_publish_and_decide_whatever_is_asked_by_whomever(name):
    """Whoever is on the roster, somebody else may approve what concerns them; and whoever is listed is there."""
    rights = rights_of(read_desk(SAMPLES / name), date(2026, 12, 1))
    assert notes_on_gaps(rights) == ()
    for right in Right:
        assert rights.find_deciders((right,)), right
        for person in rights.people.values():
            assert not person.on_roster or rights.find_deciders((right,), {person.id}), (right, person)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_said_to_stand_against_a_sample(name):
    files = read_desk(SAMPLES / name)
    for month in (Month(2026, 12), Month(2027, 1), Month(2027, 2)):
        problem = files.problem(month)
        words = first_words(problem, files.rulebook)
        assert words.obstacles == (), [say_obstacle(one, problem, "en") for one in words.obstacles]
        assert words.possible
        assert words.whole
