"""What is written is read again; what cannot be read is said to be so, and nothing else happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.dbus.messages import BusMessage, MessageKind, decode_message, encode_message, length_of
from agent.dbus.values import Reader, Variant, Writer, split_signature

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
VALUES = st.one_of(
    st.tuples(st.just("s"), TEXT),
    st.tuples(st.just("b"), st.booleans()),
    st.tuples(st.just("y"), st.integers(0, 255)),
    st.tuples(st.just("i"), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just("x"), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just("d"), st.floats(allow_nan=False)),
    st.tuples(st.just("ay"), st.binary(max_size=30)),
    st.tuples(st.just("as"), st.lists(TEXT, max_size=4)),
    st.tuples(st.just("a(si)"), st.lists(st.tuples(TEXT, st.integers(0, 9)), max_size=4)),
    st.tuples(st.just("v"), st.builds(Variant, st.just("(yx)"), st.tuples(st.integers(0, 255), st.integers(0, 9)))),
    st.tuples(st.just("a{sv}"), st.dictionaries(TEXT, st.builds(Variant, st.just("s"), TEXT), max_size=4)),
)


@given(st.lists(VALUES, max_size=6))
def test_what_is_written_is_read_again(values: list[tuple[str, object]]) -> None:
    signature, body = "".join(kind for kind, _ in values), [value for _, value in values]
    writer = Writer()
    writer.write(signature, body)
    assert Reader(bytes(writer.out)).read(signature) == body


@given(st.lists(VALUES, max_size=4), st.integers(1, 2**32 - 1))
def test_a_message_comes_back_as_it_was(values: list[tuple[str, object]], serial: int) -> None:
    signature, body = "".join(kind for kind, _ in values), [value for _, value in values]
    kind = MessageKind.CALL
    sent = BusMessage(kind, path="/a", interface="a.b", member="C", destination=":1.5", signature=signature, body=body)
    data = encode_message(sent, serial)
    assert length_of(data[:16]) == len(data)
    again = decode_message(data)
    assert (again.path, again.member, again.body, again.serial) == ("/a", "C", body, serial)


@given(st.binary(max_size=80))
def test_nonsense_is_a_value_error_and_nothing_else(data: bytes) -> None:
    for order in (b"l", b"B"):
        try:
            decode_message(order + data)
        except (ValueError, TypeError):
            continue


def test_big_endian_is_understood() -> None:
    assert Reader(b"\0\0\0\x07\0\0\0\x02ab\0", ">").read("is") == [7, "ab"]


def test_a_signature_is_taken_apart_into_whole_types() -> None:
    assert split_signature("sa{sv}a(iiay)u") == ["s", "a{sv}", "a(iiay)", "u"]
    with pytest.raises(ValueError, match="too early"):
        split_signature("a(i")
