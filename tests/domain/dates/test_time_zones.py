"""Time zones that gave way to each other: one text, and what cannot be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates.time_zones import BEGINNING_US, END_US, with_former_zones, zone_at, zone_spans
from domain.errors import DomainError

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
INSTANTS = st.lists(st.integers(0, 2**52), unique=True, max_size=4)


@given(ZONES, INSTANTS.flatmap(lambda ends: st.tuples(*(st.tuples(ZONES, st.just(end)) for end in ends))))
def test_the_zones_of_a_text_are_all_of_time_in_order(current: str, former: tuple[tuple[str, int], ...]) -> None:
    spans = zone_spans(with_former_zones(current, former))
    ordered = sorted(former, key=lambda each: each[1])
    assert [span.zone.key for span in spans] == [*(name for name, _ in ordered), current]
    assert [span.ends_at_us for span in spans] == [*(ends_at_us for _, ends_at_us in ordered), END_US]
    assert [span.starts_at_us for span in spans] == [BEGINNING_US, *(ends_at_us for _, ends_at_us in ordered)]


def test_a_zone_is_in_force_until_its_end_exclusive() -> None:
    time_zone = with_former_zones("Asia/Tokyo", [("Europe/Berlin", 1_000)])
    assert (zone_at(999, time_zone).key, zone_at(1_000, time_zone).key) == ("Europe/Berlin", "Asia/Tokyo")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "UTC, ",
        "UTC, UTC",
        "UTC until , UTC",
        "UTC until 5",
        "UTC until 5, Mars",
        "Mars until 5, UTC",
        "UTC until 5, UTC until 5, UTC",
        "UTC until -5, UTC",
        "UTC until ٥, UTC",
    ],
)
def test_what_is_no_time_zone_is_named(text: str) -> None:
    with pytest.raises(DomainError, match="is not a time zone: give an IANA name"):
        zone_spans(text)


def test_an_instant_of_thousands_of_digits_is_no_time_zone() -> None:
    with pytest.raises(DomainError, match="is not a time zone"):
        zone_spans(f"Europe/Berlin until {'9' * 5000}, UTC")
