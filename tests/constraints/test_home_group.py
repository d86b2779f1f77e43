from datetime import date

import pytest

from constraints.home_group import HomeGroup
from scheduler.domain import Shift, Worker
from tests.support.kit import Drawn

MON = date(2026, 12, 7)
POSTS = (
    Shift("订", "订单早班", 480, 960, post="订单"),
    Shift("投", "投诉早班", 480, 960, post="投诉"),
    Shift("服", "客服早班", 480, 960, post="客服"),
    Shift("杂", "杂务", 480, 960),
)
CREW = (Worker("甲", "甲", team="订单组"), Worker("乙", "乙", team="综合组"), Worker("丙", "丙", team="督导"))
RULE = HomeGroup(posts=("订单组=订单", "综合组=投诉|客服"), weight=3)


def grouped(drawing, rule=RULE, first=MON):
    return Drawn(rule, drawing, first, shifts=POSTS, workers=CREW)


def test_duties_at_the_own_groups_posts_and_without_a_post_cost_nothing():
    grouped("""
           Mon Tue Wed
        甲  订  杂  订
        乙  投  服  杂
        丙  订  投  服""").costs(0)


def test_each_duty_at_another_groups_post_costs_and_names_the_move():
    drawn = grouped("""
           Mon Tue
        甲  投  服
        乙  订  .""")
    drawn.costs(9)
    assert sorted(drawn.sentences()) == [
        "乙 (综合组) helps out at 订单 on Mon 7 Dec: 订单早班",
        "甲 (订单组) helps out at 客服 on Tue 8 Dec: 客服早班",
        "甲 (订单组) helps out at 投诉 on Mon 7 Dec: 投诉早班",
    ]
    assert drawn.sentences("zh")[0] == "甲（订单组）12月7日(周一)支援“投诉”：投诉早班"


def test_last_months_moves_cost_nothing_now():
    grouped(
        """
           31 | 1
        甲 投 | 订""",
        first=date(2027, 1, 1),
    ).costs(0)


def test_the_rule_is_off_where_no_team_of_the_desk_is_named():
    problem = grouped("""
           Mon
        甲  订""").problem
    assert not HomeGroup().applies(problem)
    assert not HomeGroup(posts=("督导=订单|投诉|客服",)).applies(problem)
    assert not HomeGroup(posts=("售前组=订单",)).applies(problem)
    assert not HomeGroup(posts=RULE.posts, weight=0).applies(problem)
    assert RULE.applies(problem)


def test_texts_are_read_strictly():
    assert HomeGroup(posts=("订单组＝订单｜投诉",)).posts
    for posts in (("订单组",), ("=订单",), ("订单组=",), ("订单组=订单|",), ("甲=订单", "甲=投诉")):
        with pytest.raises(ValueError, match=r"TEAM=POST|twice"):
            HomeGroup(posts=posts)
