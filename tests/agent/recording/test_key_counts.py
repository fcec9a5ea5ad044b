"""Keys are counted by window, and those of a secret field by nobody, whichever is heard first."""

from hypothesis import given
from hypothesis import strategies as st

from agent.policy.drafts import ObservedContext
from agent.recording.deduplication import HOLD_US
from agent.recording.key_counts import MARGIN_US, KeyCounts

LETTER, ACCOUNT = ObservedContext("editor", "letter"), ObservedContext("mail", "account")


def test_a_burst_is_told_when_no_word_about_it_can_follow() -> None:
    keys = KeyCounts()
    keys.press(1_000, LETTER)
    keys.press(2_000, LETTER)
    keys.close()
    keys.press(3_000, ACCOUNT)
    assert keys.due_us == 2_000 + HOLD_US
    assert list(keys.ripe(now_us=2_000 + HOLD_US - 1)) == []
    (burst,) = keys.ripe(now_us=2_000 + HOLD_US)
    assert (burst.context, len(burst.times_us)) == (LETTER, 2)
    assert [len(each.times_us) for each in keys.take()] == [1]
    assert keys.take() == []


@given(
    st.lists(st.integers(0, 10_000_000), max_size=30).map(sorted),
    st.integers(0, 10_000_000),
    st.sets(st.integers(0, 29)),
)
def test_no_key_since_a_secret_field_was_focused_is_ever_counted(
    times: list[int], secret_us: int, closings: set[int]
) -> None:
    keys = KeyCounts()
    for number, at_us in enumerate(times):
        keys.press(at_us, LETTER)
        if number in closings:
            keys.close()
    keys.forget_since(secret_us)
    told = [at_us for burst in keys.take() for at_us in burst.times_us]
    assert told == [at_us for at_us in times if at_us < secret_us - MARGIN_US]
    assert (keys.began_us, keys.due_us) == (None, None)
