"""Benchmarks: `python -m tests.benchmarks COMMAND --help`."""

from __future__ import annotations

import random
import re
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from csv import DictWriter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from scheduler.errors import Fault, InputError
from scheduler.rules.book import read_rulebook
from tests.benchmarks.impossible import Explanation, planted_months, sample_months, write
from tests.benchmarks.impossible import explain as explain_measured
from tests.benchmarks.nrp import Instance, read_instance, write_csv
from tests.benchmarks.peers import PEERS, Missing
from tests.benchmarks.reasons import ask_why
from tests.benchmarks.swaps import fewest_changes, requested
from tests.benchmarks.table import Answer, Table, measured, ours, read_best
from tests.support.generated_desks import three_shift_desk, tight_desk

Command = Callable[..., Any]


class Words(click.ParamType[tuple[str, ...]]):
    """Words parted by commas."""

    name = "WORD,…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        return tuple(word.strip() for word in value.split(",") if word.strip()) if isinstance(value, str) else value


class Heads(click.ParamType[tuple[int, ...]]):
    """Numbers of people parted by commas."""

    name = "N,…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if not isinstance(value, str):
            numbers: tuple[int, ...] = value  # converted already
            return numbers
        words = [word.strip() for word in value.split(",") if word.strip()]
        if not words or not all(word.isdigit() and int(word) > 0 for word in words):
            self.fail(f"{value}: numbers of people such as 30,100", param, ctx)
        return tuple(int(word) for word in words)


def measuring(command: Command) -> Command:
    """The options that every benchmark has."""
    for option in (
        click.option("--cores", type=click.IntRange(1, 256), default=2, show_default=True, help="Worker threads."),
        click.option("--csv", "out", type=click.Path(path_type=Path, dir_okay=False), help="Write the table here."),
        click.option("--seeds", type=click.IntRange(1), default=1, show_default=True, help="Run seeds 0 to N-1."),
        click.option(
            "--time-limit", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds a run."
        ),
    ):
        command = option(command)
    return command


FOLDER = click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
ONLY = click.option("--only", type=Words(), default=(), help="Only these instances, by file name without .txt.")
BEST = click.option(
    "--best",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="CSV instance,best: best known objectives.",
)
ROSTERS = click.option("--rosters", type=click.Path(path_type=Path, file_okay=False), help="Write every roster here.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Measure the solver: quality and speed, audited, over seeds."""


@main.command()
@FOLDER
@measuring
@ONLY
@BEST
@ROSTERS
def nrp(folder: Path, only: tuple[str, ...], best: Path | None, rosters: Path | None, **limits: Any) -> None:
    """Public shift-scheduling instances (the nrp text format) of a folder."""
    _measure("nrp", _instances(folder, only), {"ours": ours}, _best(best), rosters, **limits)


@main.command()
@click.option("--staff", type=Heads(), default=(30, 100, 300, 1000), help="Sizes.", show_default="30,100,300,1000")
@click.option("--tight", is_flag=True, help="97% of capacity wanted, a fifth of the people on leave, skills.")
@measuring
@ROSTERS
def desk(staff: tuple[int, ...], tight: bool, rosters: Path | None, **limits: Any) -> None:
    """Generated three-shift desks; the seed makes the desk, too."""
    made = tight_desk if tight else three_shift_desk
    rulebook = read_rulebook({})
    kind = "tight" if tight else "desk"

    def desks(seed: int) -> Iterator[Instance]:
        for people in staff:
            yield Instance(f"{kind}-{people}", made(people, seed), rulebook)

    _measure(kind, desks, {"ours": ours}, {}, rosters, **limits)


@main.command()
@click.option("--staff", type=Heads(), default=(100, 1000), help="Sizes.", show_default="100,1000")
@click.option("--requests", type=click.IntRange(1), default=3, show_default=True, help="Requests of each kind a desk.")
@click.option(
    "--live-limit",
    type=click.FloatRange(min=0.1),
    default=120.0,
    show_default=True,
    help="Seconds for the live roster of each desk, which is not measured.",
)
@measuring
def swap(staff: tuple[int, ...], requests: int, live_limit: float, cores: int, **limits: Any) -> None:
    """Requests to move duties of a generated desk's live roster, with the fewest changed cells."""
    rulebook = read_rulebook({})

    def asked(seed: int) -> Iterator[Instance]:
        for people in staff:
            problem = three_shift_desk(people, seed)
            live = ours(problem, rulebook, seed=seed, time_limit=live_limit, cores=cores).roster
            if live is None:
                click.echo(f"swap-{people} seed {seed} is left out: no live roster in {live_limit:g} s")
                continue
            for kind, changed in requested(problem, rulebook, live, random.Random(f"{people} {seed}"), requests):
                yield Instance(f"swap-{people} {kind}", changed, rulebook, live)

    _measure("swap", asked, {"ours": fewest_changes}, {}, None, cores=cores, **limits)


@main.command()
@click.option("--staff", type=Heads(), default=(14, 60), show_default="14,60", help="Sizes, parted by commas.")
@click.option("--live-limit", default=20.0, show_default=True, help="Seconds for the live roster.")
@measuring
def why(staff: tuple[int, ...], live_limit: float, cores: int, seeds: int, time_limit: float, out: Path | None) -> None:
    """Why somebody has a duty: seconds until each alternative has a rule or was tried, and what is proved in time."""
    rulebook, rows = read_rulebook({}), []
    for people in staff:
        for seed in range(seeds):
            problem = three_shift_desk(people, seed)
            live = ours(problem, rulebook, seed=seed, time_limit=live_limit, cores=cores).roster
            if live is None:
                click.echo(f"why-{people} seed {seed} is left out: no live roster in {live_limit:g} s")
                continue
            asked = ask_why(problem, rulebook, live, seed, time_limit, cores)._asdict()
            rows.append({"instance": f"why-{people}", "seed": seed} | asked)
            click.echo(
                "  ".join(
                    f"{name} {round(value, 2) if isinstance(value, float) else value}"
                    for name, value in rows[-1].items()
                )
            )
    if out and rows:
        with out.open("w", encoding="utf-8", newline="") as file:
            table = DictWriter(file, list(rows[0]))
            table.writeheader()
            table.writerows(rows)


@main.command()
@FOLDER
@measuring
@ONLY
@BEST
@ROSTERS
@click.option("--against", type=Words(), default=tuple(PEERS), help="Which peers.", show_default=",".join(PEERS))
def peers(
    folder: Path,
    only: tuple[str, ...],
    best: Path | None,
    rosters: Path | None,
    against: tuple[str, ...],
    **limits: Any,
) -> None:
    """Other solvers beside ours, on the same instances with the same limits, one after another."""
    unknown = [name for name in against if name not in PEERS]
    if unknown:
        raise click.UsageError(f"no peer {', '.join(unknown)}; known: {', '.join(PEERS)}")
    side_by_side = {"ours": ours} | {name: PEERS[name] for name in against}
    _measure("peers", _instances(folder, only), side_by_side, _best(best), rosters, **limits)


@main.command()
@click.option("--staff", type=Heads(), default=(), help="Planted desks of these sizes in place of the samples.")
@click.option("--only", type=Words(), default=(), help="Only months whose name begins with one of these.")
@measuring
def explain(staff: tuple[int, ...], only: tuple[str, ...], out: Path | None, seeds: int, **limits: Any) -> None:
    """Impossible months: repairs and conflicts of samples with all away on a day, or of planted desks."""
    rows: list[Explanation] = []
    for seed in range(seeds):
        for month in planted_months(staff, seed) if staff else sample_months():
            if only and not month[0].startswith(only):
                continue
            rows.append(explain_measured(*month, seed=seed, **limits))
            click.echo(" ".join(f"{name}={value}" for name, value in asdict(rows[-1]).items()))
            write(rows, out)
    if not all(row.works for row in rows):
        raise click.exceptions.Exit(1)


def _measure(
    title: str,
    instances: Callable[[int], Iterable[Instance]],
    solvers: Mapping[str, Callable[..., Answer]],
    best: Mapping[str, float],
    rosters: Path | None,
    *,
    time_limit: float,
    seeds: int,
    cores: int,
    out: Path | None,
) -> None:
    """Run every solver on every instance with every seed; exit 1 where a hard rule is broken, 130 after Ctrl-C."""
    console = Console(width=max(Console().width, 180))
    table = Table(f"{title}: {time_limit:g} s, {cores} cores, {seeds} seeds", out, console)
    missing: set[str] = set()
    with _interruptible() as interrupted:
        turns = ((number, one) for number in range(seeds) for one in instances(number))
        for seed, (name, problem, rulebook, live) in turns:
            given = {} if live is None else {"live": live}
            for solver, peer in solvers.items():
                if solver in missing:
                    continue
                try:
                    answer = peer(problem, rulebook, seed=seed, time_limit=time_limit, cores=cores, **given)
                except Missing as why:
                    console.print(f"{solver} is left out: {why}", highlight=False)
                    missing.add(solver)
                    continue
                if interrupted:
                    raise KeyboardInterrupt
                if rosters and answer.roster is not None:
                    part = "" if len(solvers) == 1 else f"-{solver}"
                    write_csv(problem, answer.roster, rosters / f"{name}{part}-seed{seed}.csv")
                table.add(measured(name, solver, seed, problem, rulebook, answer, best.get(name), live))
    good = table.finish()
    if interrupted:
        console.print("interrupted: the run under way is not counted")
    if interrupted or not good:
        raise click.exceptions.Exit(130 if interrupted else 1)


@contextmanager
def _interruptible() -> Iterator[list[int]]:
    """Ctrl-C ends the benchmark, not only the search under way, whose half roster would spoil the table."""
    seen: list[int] = []

    def stop(number: int, frame: object) -> None:
        seen.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield seen
    except KeyboardInterrupt:
        seen.append(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def _instances(folder: Path, only: tuple[str, ...]) -> Callable[[int], list[Instance]]:
    """The instances of a folder in the order of their numbers; all are read before the first is solved."""
    files = {path.stem: path for path in sorted(folder.glob("*.txt"), key=lambda path: _natural(path.stem))}
    unknown = [name for name in only if name not in files]
    if unknown or not files:
        raise click.UsageError(
            f"no {', '.join(unknown) or '*.txt'} in {folder}; there: {', '.join(files) or 'nothing'}"
        )
    read: list[Instance] = []
    faults: list[Fault] = []
    for name in only or files:
        try:
            read.append(read_instance(files[name]))
        except InputError as error:
            faults += error.faults
    if faults:
        raise Unreadable(InputError(faults))
    return lambda seed: read


def _best(path: Path | None) -> Mapping[str, float]:
    try:
        return read_best(path) if path else {}
    except InputError as error:
        raise Unreadable(error) from error


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts Instance2 before Instance10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


class Unreadable(click.ClickException):
    """Files are not of their format."""

    exit_code = 2

    def __init__(self, error: InputError) -> None:
        super().__init__(error.say("en"))


if __name__ == "__main__":
    main()
