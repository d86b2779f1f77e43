"""Characters that nobody sees are found and named; whatever people write stays as it is."""

from __future__ import annotations

import pytest

from scheduler.characters import HiddenCharacter, check_seen, find_hidden, make_visible

HIDDEN = (
    *("\0", "\x07", "\x1b", "\x7f", "\x85", "\n", "\t", "\u2028"),  # control
    *("\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"),  # direction
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e"),  # no width
    *("\u3164", "\u115f", "\u034f", "\u2800", "\uffa0"),  # drawn as nothing
    *("\ud800", "\udfff", "\ue000", "\U0010fffd", "\uffff", "\ufdd0", "\U000e0041"),  # no character for anybody else
)
SEEN = ("张三", "Zoë O’Neil", "１００１", "张　三", "a\u00a0b", "❤️", "𠮷野", "🙂", "ㄱ", "نور", "ë", "\U00031350")


@pytest.mark.parametrize("character", HIDDEN, ids=[f"U+{ord(each):04X}" for each in HIDDEN])
def test_a_hidden_character_is_found_and_named(character: str):
    text = f"张{character}三"
    assert find_hidden(text) == character
    assert make_visible(text) == f"张<U+{ord(character):04X}>三"
    with pytest.raises(HiddenCharacter, match=rf"^U\+{ord(character):04X}$"):
        check_seen(text)


@pytest.mark.parametrize("text", SEEN)
def test_what_people_write_is_no_hidden_character(text: str):
    check_seen(text)
    assert find_hidden(text) == ""


def test_marks_upon_marks_are_hidden_characters_beyond_the_eighth():
    assert find_hidden("a" + "\u0301" * 8 + "b" + "\u0316" * 8) == ""
    assert find_hidden("ok" + "\u0301" * 8 + "\u0316") == "\u0316"
    assert make_visible("a" + "\u0301" * 8 + "\u0316") == "a" + "\u0301" * 8 + "<U+0316>"


@pytest.mark.parametrize("text", ["张三，“早”：08:00", "张　三", "🙂 é"])
def test_what_can_be_seen_is_shown_as_it_stands(text: str):
    assert make_visible(text) == text
