"""One way to time: contenders take turns, and what counts is the median of the pairs of a round.

CPU seconds of a process and of all that it waited for, and the memory of the largest of them; read
the ratios, not the seconds, and the time on the clock only where several processes share the work.
This process stays small and reads no large file: the memory of a child is at least that of its
parent.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Prepare = Callable[[Path], None]
_WIDTH = 46
_CHANGED = re.compile(rb"^(?:\x1b\[[0-9;]*m)*[-+](?![-+]{2} )", re.MULTILINE)
_PATIENCE = 15.0  # CPU seconds; who is that slow is not run again


def nothing(_: Path) -> None:
    """For what needs no preparation."""


def trusted(_: Path, __: bytes) -> bool:
    """For what is not asked whether it did the work."""
    return True


@dataclass(frozen=True)
class Contender:
    """A command, run in a folder that was prepared for it; `has_done` says whether it did the work.

    `has_done` is given the folder and what the command wrote to stdout.
    """

    name: str
    command: Sequence[str]
    prepare: Prepare = nothing
    stdin: Path | None = None
    has_done: Callable[[Path, bytes], bool] = trusted


@dataclass(frozen=True)
class Bar:
    """What `ours` may cost: at most `limit` times the cheapest of `others`.

    With `peak_of`, it is memory: at most `limit` times so many bytes. With `is_of_changes`, it is
    lines of a diff, and ours have to be fewer. With `is_seconds`, it is at most so many of the CPU;
    with `is_wall`, what counts is the time on the clock.
    """

    ours: str
    limit: float
    others: Sequence[str] = ()
    peak_of: int = 0
    is_of_changes: bool = False
    is_seconds: bool = False
    is_wall: bool = False


@dataclass(frozen=True)
class Work:
    """One thing to do, by several contenders; the others are compared with the first one."""

    name: str
    contenders: Sequence[Contender]
    bars: Sequence[Bar] = ()
    rounds: int = 7


@dataclass(frozen=True)
class Sample:
    """One run."""

    cpu: float
    wall: float
    peak: int
    changes: int


@dataclass
class Results:
    """The runs of each contender, round by round; those that did not do the work by name."""

    samples: Mapping[str, list[Sample]]
    failed: dict[str, str] = field(default_factory=dict)

    def cpu(self, name: str) -> float:
        return statistics.median(sample.cpu for sample in self.samples[name])

    def wall(self, name: str) -> float:
        return statistics.median(sample.wall for sample in self.samples[name])

    def peak(self, name: str) -> int:
        return max(sample.peak for sample in self.samples[name])

    def changes(self, name: str) -> int:
        """The lines of a diff that say what changed, its headers left out."""
        return self.samples[name][-1].changes

    def ratio(self, name: str, other: str, *, is_wall: bool = False) -> float:
        pairs = zip(self.samples[name], self.samples[other], strict=False)
        if is_wall:
            return statistics.median(one.wall / two.wall for one, two in pairs)
        return statistics.median(one.cpu / two.cpu for one, two in pairs)


def show(work: Work) -> None:
    """Measure and print."""
    results = _measure(work)
    first = work.contenders[0].name
    print(f"\n{work.name:{_WIDTH}} {'CPU s':>8} {'ratio':>7} {'wall s':>7} {'peak MB':>8}")
    for contender in work.contenders:
        name = contender.name
        line = f"  {name:{_WIDTH - 2}} "
        if name in results.failed:
            print(line + results.failed[name])
            continue
        ratio = "" if first in results.failed else f"{results.ratio(name, first):.2f}"
        wall, peak = results.wall(name), results.peak(name) / 1e6
        print(f"{line}{results.cpu(name):8.3f} {ratio:>7} {wall:7.2f} {peak:8.0f}")
    for bar in work.bars:
        print(f"  {_verdict(bar, results)}", flush=True)


def _measure(work: Work) -> Results:
    """The first round warms the caches and is not counted; then the order changes each round."""
    results = Results({contender.name: [] for contender in work.contenders})
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folders = {c.name: Path(scratch) / str(n) for n, c in enumerate(work.contenders)}
        for contender in work.contenders:
            folders[contender.name].mkdir()
            contender.prepare(folders[contender.name])
        for number in range(work.rounds + 1):
            turn = number % len(work.contenders)
            for contender in (*work.contenders[turn:], *work.contenders[:turn]):
                samples = results.samples[contender.name]
                is_slow = sum(one.cpu for one in samples) > _PATIENCE
                if contender.name in results.failed or is_slow:
                    continue
                sample = _run(contender, folders[contender.name], results)
                counts = sample and (number or sample.cpu > _PATIENCE)
                samples += [sample] if sample and counts else []
    return results


def _run(contender: Contender, prepared: Path, results: Results) -> Sample | None:
    """Once, in a copy of what was prepared: no round sees what another one left behind."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder, said, complaints = (Path(scratch) / name for name in ("here", "said", "complaints"))
        shutil.copytree(prepared, folder)
        # Not /dev/null: some write elsewhere, faster or not at all, when nobody looks.
        with (
            said.open("wb") as out,
            complaints.open("wb") as errors,
            (contender.stdin or Path(os.devnull)).open("rb") as stdin,
        ):
            started = time.perf_counter()
            process = subprocess.Popen(
                contender.command, cwd=folder, stdin=stdin, stdout=out, stderr=errors
            )
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        text = said.read_bytes()
        if not contender.has_done(folder, text):
            words = complaints.read_text(errors="replace").strip()
            last = words.splitlines()[-1][:60] if words else f"exit status {process.returncode}"
            results.failed[contender.name] = f"did not do it: {last}"
            return None
    kilobytes = 1 if os.uname().sysname == "Darwin" else 1024
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * kilobytes
    return Sample(cpu, wall, peak, len(_CHANGED.findall(text)))


def _verdict(bar: Bar, results: Results) -> str:
    if bar.ours in results.failed:
        return f"bar: {bar.ours} did not do it  MISSED"
    if bar.peak_of:
        found = results.peak(bar.ours) / bar.peak_of
        words = f"{bar.ours}: memory at most {bar.limit:g} x the file"
    elif bar.is_seconds:
        found = results.cpu(bar.ours)
        words = f"{bar.ours}: at most {bar.limit:g} s"
    else:
        others = [name for name in bar.others if results.samples.get(name)]
        if not others:
            return f"bar: {bar.ours}: nobody to compare with"
        if bar.is_of_changes:
            return _of_changes(bar, others, results)
        best = min(others, key=results.wall if bar.is_wall else results.cpu)
        found = results.ratio(bar.ours, best, is_wall=bar.is_wall)
        clock = ", on the clock" if bar.is_wall else ""
        words = f"{bar.ours}: at most {bar.limit:g} x {best}{clock}"
    return f"bar: {words:{_WIDTH + 8}} {found:6.3g}  {'ok' if found <= bar.limit else 'MISSED'}"


def _of_changes(bar: Bar, others: Sequence[str], results: Results) -> str:
    best = min(others, key=results.changes)
    found, least = results.changes(bar.ours), results.changes(best)
    words = f"{bar.ours}: fewer changed lines than {best}, {least}"
    return f"bar: {words:{_WIDTH + 8}} {found:6}  {'ok' if found < least else 'MISSED'}"


def quietly(*command: str, cwd: Path, stdin: bytes = b"") -> None:
    """Part of a preparation: it has to work."""
    done = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode(errors='replace')}")
