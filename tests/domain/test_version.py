"""The version of the product stands once; what cannot import it repeats it."""

import importlib.metadata
import json
from pathlib import Path

from agent.settings import VERSION
from domain import __version__


def test_packages_agent_and_browser_extension_have_the_version_of_the_domain() -> None:
    manifest = json.loads(Path("agent/browser_extension/manifest.json").read_text(encoding="utf-8"))
    assert {importlib.metadata.version("task-mining"), VERSION, manifest["version"]} == {__version__}


def test_no_other_module_says_the_version() -> None:
    folders = ("agent", "governance_api", "pipelines", "standalone", "simulator", "benchmarks")
    saying = [
        str(path)
        for folder in folders
        for path in Path(folder).rglob("*.py")
        if f'"{__version__}' in path.read_text(encoding="utf-8")
    ]
    assert saying == []
