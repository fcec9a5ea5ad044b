"""The Action Logger's CSV: its quirks, what is kept of it, and what is said about a broken one."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from domain.contexts import Context
from domain.event_batches import Element
from domain.event_kinds import EventKind
from standalone.importing.action_logger import read_action_logger
from standalone.importing.errors import UnreadableRecordingError
from standalone.importing.observations import raw_events, session_of

HEADER = (
    '"timeStamp","userID","targetApp","eventType","url","content","target.workbookName","target.sheetName","target.id",'
    '"target.tagName","target.type","target.name","target.value","target.innerText","target.innerHTML"'
)
ROWS = [
    '"2020-02-25T00:00:00.000Z","ann","Excel","getCell","","","book.xlsx","Sheet","A2","","","","Jane Doe","",""',
    '"2020-02-25T00:00:01.000Z","","OS-Clipboard","copy","","Jane Doe","","","","","","","","",""',
    '"2020-02-25T00:00:02.500Z","ann","Chrome","paste","https://f.example/form?name=Jane#top","Jane Doe","","","",'
    '"INPUT","text","first_name","","",""',
    '"2020-02-25T00:05:00.000Z","ann","Chrome","clickButton","https://f.example/form","","","","b1",'
    '"BUTTON","button","","","Next",""',
]


def _recording(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "recording.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_each_row_becomes_what_was_done_and_where(tmp_path: Path) -> None:
    observations = read_action_logger(_recording(tmp_path, *ROWS)).observations
    excel, form = Context("Excel", "book.xlsx - Sheet"), Context("Chrome", "", "https://f.example/form")
    assert [(each.kind, each.context) for each in observations] == [
        (EventKind.CLICKED, excel),
        (EventKind.COPIED, excel),  # the clipboard is not a place: attention stays where it was
        (EventKind.PASTED, form),
        (EventKind.CLICKED, form),
    ]
    assert [each.element.name for each in observations] == ["", "", "first_name", "Next"]
    assert [each.element.role for each in observations] == ["", "", "textbox", "button"]
    assert [each.value_length for each in observations] == [8, 8, 8, 0]


@pytest.mark.parametrize(("tag", "role"), [("A", "link"), ("TD", "cell"), ("OPTION", "option"), ("JANE", "other")])
def test_content_is_told_by_its_role(tmp_path: Path, tag: str, role: str) -> None:
    row = ROWS[-1].replace('"BUTTON","button","","","Next"', f'"{tag}","","jane","","Jane"')
    (observation,) = read_action_logger(_recording(tmp_path, row)).observations
    assert observation.element == Element(role)


def test_nothing_that_was_typed_copied_or_asked_for_leaves_the_file(tmp_path: Path) -> None:
    events = raw_events(read_action_logger(_recording(tmp_path, *ROWS)))
    assert b"Jane" not in msgspec.json.encode(events)


def test_titles_and_names_are_redacted_as_the_agent_redacts_them(tmp_path: Path) -> None:
    secret = (
        '"2020-02-25T00:00:03.000Z","ann","Excel","getCell","","","IBAN DE89370400440532013000 jane@example.org","",'
    )
    rows = [secret + '"A2","BUTTON","button","0171 1234567","",""' + ',""']
    events = raw_events(read_action_logger(_recording(tmp_path, *rows)))
    assert {event.window_title for event in events} == {"IBAN [iban] [e-mail]"}
    assert {event.element_name for event in events if event.element_name} == {"[telephone]"}


def test_record_numbers_that_the_configuration_lists_stay_as_they_do_in_what_agents_send(tmp_path: Path) -> None:
    row = '"2020-02-25T00:00:03.000Z","ann","Excel","getCell","","","Order 4012888888881881","","A2","","","","","",""'
    recording = read_action_logger(_recording(tmp_path, row))
    titles = [
        {event.window_title for event in raw_events(recording, record_numbers=patterns)}
        for patterns in ((), (r"40128888\d{8}",))
    ]
    assert titles == [{"Order [card]"}, {"Order 4012888888881881"}]


def test_a_session_frames_the_recording_and_long_silence_is_idle(tmp_path: Path) -> None:
    events = raw_events(read_action_logger(_recording(tmp_path, *ROWS)))
    assert [event.sequence for event in events] == list(range(8))
    assert [event.kind.value for event in events] == [
        *("session_started", "clicked", "copied", "pasted", "idle_started", "idle_ended", "clicked", "session_ended"),
    ]
    assert events[4].occurred_at == events[3].occurred_at == datetime(2020, 2, 25, 0, 0, 2, 500_000, UTC)
    assert events[5].occurred_at == events[6].occurred_at == datetime(2020, 2, 25, 0, 5, tzinfo=UTC)
    assert {event.source for event in events} == {"import"}


def test_rows_out_of_order_are_put_in_order(tmp_path: Path) -> None:
    straight = raw_events(read_action_logger(_recording(tmp_path, *ROWS)))
    assert raw_events(read_action_logger(_recording(tmp_path, ROWS[3], *ROWS[:3]))) == straight


def test_the_same_file_of_the_same_person_is_the_same_session(tmp_path: Path) -> None:
    recording = read_action_logger(_recording(tmp_path, *ROWS))
    again = read_action_logger(_recording(tmp_path, *ROWS))
    assert session_of(recording, login="ann", time_zone="UTC") == session_of(again, login="ann", time_zone="UTC")
    other = session_of(recording, login="bob", time_zone="UTC")
    assert other.session_id != session_of(recording, login="ann", time_zone="UTC").session_id


def test_quotes_escaped_by_backslash_are_read(tmp_path: Path) -> None:
    row = ROWS[3].removesuffix('""') + '"<em class=\\"icon\\">Next</em>"'
    assert len(read_action_logger(_recording(tmp_path, row)).observations) == 1


def test_bare_quotes_of_a_copied_range_are_read(tmp_path: Path) -> None:
    row = ROWS[0].replace('"Jane Doe"', '"[["9 Albert St";"Port";3207]]"')
    assert [each.kind for each in read_action_logger(_recording(tmp_path, row, ROWS[1])).observations] == [
        EventKind.CLICKED,
        EventKind.COPIED,
    ]


def test_an_unknown_event_type_is_counted(tmp_path: Path) -> None:
    recording = read_action_logger(_recording(tmp_path, ROWS[0], ROWS[1].replace("copy", "levitate")))
    assert recording.skipped == {"event type 'levitate' is not known": 1}


def test_the_length_of_a_password_is_not_kept(tmp_path: Path) -> None:
    row = ROWS[2].replace('"text"', '"password"')
    assert read_action_logger(_recording(tmp_path, row)).observations[0].value_length == 0


@pytest.mark.parametrize(
    ("rows", "line", "sentence"),
    [
        ([ROWS[0], ROWS[1].replace('"copy"', '"copy'), ROWS[2]], 3, "the quoting is broken"),
        ([ROWS[0], ROWS[1] + ',"more"'], 3, "16 fields where the header has 15"),
        ([ROWS[0], ROWS[1] + ',"' + "x" * 200_000], 3, "the quoting is broken"),
        ([ROWS[0], ROWS[1].removesuffix('""') + '"'], 3, "the quoting is broken"),
        ([ROWS[0], ROWS[1].replace("2020-02-25T00:00:01.000Z", "yesterday")], 3, "timeStamp is 'yesterday'"),
        ([ROWS[0], ROWS[1].replace("01.000Z", "01.000")], 3, "write instants like"),
        ([ROWS[0], ROWS[2].replace("https://f.example/form", "http://[foo")], 3, "correct that address"),
        ([ROWS[0], ROWS[2].replace("ann", "bob")], 2, "several people"),
        ([], 2, "no row of a known event type"),
    ],
)
def test_a_recording_that_cannot_be_understood_is_named_with_its_line(
    tmp_path: Path, rows: list[str], line: int, sentence: str
) -> None:
    with pytest.raises(UnreadableRecordingError, match=sentence) as refusal:
        read_action_logger(_recording(tmp_path, *rows))
    assert refusal.value.line == line
    assert "Nothing was imported" in str(refusal.value)


def test_the_first_faulty_row_is_named_and_the_others_are_counted(tmp_path: Path) -> None:
    faulty = [ROWS[2].replace("https://f.example/form", "http://[foo"), ROWS[1].replace("2020-02-25T", "yesterday")]
    with pytest.raises(UnreadableRecordingError, match=r"line 3: url is .* \(and 2 more rows after it\)\. Nothing"):
        read_action_logger(_recording(tmp_path, ROWS[0], *faulty, faulty[0]))


def test_who_signed_in_by_the_address_stays_out_of_it(tmp_path: Path) -> None:
    row = ROWS[3].replace("https://f.example/form", "https://ann:secret@f.example:8443/form")
    (observation,) = read_action_logger(_recording(tmp_path, row)).observations
    assert observation.context.url == "https://f.example:8443/form"


def test_a_file_of_another_kind_or_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRecordingError, match="the header lacks timeStamp"):
        read_action_logger(_recording(tmp_path, "1,2", header="a,b"))
    with pytest.raises(UnreadableRecordingError, match="cannot be read"):
        read_action_logger(tmp_path / "nowhere.csv")
    (tmp_path / "latin.csv").write_bytes(HEADER.encode() + b"\n\xe9")
    with pytest.raises(UnreadableRecordingError, match="line 2: it is not UTF-8"):
        read_action_logger(tmp_path / "latin.csv")
