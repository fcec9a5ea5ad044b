"""Whatever a CSV file of people holds, it is read or refused with the line."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from governance_api.people.csv_import import COLUMNS, read_registrations
from governance_api.people.errors import CsvRefusedError

HEADER = ",".join(COLUMNS).encode()


@given(st.binary(max_size=200) | st.text('abc,"\r\n\x00 ', max_size=80).map(str.encode))
@example(b"")
@example(b'"')
@example(b"\xff")
def test_any_bytes_are_read_or_refused_with_their_line(content: bytes) -> None:
    for file in (content, HEADER + b"\n" + content):
        try:
            list(read_registrations(file))
            refusal = None
        except CsvRefusedError as error:
            refusal = error.sentence
        assert refusal is None or re.search(r"[Ll]ine \d+", refusal)
