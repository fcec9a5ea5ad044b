"""Every entry of the tray that does something is a line of the command, understood by the running agent."""

from hypothesis import given
from hypothesis import strategies as st
from jeepney import DBusAddress, Message, MessageType, new_method_call

from agent.capture.observations import OwnUse
from agent.control.arguments import parser, request_of
from agent.tray.menu import TrayState, menu_of
from agent.tray.menu_protocol import MenuProtocol
from agent.tray.notifier import TrayNotifier
from agent.tray.pictures import SIZE, colour_of, disc

NAMES = st.text(max_size=30)
STATUSES = st.builds(
    TrayState,
    closed_because=st.sampled_from(["", "private_mode", "locked", "no_consent", "no_policy"]),
    task=NAMES,
    tasks=st.lists(NAMES, max_size=3).map(tuple),
    waiting=st.lists(st.tuples(st.integers(1, 9), NAMES), max_size=2).map(tuple),
    accepted=st.lists(st.tuples(st.integers(1, 9), NAMES), max_size=2).map(tuple),
)
COMMAND = parser()
KNOWN = {
    "status",
    "consent",
    "consent window",
    "private on",
    "private extend",
    "private off",
    "task start",
    "task stop",
}


@given(STATUSES)
def test_every_entry_is_a_line_of_the_command(status: TrayState) -> None:
    lines = [entry.words for entry in menu_of(status) if entry.words]
    assert lines
    for words in lines:
        assert request_of(COMMAND.parse_args(words))["ask"] in KNOWN


def _lines(status: TrayState) -> set[str]:
    return {" ".join(entry.words) for entry in menu_of(status) if entry.words}


def test_the_menu_offers_what_can_be_done_now() -> None:
    recording = TrayState(closed_because="", tasks=("Refund",), accepted=((7, "Service desk"),))
    assert _lines(recording) == {
        "status",
        "private on",
        "private on 60",
        "task start -- Refund",
        "consent decline --number 7",
    }
    private = TrayState(closed_because="private_mode", can_extend=True, task="Refund", tasks=("Refund",))
    assert _lines(private) == {"status", "private extend", "private off", "task stop"}
    assert "private on" not in _lines(TrayState(closed_because="", is_private_allowed=False))


def test_the_colour_says_how_it_stands() -> None:
    statuses = [
        TrayState(closed_because=""),
        TrayState(closed_because="private_mode"),
        TrayState(waiting=((1, "Service desk"),)),
        TrayState(),
    ]
    assert len({colour_of(each) for each in statuses}) == 4
    assert len(disc(colour_of(statuses[0]))) == SIZE * SIZE * 4


def test_a_click_on_a_menu_that_has_changed_since_does_nothing() -> None:
    done, used = list[tuple[str, ...]](), list[OwnUse]()
    menu = MenuProtocol(done.append, used.append)
    menu.change(menu_of(TrayState(closed_because="")))
    _, (revision, (_, _, children)) = menu.answer("GetLayout", [0, -1, []]) or ("", (0, (0, {}, [])))
    assert revision == 1
    status = next(entry[0] for _, entry in children if entry[1]["label"][1] == "Status")
    menu.answer("Event", [status, "hovered", None, 0])
    assert done == []
    menu.answer("Event", [status, "clicked", None, 0])
    menu.change(menu_of(TrayState(closed_because="")))
    menu.answer("EventGroup", [[(status, "clicked", None, 0)]])
    assert done == [("status",)]
    menu.answer("AboutToShow", [0])
    menu.answer("EventGroup", [[(0, "opened", None, 0), (0, "closed", None, 0)]])
    assert used == [OwnUse.LEFT, OwnUse.LEFT, OwnUse.PRESSED, OwnUse.OPENED, OwnUse.LEFT], "which is nobody's work"


@given(st.sampled_from(["GetLayout", "Event", "EventGroup", "GetGroupProperties", "GetProperty", "Odd"]), st.data())
def test_an_odd_question_is_answered_as_unknown(member: str, data: st.DataObject) -> None:
    body = data.draw(st.lists(st.one_of(st.integers(), st.text(), st.lists(st.integers())), max_size=4))
    sent: list[Message] = []

    class _Bus:
        def send(self, message: Message) -> None:
            sent.append(message)

    notifier = TrayNotifier(lambda words: None, lambda is_there: None, lambda use: None)
    address = DBusAddress("/MenuBar", ":1.5", "com.canonical.dbusmenu")
    question = new_method_call(address, member, None, tuple(body))
    notifier.hear(_Bus(), question)  # type: ignore[arg-type]
    assert [message.header.message_type in {MessageType.method_return, MessageType.error} for message in sent] == [True]
