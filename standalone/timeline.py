"""Shows the steps of a command, how far they are and what they cost: bars on a terminal, plain lines elsewhere."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from standalone.errors import ProcessDiedError, last_line
from standalone.passwords import without_secrets

#: Without a terminal, tables are this wide.
PLAIN_WIDTH = 140

#: Without a terminal, a long step says how far it is this often.
PLAIN_LINE_SECONDS = 15


@dataclass
class Step:
    """One thing done, at times beside others. CPU-seconds are those of its own thread and of programs it ran;
    None: not known."""

    name: str
    began_at: float
    timeline: "Timeline" = field(repr=False)
    task: TaskID | None = None
    ended_at: float | None = None
    cpu_seconds: float | None = 0.0
    _said_at: float = 0.0

    def report(self, done: float, total: float, *, unit: str = "") -> None:
        """How far it is; `unit` reads after the numbers."""
        if self.task is not None:
            self.timeline.bars.update(
                self.task, completed=done, total=total, detail=f"{done:,.0f} of {total:,.0f} {unit}"
            )
        elif time.monotonic() - max(self._said_at, self.began_at) > PLAIN_LINE_SECONDS:
            self._said_at = time.monotonic()
            self.timeline.say(f"  {self.name}: {done:,.0f} of {total:,.0f} {unit}".rstrip())

    def say(self, detail: str) -> None:
        """What it is at, in words; shown on a terminal only."""
        if self.task is not None:
            self.timeline.bars.update(self.task, detail=detail)

    def run(self, command: Sequence[str], *, log: Path, environment: dict[str, str], folder: Path) -> None:
        """Runs a program to its end, its output into `log`; raises ProcessDiedError when it fails."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=without_secrets(os.environ) | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_seconds = (self.cpu_seconds or 0.0) + usage.ru_utime + usage.ru_stime
        if process.returncode:
            raise ProcessDiedError(process=self.name, log=log, tail=last_line(log))


class Timeline:
    """All steps of one command. Safe to use from several threads."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or _console()
        self.began_at = time.monotonic()
        self.steps: list[Step] = []
        self._lock = Lock()
        self.bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TimeElapsedColumn(),
            TextColumn("{task.fields[detail]}"),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )

    @contextmanager
    def shown(self) -> Iterator["Timeline"]:
        with self.bars:
            yield self

    def say(self, line: str) -> None:
        self.console.print(line, markup=False, soft_wrap=True)

    def count_from(self, began_at: float, name: str) -> None:
        """Lets the timeline begin at an earlier instant (seconds since 1970), with one step of that name until now."""
        now = time.monotonic()
        self.began_at = now - max(0.0, time.time() - began_at)
        self.steps.append(Step(name, self.began_at, self, ended_at=now, cpu_seconds=None))

    @contextmanager
    def step(self, name: str, *, cpu_clock: Callable[[], float] = time.thread_time) -> Iterator[Step]:
        """One step, timed; steps of other threads may overlap it. Pass `time.process_time` when it starts threads."""
        step = Step(name, time.monotonic(), self)
        if self.console.is_terminal:
            step.task = self.bars.add_task(name, total=None, detail="")
        with self._lock:
            self.steps.append(step)
        cpu_before = cpu_clock()
        outcome = "failed"
        try:
            yield step
            outcome = ""
        finally:
            step.ended_at = time.monotonic()
            step.cpu_seconds = (step.cpu_seconds or 0.0) + cpu_clock() - cpu_before
            if step.task is not None:
                self.bars.remove_task(step.task)
            seconds = step.ended_at - step.began_at
            self.say(f"{step.ended_at - self.began_at:6.1f} s  {name} ({outcome or f'{seconds:.1f} s'})")

    def table(self) -> Table:
        """Where the time went: when each step began, its wall time and its CPU time."""
        table = Table(title="Where the time went", title_justify="left")
        table.add_column("step")
        for heading in ("began at, s", "wall, s", "CPU, s"):
            table.add_column(heading, justify="right")
        for step in sorted(self.steps, key=lambda step: step.began_at):
            wall = (step.ended_at or time.monotonic()) - step.began_at
            cpu = "" if step.cpu_seconds is None else f"{step.cpu_seconds:.1f}"
            table.add_row(step.name, f"{step.began_at - self.began_at:.1f}", f"{wall:.1f}", cpu)
        table.add_row("in all", "", f"{time.monotonic() - self.began_at:.1f}", "", style="bold")
        return table


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)
