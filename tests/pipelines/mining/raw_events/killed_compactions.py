"""A compaction that is killed when its days are written and before anything remembers them."""

import pytest

from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.lake.files import Lake
from pipelines.mining.raw_events import compaction


def compact_and_be_killed(lake: Lake, facts: CollectionFacts, monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(compaction, "note_touched_days", kill)
        with pytest.raises(KeyboardInterrupt):
            compaction.compact(lake, facts)
