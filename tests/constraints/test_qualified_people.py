from datetime import date

from constraints.qualified_people import QualifiedPeople
from scheduler.domain import Shift, Skill, Worker
from tests.support.kit import Drawn

MON, TUE, WED = date(2026, 12, 7), date(2026, 12, 8), date(2026, 12, 9)
THREE_DAYS = """
           Mon Tue Wed
        甲  {0}  {0}  {0}"""
ENGLISH = (Shift("英", "english desk", 8 * 60, 16 * 60, skill="english"), Shift("早", "early", 8 * 60, 16 * 60))


def on(shift, rule=None, shifts=None, **about):
    """A worker of whom this is known, three days on one shift."""
    fields = {"shifts": shifts} if shifts else {}
    return Drawn(
        rule or QualifiedPeople(), THREE_DAYS.format(shift), MON, workers=(Worker("甲", "甲", **about),), **fields
    )


def test_a_skill_opens_its_shift_on_the_days_on_which_it_holds():
    on("英", shifts=ENGLISH, skills=(Skill("english"),)).holds()
    on("英", shifts=ENGLISH, skills=(Skill("english", MON, WED),)).holds()
    on("早", shifts=ENGLISH).holds()


def test_a_skill_that_expires_closes_its_shift_on_the_next_day():
    drawn = on("英", shifts=ENGLISH, skills=(Skill("english", last=TUE),))
    drawn.breaks("甲: 英 on Wed 9 Dec needs the skill english (found: 英)")
    assert drawn.sentences("zh") == ["甲：12月9日(周三)“英”需要“english”技能（现为 英）"]


def test_a_skill_does_not_count_before_its_first_day():
    on("英", shifts=ENGLISH, skills=(Skill("english", first=TUE),)).breaks("英 on Mon 7 Dec needs the skill english")


def test_another_skill_does_not_open_the_shift():
    on("英", shifts=ENGLISH, skills=(Skill("German"),)).breaks("Mon 7 Dec", "Tue 8 Dec", "Wed 9 Dec")


def test_a_duty_before_the_first_or_after_the_last_day_of_employment_is_found():
    on("早", hired=MON, leaves=WED).holds()
    on("早", hired=TUE).breaks("甲: not employed on Mon 7 Dec")
    on("早", leaves=TUE).breaks("甲: not employed on Wed 9 Dec")


def test_a_worker_keeps_to_the_shifts_allowed():
    on("早", only_shifts=("早", "中")).holds()
    on("夜", only_shifts=("早", "中")).breaks("甲: no 夜 on Mon 7 Dec, not among the shifts allowed", "Tue", "Wed")


def test_a_trainee_shadows_days_but_not_nights():
    on("早", qualified_from=WED).holds()
    on("夜", qualified_from=WED).breaks("甲: still a trainee on Mon 7 Dec, no night (夜)", "Tue 8 Dec")
    on("夜", qualified_from=MON).holds()


def test_the_desk_may_let_trainees_work_nights():
    on("夜", QualifiedPeople(trainee_nights=True), qualified_from=WED).holds()


def test_duties_of_last_month_are_not_looked_at_again():
    Drawn(
        QualifiedPeople(),
        """
           31 |  1
        甲 早 |  早""",
        date(2027, 1, 1),
        workers=(Worker("甲", "甲", hired=date(2027, 1, 1)),),
    ).holds()
