"""Heads of the log: on papers, in a file kept elsewhere, signed; what cannot be noted is said, and what is noted is held to."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler.app.heads import HEADER, parse_head, take_unwritten
from scheduler.files.writing.properties import read_stamp
from scheduler.ledger.store import Ledger
from tests.cli.test_versions import pinned, quick
from tests.support.cli_desks import Said, run
from tests.support.published_desk import new_desk, published_desk
from tests.support.signatures import make_keys, take_away

HASH = "0123456789abcdef" * 4


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch)
    quick(monkeypatch)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return published_desk(tmp_path)


def sign(desk: Path, who: str = "T1") -> Said:
    """A step that costs little: somebody signs for a copy."""
    return run("receipts", desk, "--sign", who, "--by", "M1", "--json")


def head(desk: Path) -> str:
    return str(run("log", desk, "--head", "--json").answer["head"])


def verify(desk: Path, *more: str | Path) -> Said:
    return run("log", desk, "--verify", "--json", *more)


# On papers


def test_papers_carry_the_head_of_their_last_step_and_the_digest_of_their_version(desk: Path) -> None:
    book = desk / "rosters" / "small-2026-12-v1.xlsx"
    handouts = next((desk / "rosters" / "small-2026-12-v1").glob("*-分发.xlsx"))
    with Ledger(f"sqlite:///{desk / 'ledger.sqlite3'}") as ledger:
        draft, published = ledger.entries("small")
    digest = str(draft.facts["content_hash"])
    assert published.head == head(desk)
    for path in (book, handouts):
        stamp = read_stamp(path)
        assert stamp
        assert (stamp.head, stamp.digest) == (published.head, digest)
    sheets = {sheet.title: sheet for path in (book, handouts) for sheet in load_workbook(path)}
    for title in ("排班表", next(name for name in sheets if name.startswith("公告栏"))):
        texts = [str(cell.value) for row in sheets[title].iter_rows() for cell in row if cell.value]
        (line,) = (text for text in texts if text.startswith("账册：记录至 "))
        printed = re.search(r"--head (\S+)）", line)
        assert printed
        assert published.head.startswith(printed[1])
        assert f"本版摘要 {digest[:16]}" in line
        assert verify(desk, "--head", printed[1]).code == 0


def test_a_void_copy_carries_the_head_of_its_end(desk: Path) -> None:
    assert run("withdraw", desk, "--version", "1", "--by", "M1", "--because", "错").code == 0
    stamp = read_stamp(desk / "rosters" / "已作废" / "small-2026-12-v1.xlsx")
    assert stamp
    assert (stamp.status, stamp.head) == ("withdrawn", head(desk))


# `log --head`


def test_the_head_is_printed_and_checked(desk: Path) -> None:
    here = head(desk)
    assert re.fullmatch(r"2:[0-9a-f]{64}", here)
    assert run("log", desk, "--head").out == run("log", "--head", desk).out == f"{here}\n"
    answer = run("log", desk, "--head", "--json").answer
    assert (answer["sequence"], answer["hash"]) == (2, here[2:])
    for good in (here, here[:14], here.upper()):
        assert verify(desk, "--head", good).code == 0, good
    said = verify(desk, "--head", f"2:{HASH}")
    assert (said.code, said.answer["status"]) == (1, "BROKEN")
    assert "与账册里的不同：记录被重写" in said.answer["broken"][0]
    assert "末尾被删去" in verify(desk, "--head", f"3:{HASH}").answer["broken"][0]
    new = new_desk(desk.parent / "new")
    assert run("log", new, "--head").out == "0:\n"


@pytest.mark.parametrize("words", [("--head", f"2:{HASH}"), ("--heads", "x"), ("--key", "x")])
def test_a_head_is_checked_with_verify_only(words: tuple[str, str], desk: Path) -> None:
    said = run("log", desk, *words, "--json")
    assert (said.code, said.answer["status"]) == (2, "BAD_INPUT")
    assert "--verify" in said.answer["errors"][0]


def test_verification_says_what_it_checked_how_far_and_what_it_cannot_find(desk: Path) -> None:
    said = verify(desk).answer
    assert (said["status"], said["broken"], len(said["cannot_find"])) == ("DONE", [], 3)
    for part in ("哈希链", "触发器", "身份", "每一步", "文件夹中的文件 8 份"):
        assert any(part in line for line in said["checked"]), part
    assert said["notes"] == []  # the papers reach to the end
    shutil.rmtree(desk / "rosters")
    assert any("没有核对任何账册之外的凭据" in note for note in verify(desk).answer["notes"])
    out = run("log", desk, "--verify", "--lang", "en").out
    for part in ("✓ the log is whole", "Checked: ", "What is not found so:", "Head 2:"):
        assert part in out


# A file of heads


@pytest.fixture
def heads(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = desk.parent / "elsewhere" / "heads"
    path.parent.mkdir()
    monkeypatch.setenv("SCHEDULER_HEADS", str(path))
    return path


def test_each_commit_is_noted_on_a_line(desk: Path, heads: Path) -> None:
    for who in ("T1", "T2"):
        assert sign(desk, who).code == 0
    assert run("status", desk).code == 0  # reads only
    first, *lines = heads.read_text("utf-8").splitlines()
    assert first == HEADER
    assert [line.split("\t")[0] for line in lines] == ["small", "small"]
    assert lines[-1].split("\t")[1] == head(desk)
    said = verify(desk)
    assert said.code == 0
    assert any("另处记下的记录头 2 个" in part for part in said.answer["checked"])


def test_the_desks_own_setting_names_it_from_its_folder_on(desk: Path) -> None:
    settings = desk / "desk.toml"
    settings.write_text(settings.read_text("utf-8").replace("[desk]\n", '[desk]\nheads = "../noted"\n', 1), "utf-8")
    assert sign(desk).code == 0
    assert head(desk) in (desk.parent / "noted").read_text("utf-8")
    assert verify(desk).code == 0
    (desk.parent / "noted").unlink()
    gone = verify(desk)
    assert (gone.code, gone.answer["status"]) == (1, "BROKEN")
    assert "记录头文件，现在不在那里" in gone.answer["broken"][0]


def test_a_ledger_that_was_rolled_back_contradicts_it(desk: Path, heads: Path) -> None:
    before = (desk / "ledger.sqlite3").read_bytes()
    assert sign(desk).code == 0
    (desk / "ledger.sqlite3").write_bytes(before)
    (found,) = verify(desk).answer["broken"]
    assert "heads:2 记着第 3 条记录，而记录只到第 2 条" in found
    for way in (("--heads", heads), ("--head", heads)):
        assert verify(desk, *way).answer["broken"] == [found]


def test_a_file_that_is_none_stops_a_step_before_anything_is_recorded(desk: Path, heads: Path) -> None:
    here = head(desk)
    for content in (b"id,name\n", b"\x89PNG"):
        heads.write_bytes(content)
        said = sign(desk)
        assert (said.code, said.answer["status"]) == (2, "BAD_INPUT")
        assert heads.read_bytes() == content
    heads.unlink()
    heads.symlink_to(desk / "people.csv")
    assert sign(desk).code == 2
    heads.unlink()
    heads.parent.rmdir()
    assert sign(desk).code == 2
    assert head(desk) == here


def test_a_head_that_cannot_be_noted_is_said_and_the_step_stands(
    desk: Path, heads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.app.heads.os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
    said = run("receipts", desk, "--sign", "T1", "--by", "M1", "--json")
    assert said.code == 0
    assert '"heads_stuck"' in said.out
    assert f"{heads}：现为“No space left”" in said.err
    assert head(desk) in said.err
    monkeypatch.undo()
    assert take_unwritten() == ()
    assert head(desk).startswith("3:")


def test_a_line_that_is_none_is_named(desk: Path, heads: Path) -> None:
    assert sign(desk).code == 0
    with heads.open("a", encoding="utf-8") as file:
        file.write("small\t4:abc\tnow\n")
    said = verify(desk, "--heads", heads)
    assert (said.code, said.answer["status"]) == (2, "BAD_INPUT")
    assert "第 3 行" in said.answer["errors"][0]
    assert "第 3 行" in verify(desk).answer["broken"][0]  # the desk's own: a finding like others


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        (f"5:{HASH}", 64),
        (f" 5:{HASH[:12]} ", 12),
        (f"5:{HASH[:11]}", 0),
        (f"5:{HASH}0", 0),
        (f"-5:{HASH}", 0),
        (HASH, 0),
    ],
)
def test_a_head_that_is_typed_in_has_twelve_digits_or_more(text: str, digits: int) -> None:
    found = parse_head(text)
    assert len(found.digits if found else "") == digits


# Signed heads


def test_signed_heads_tell_who_noted_them(desk: Path, heads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private, public = make_keys(desk.parent, "service")
    monkeypatch.setenv("SCHEDULER_HEADS_KEY", str(private))
    assert sign(desk).code == 0
    monkeypatch.delenv("SCHEDULER_HEADS_KEY")
    said = verify(desk, "--key", public)
    assert (said.code, said.answer["broken"]) == (0, [])
    assert "其签名" in said.answer["checked"]
    _, other = make_keys(desk.parent, "another")
    assert "的签名与公钥不符" in verify(desk, "--key", other).answer["broken"][0]
    text = heads.read_text("utf-8")
    heads.write_text(text.replace("\t3:", "\t2:"), "utf-8")
    assert any("的签名与公钥不符" in each for each in verify(desk, "--key", public).answer["broken"])
    heads.write_text(text, "utf-8")
    assert sign(desk, "T2").code == 0  # not signed
    assert any("没有签名" in each for each in verify(desk, "--key", public).answer["broken"])


def test_without_the_library_that_is_said_and_nothing_is_recorded(
    desk: Path, heads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, public = make_keys(desk.parent, "service")
    here = head(desk)
    take_away(monkeypatch)
    assert sign(desk).code == 0  # nobody asks for signatures
    monkeypatch.setenv("SCHEDULER_HEADS_KEY", str(private))
    for said in (sign(desk, "T2"), verify(desk, "--heads", heads, "--key", public)):
        assert (said.code, said.answer["status"]) == (2, "BAD_INPUT")
        assert "pip install 'desk-scheduler[signatures]'" in said.answer["errors"][0]
    assert (here[:2], head(desk)[:2]) == ("2:", "3:")


def test_what_is_no_key_is_named(desk: Path, heads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_keys(desk.parent, "service")
    assert sign(desk).code == 0
    wrong = desk.parent / "wrong.pem"
    wrong.write_bytes(b"-----BEGIN NOTHING-----\n")
    for path in (wrong, desk.parent / "gone.pem"):
        assert "Ed25519 公钥" in verify(desk, "--key", path).answer["errors"][0]
        monkeypatch.setenv("SCHEDULER_HEADS_KEY", str(path))
        assert "Ed25519 私钥" in sign(desk, "T2").answer["errors"][0]
        monkeypatch.delenv("SCHEDULER_HEADS_KEY")
