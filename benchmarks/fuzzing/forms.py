"""Bodies as browsers send them from a form, and such with a field, a byte or the whole form wrong."""

from collections.abc import Mapping
from random import Random
from urllib.parse import quote_from_bytes

from benchmarks.fuzzing.odd_values import odd_value

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
BOUNDARY = "fuzzing"
ODD_TYPES = (
    "",
    "application/json",
    "text/plain",
    MULTIPART,
    f"{MULTIPART}; boundary=",
    f"{MULTIPART}; boundary={'x' * 300}",
    f"{URLENCODED}; charset=utf-16",
    f"{URLENCODED}; charset=nothing",
)
#: What no text can be encoded to.
ODD_BYTES = (b"%", b"%zz", b"%00", b"%ed%a0%80", b"\xff\xfe", b"&&&===", b"a" * 300_000, b"&x=1" * 3_000, b"+%2B;")


def any_form(fields: Mapping[str, str], random: Random) -> tuple[bytes, dict[str, str]]:
    """(body, headers); about half of them are as a browser would send these fields."""
    given = [(name, value.encode()) for name, value in fields.items()]
    if given and random.random() < 0.5:
        given = _changed(given, random)
    if random.random() < 0.75:
        body, media_type = _urlencoded(given), URLENCODED
    else:
        body, media_type = _multipart(given, random), f"{MULTIPART}; boundary={BOUNDARY}"
    if random.random() < 0.1:
        place = random.randrange(len(body) + 1)
        body = body[:place] + random.choice((*ODD_BYTES, b"")) + body[place + random.randrange(3) :]
    if random.random() < 0.1:
        media_type = random.choice((*ODD_TYPES, MULTIPART, URLENCODED))
    return body, {"Content-Type": media_type} if media_type else {}


def _changed(given: list[tuple[str, bytes]], random: Random) -> list[tuple[str, bytes]]:
    place = random.randrange(len(given))
    name, value = given[place]
    match random.randrange(4):
        case 0:
            return given[:place] + given[place + 1 :]
        case 1:
            return [*given, (name, value), (name, b"another")]
        case 2:
            return [*given, ("nobody asked for it", value)]
    return [*given[:place], (name, _odd_text(random)), *given[place + 1 :]]


def _odd_text(random: Random) -> bytes:
    value = odd_value(random)
    return value.encode(errors="surrogatepass") if isinstance(value, str) else str(value)[:70_000].encode()


def _urlencoded(given: list[tuple[str, bytes]]) -> bytes:
    return b"&".join(
        quote_from_bytes(name.encode()).encode() + b"=" + quote_from_bytes(value).encode() for name, value in given
    )


def _multipart(given: list[tuple[str, bytes]], random: Random) -> bytes:
    parts = b""
    for name, value in given:
        file = b'; filename="odd.txt"' if random.random() < 0.2 else b""
        head = b'Content-Disposition: form-data; name="' + name.encode() + b'"' + file
        parts += b"--" + BOUNDARY.encode() + b"\r\n" + head + b"\r\n\r\n" + value + b"\r\n"
    return parts + b"--" + BOUNDARY.encode() + b"--\r\n"
