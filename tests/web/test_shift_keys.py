"""Which key sets which shift."""

from __future__ import annotations

from scheduler.web.shift_keys import find_keys


def test_a_code_has_the_first_letter_of_its_reading():
    assert find_keys(["早", "中", "夜", "晚", "白", "啊", "座"]) == dict(zip("早中夜晚白啊座", "zzywbaz", strict=True))
    assert find_keys(["D1", "n", "8", "龘", "*", ""]) == {"D1": "d", "n": "n", "8": "8", "龘": "", "*": "", "": ""}
