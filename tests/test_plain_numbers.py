"""Numbers as people write them, in every sentence."""

from __future__ import annotations

import pytest

from scheduler.i18n import Sentence, plain_number


@pytest.mark.parametrize(
    ("number", "said"),
    [(220 / 3, "73.3"), (73.30000001, "73.3"), (7.25, "7.25"), (8.0, "8"), (8, "8"), (-0.001, "0"), (1234.5, "1234.5")],
)
def test_a_number_has_a_tenth_or_hundredths_that_are_exact(number: float, said: str) -> None:
    assert plain_number(number) == said
    assert Sentence("{x:h}", "{x:h}").say("en", x=number) == said


def test_two_places_tell_a_minute_too_much() -> None:
    assert plain_number(481 / 60, 2) == "8.02"
    assert plain_number(479 / 60, 2) == "7.98"


def test_a_difference_has_its_sign_and_other_numbers_their_own_form() -> None:
    said = Sentence("", "{more:+h} of {hours:h} in {n} of {month}, {part:.2f}")
    assert said.say("en", more=-1 / 3, hours=2.5, n=3, month="May", part=0.5) == "-0.3 of 2.5 in 3 of May, 0.50"
