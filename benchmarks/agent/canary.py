"""Types a thousand random secrets into windows, password fields and a page, and looks for them everywhere.

Everywhere: the spool and its log, every other file of the agent, its process memory, and what went over the wire.
"""

import gzip
import random
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec

from agent.browser.host_manifest import write_host
from benchmarks.agent.figure import Figure
from benchmarks.agent.inputs import InputSource
from domain.raw_events import RawEvent
from tests.fakes.agent_process import ROOT, AgentProcess, agent_process, open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import Desktop, desktop, process, wait_for

TABS = 3
"""Keys of the page that write nothing."""

EXTENSION = ROOT / "agent" / "browser_extension"
_PAGE = b"""<!doctype html><title>Canary page</title><form aria-label="Canary">
<input type="password" autofocus aria-label="Password"><input aria-label="Plain"><textarea></textarea>
</form>"""


class _Site(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Silent."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(_PAGE)))
        self.end_headers()
        self.wfile.write(_PAGE)


@contextmanager
def _page(folder: Path, screen: Desktop, agent: AgentProcess) -> Iterator[str]:
    """A real browser window with the extension, on a page with fields; its title, or "" without Chromium."""
    program = shutil.which("chromium")
    if program is None:
        yield ""
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    profile = folder / "profile"
    write_host(agent.folder, profile / "NativeMessagingHosts")
    options = ("--no-sandbox", "--no-first-run", "--disable-gpu", f"--user-data-dir={profile}")
    loading = (f"--disable-extensions-except={EXTENSION}", f"--load-extension={EXTENSION}")
    url = f"http://127.0.0.1:{server.server_address[1]}/canary?session=QUERYCANARY"
    with process(program, *options, *loading, url, environment=screen.environment):
        title = "Canary page - Chromium"
        wait_for(lambda: screen.find(title), seconds=40, what="the browser's window")
        yield title
    server.shutdown()
    server.server_close()


class Place(msgspec.Struct, frozen=True):
    """A window that secrets were typed into, by its title: how many keys must be counted there, and how many may be."""

    title: str
    least: int
    most: int

    def is_counted(self, events: Sequence[RawEvent]) -> bool:
        """Else what was typed there was not heard, and nothing of it could have been found."""
        return self.least <= self.keys(events) <= self.most

    def keys(self, events: Sequence[RawEvent]) -> int:
        return sum(event.key_count for event in events if event.window_title.startswith(self.title))


def measure(*, count: int = 1000) -> list[Figure]:
    typed = [secrets.token_hex(6) for _ in range(count)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        screen = stack.enter_context(desktop(folder, has_bus=True))
        service = stack.enter_context(AgentService(policy=open_policy()))
        service.keeps_bodies = True
        agent = stack.enter_context(agent_process(folder, service, screen.environment))
        inputs = InputSource(screen.environment)
        places = _type_everywhere(folder, screen, agent, inputs, typed)
        time.sleep(12)  # one delivery
        found = _found(agent, service, typed)
        events = agent.events()
        inputs.close()
    counted = ", ".join(f"{each.title} {each.keys(events):,} keys" for each in places)
    where = f"{count:,} typed, counted in {counted}; {len(events):,} events"
    return [
        Figure(
            "canary: secrets found in files, memory, wire",
            f"{len(found)} ({where})",
            "0",
            is_met=not found and all(each.is_counted(events) for each in places),
        )
    ]


def _type_everywhere(
    folder: Path, screen: Desktop, agent: AgentProcess, inputs: InputSource, typed: list[str]
) -> list[Place]:
    """In an editor every key is counted; in a dialog none where it says that it asks for a password; in a page those of
    its plain fields. Without Chromium the dialog gets what is left.
    """
    random.shuffle(typed)
    third = len(typed) // 3
    screen.activate(screen.editor("canary editor"))
    inputs.write(typed[:third])
    screen.open("zenity", "--password", "--title=canary dialog", title="canary dialog")
    screen.activate(screen.find("canary dialog"))
    inputs.write(typed[third : 2 * third])
    editor, dialog, rest = _key_count(typed[:third]), _key_count(typed[third : 2 * third]), typed[2 * third :]
    with _page(folder, screen, agent) as title:
        if not title:
            inputs.write(rest)
            dialog += _key_count(rest)
            return [Place("canary editor", editor, editor), Place("canary dialog", 0, dialog)]
        screen.activate(screen.find(title))
        time.sleep(2)
        for part in range(3):
            inputs.write(rest[part::3])
            screen.key("Tab")
        time.sleep(1)
    plain = _key_count(rest[1::3]) + _key_count(rest[2::3])
    return [
        Place("canary editor", editor, editor),
        Place("canary dialog", 0, dialog),
        Place("Canary page", plain, plain + TABS),
    ]


def _key_count(typed: Sequence[str]) -> int:
    return sum(map(len, typed))


def _found(agent: AgentProcess, service: AgentService, typed: list[str]) -> set[str]:
    """The secrets, and the page's query, wherever they can be read back."""
    needles = [secret.encode() for secret in typed] + [b"QUERYCANARY"]
    heaps = [file.read_bytes() for file in agent.folder.path.iterdir() if file.is_file()]
    heaps += [gzip.decompress(body) for body in service.bodies]
    heaps += [msgspec.json.encode(batch.contexts) + msgspec.json.encode(batch.elements) for batch in service.batches]
    heaps += [msgspec.json.encode(service.health)]
    heaps += list(_memory(agent.process.pid))
    return {needle.decode() for needle in needles if any(needle in heap for heap in heaps)}


def _memory(pid: int) -> Iterator[bytes]:
    """Every writable piece of a process's memory that we may read."""
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="ascii").splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            start, end = (int(each, 16) for each in span.split("-"))
            try:
                memory.seek(start)
                yield memory.read(end - start)
            except OSError:
                continue
