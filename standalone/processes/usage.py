"""Adds up CPU time and memory of the supervised processes, their finished children included."""

import psutil
from rich.table import Table

from standalone.processes.supervised import supervised_processes
from standalone.processes.supervision import Supervision
from standalone.settings import Settings

MEGABYTE = 1024 * 1024


def usage_table(settings: Settings) -> Table:
    """CPU-seconds and memory in use, process by process."""
    table = Table(title="What the processes cost", title_justify="left")
    table.add_column("process")
    table.add_column("CPU, s", justify="right")
    table.add_column("memory, MB", justify="right")
    states = Supervision(settings).states()
    for process in supervised_processes(settings):
        cpu_seconds, memory = _cost(states[process.name].process_id)
        table.add_row(process.title, f"{cpu_seconds:.1f}", f"{memory / MEGABYTE:,.0f}")
    return table


def _cost(process_id: int) -> tuple[float, int]:
    """Of a process and all its descendants; memory that is shared counts once where the system tells."""
    try:
        root = psutil.Process(process_id)
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0, 0
    cpu_seconds, memory = 0.0, 0
    for member in family:
        try:
            times = member.cpu_times()
            cpu_seconds += times.user + times.system + times.children_user + times.children_system
            memory += _private_memory(member)
        except psutil.NoSuchProcess:
            continue
    return cpu_seconds, memory


def _private_memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().uss)
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
