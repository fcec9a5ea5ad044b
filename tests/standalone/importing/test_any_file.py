"""Whatever a file holds, a reader answers with a recording or with the sentence that names file, line and remedy."""

import csv
import io
import re
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.event_batches import AgentSession, batch_of_rows
from standalone.importing.delivery import READERS, RecordingFormat
from standalone.importing.errors import UnreadableRecordingError
from standalone.importing.observations import raw_events, session_of

COLUMNS = {
    RecordingFormat.ACTION_LOGGER: {
        "timeStamp": st.sampled_from(
            [
                "2020-02-25T00:00:00.000Z",
                "2020-02-25T00:00:01+14:00",
                "0001-01-01T00:00:00+23:59",
                "9999-12-31T23:59:59-23:59",
                "2020-02-25",
            ]
        ),
        "userID": st.sampled_from(["", "ann"]),
        "targetApp": st.sampled_from(["Chrome", "OS-Clipboard", ""]),
        "eventType": st.sampled_from(["copy", "clickButton", "navigate_to", "levitate"]),
        "url": st.sampled_from(
            ["https://f.example/a?b=c", "http://[foo", "http://a\u2100b/", "https://x:y@z:port/", ""]
        ),
        "content": st.text(max_size=5),
        "target.type": st.sampled_from(["", "password"]),
        "target.value": st.text(max_size=5),
    }
}
SENTENCE = re.compile(r".*recording\.csv, line \d+: .+\. Nothing was imported: .+\.", re.DOTALL)


def _read(reader: RecordingFormat, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.csv"
        path.write_bytes(content)
        try:
            recording, refusal = READERS[reader](path), ""
        except UnreadableRecordingError as error:
            recording, refusal = None, str(error)
    if recording is None:
        assert SENTENCE.fullmatch(refusal)
        return
    session = session_of(recording, login="ann", time_zone="UTC")
    events = raw_events(recording)
    assert isinstance(session, AgentSession)
    assert msgspec.msgpack.encode(batch_of_rows("batch", session, events))


def _file(names: list[str], rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([names, *rows])
    return text.getvalue().encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("reader", RecordingFormat)
def test_any_values_in_the_columns_of_a_format(reader: RecordingFormat) -> None:
    columns = COLUMNS[reader]
    row = st.tuples(*(each | st.text(max_size=20) for each in columns.values())).map(list)
    usual = st.tuples(*columns.values()).map(list)

    @given(st.lists(row | usual, max_size=6))
    def read(rows: list[list[str]]) -> None:
        _read(reader, _file(list(columns), rows))

    read()


@pytest.mark.parametrize("reader", RecordingFormat)
def test_any_bytes(reader: RecordingFormat) -> None:
    header = ",".join(COLUMNS[reader]).encode()

    @given(st.binary(max_size=300))
    @example(b"")
    @example(b"\xff\xfe")
    def read(content: bytes) -> None:
        _read(reader, content)
        _read(reader, header + b"\n" + content)

    read()
