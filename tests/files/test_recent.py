"""A desk as it was read last: the same while its files are, another as soon as one of them is."""

from __future__ import annotations

import os

import pytest

from scheduler.errors import InputError
from scheduler.files.reading import recent
from scheduler.files.reading.recent import read_recent
from tests.support.cli_desks import small_desk


def test_it_is_read_once_while_its_files_stay_the_same(tmp_path, monkeypatch):
    desk = small_desk(tmp_path / "desk")
    first = read_recent(desk)
    (desk / "notes.txt").write_text("x")
    monkeypatch.setattr(recent, "read_desk", lambda _: pytest.fail("read again"))
    assert read_recent(desk) is first


@pytest.mark.parametrize("keeps_time", [False, True])
def test_a_file_that_was_replaced_or_written_to_is_read(tmp_path, keeps_time):
    desk = small_desk(tmp_path / "desk")
    people = desk / "people.csv"
    before, text = people.stat(), people.read_text("utf-8")
    assert read_recent(desk).workers[0].name == "试一"
    people.write_text(text.replace("试一", "试壹"), "utf-8")  # as many bytes
    if keeps_time:
        os.utime(people, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert read_recent(desk).workers[0].name == "试壹"


def test_a_new_table_is_read_and_faults_are_told_each_time_until_they_are_mended(tmp_path):
    desk = small_desk(tmp_path / "desk")
    assert read_recent(desk).wishes == ()
    wishes = desk / "requests.csv"
    wishes.write_text("工号,开始日期,意愿\nT1,2026-12-03,什么\n", "utf-8")
    for _ in range(2):
        with pytest.raises(InputError):
            read_recent(desk)
    wishes.write_text("工号,开始日期,意愿\nT1,2026-12-03,休\n", "utf-8")
    assert len(read_recent(desk).wishes) == 1


def test_no_more_desks_are_kept_than_there_is_room_for(tmp_path, monkeypatch):
    monkeypatch.setattr(recent, "MOST_KEPT", 2)
    for number in range(4):
        read_recent(small_desk(tmp_path / f"desk{number}"))
    assert len(recent._kept) <= 2
