"""The applications of the simulated office: what their windows look like, how they are used, what they count as.

Add an application here and its rule in `rules`: a test holds the two together.
"""

from enum import IntEnum

import msgspec

from domain.activity_states import ActivityKind
from domain.contexts import Context
from domain.event_batches import Element
from domain.event_kinds import EventKind

BROWSER = "chrome.exe"

#: The order of the weights of a `Use`.
INPUT_KINDS = (
    EventKind.CLICKED, EventKind.TYPED, EventKind.SCROLLED, EventKind.ELEMENT_CHANGED, EventKind.SUBMITTED,
)  # fmt: skip


class Use(IntEnum):
    """How hands move in an application; `INPUT_WEIGHTS` says it in numbers."""

    FORM = 0
    READING = 1
    WRITING = 2
    WATCHING = 3


#: Relative events per second, then the weights of INPUT_KINDS.
INPUT_WEIGHTS: dict[Use, tuple[float, tuple[float, ...]]] = {
    Use.FORM: (1.2, (45, 30, 12, 10, 3)),
    Use.READING: (0.8, (25, 5, 68, 2, 0)),
    Use.WRITING: (1.3, (12, 78, 8, 2, 0)),
    Use.WATCHING: (0.05, (70, 15, 15, 0, 0)),
}


class Application(msgspec.Struct, frozen=True):
    """One application under its friendly name. An empty category: no rule knows it. Templates are `str.format`."""

    name: str
    executable: str
    category: str
    title: str
    url: str = ""
    activity_kind: ActivityKind = ActivityKind.PRODUCTIVE
    use: Use = Use.FORM
    is_excluded: bool = False
    """A predefined event filter keeps everything of it away."""

    def context(self, **facts: str) -> Context:
        return Context(self.executable, self.title.format(**facts), self.url.format(**facts))


def _web(name: str, category: str, title: str, url: str, **how: object) -> Application:
    facts = {"name": name, "executable": BROWSER, "category": category, "title": f"{title} - Google Chrome", "url": url}
    return msgspec.convert({**facts, **how}, Application)


NON_PRODUCTIVE = ActivityKind.NON_PRODUCTIVE
UNCATEGORIZED = ActivityKind.UNCATEGORIZED

DESKTOP = Application("Windows desktop", "explorer.exe", "Operating system", "Program Manager", use=Use.READING)
INCIDENT = _web(
    "ServiceNow", "Ticket handling", "{record} | Incident | ServiceNow", "https://acme.service-now.example/incident.do"
)
INCIDENT_LIST = _web(
    "ServiceNow", "Ticket handling", "Incidents assigned to me | ServiceNow",
    "https://acme.service-now.example/incident_list.do", use=Use.READING,
)  # fmt: skip
CRM = _web("Customer desk", "Customer cases", "{record} - Customer desk", "https://crm.acme.example/cases/{record}")
INVOICE = Application("DocuWare", "docuware.exe", "Document handling", "Invoice {record} - DocuWare")
SAP_ORDER = Application("SAP GUI", "saplogon.exe", "Order processing", "Display order {order}")
SAP_BOOKING = Application("SAP GUI", "saplogon.exe", "Order processing", "Enter vendor invoice: company code 1000")
KNOWLEDGE = _web(
    "Confluence", "Knowledge", "{topic} - IT knowledge base - Confluence", "https://wiki.acme.example/display/IT/{slug}",
    use=Use.READING,
)  # fmt: skip
DIRECTORY = Application("Active Directory", "mmc.exe", "Administration tools", "Active Directory Users and Computers")
TERMINAL = Application(
    "Windows Terminal", "WindowsTerminal.exe", "Administration tools", "PowerShell 7 - {machine}", use=Use.WRITING
)
REMOTE = Application("Remote Desktop", "mstsc.exe", "Remote support", "{machine} - Remote Desktop Connection")
SOFTPHONE = Application(
    "Softphone", "softphone.exe", "Telephony", "Call with {colleague} - Softphone", use=Use.WATCHING
)
CHAT = Application(
    "Microsoft Teams", "ms-teams.exe", "Communication", "Chat | {colleague} | Microsoft Teams", use=Use.WRITING
)
MEETING = Application(
    "Teams meetings", "ms-teams.exe", "Meetings", "Meeting: {topic} | Microsoft Teams", use=Use.WATCHING
)
MAIL = Application("Microsoft Outlook", "outlook.exe", "Communication", "Inbox - {mailbox} - Outlook", use=Use.READING)
MAIL_ANSWER = Application(
    "Microsoft Outlook", "outlook.exe", "Communication", "RE: {topic} {record} - Message (HTML)", use=Use.WRITING
)
EXCEL = Application("Microsoft Excel", "excel.exe", "Office documents", "{topic} {month}.xlsx - Excel")
WORD = Application("Microsoft Word", "winword.exe", "Office documents", "{topic}.docx - Word", use=Use.WRITING)
PARCEL = _web("Parcel tracking", "Logistics", "Shipment of {order}", "https://tracking.parcel.example/shipments")
TIME_SHEET = _web("Time sheet", "Administration", "My time sheet", "https://hr.acme.example/timesheet")
NEWS = _web(
    "News sites", "Private browsing", "{topic} | Morning News", "https://www.morning-news.example/today",
    activity_kind=NON_PRODUCTIVE, use=Use.READING,
)  # fmt: skip
SHOP = _web(
    "Online shops", "Private browsing", "Your basket - Shop Example", "https://www.shop.example/basket",
    activity_kind=NON_PRODUCTIVE, use=Use.READING,
)  # fmt: skip
MUSIC = Application("Spotify", "spotify.exe", "Music", "Spotify Premium", activity_kind=NON_PRODUCTIVE, use=Use.READING)
CANTEEN = _web(
    "Canteen menu", "Canteen", "Menu of the week", "https://canteen.acme.example/menu",
    activity_kind=ActivityKind.BREAK, use=Use.READING,
)  # fmt: skip
LABELS = Application("", "labelprint32.exe", "", "Label {order}", activity_kind=UNCATEGORIZED)
LEGACY = _web("", "", "Stock enquiry {order}", "https://legacy-stock.acme.example/enquiry", activity_kind=UNCATEGORIZED)
PASSWORDS = Application("", "KeePass.exe", "", "Database.kdbx - KeePass", activity_kind=UNCATEGORIZED, is_excluded=True)
BANKING = _web(
    "", "", "Online banking - My accounts", "https://www.onlinebanking.example/banking/accounts",
    activity_kind=UNCATEGORIZED, use=Use.READING, is_excluded=True,
)  # fmt: skip

APPLICATIONS = (
    DESKTOP, INCIDENT, INCIDENT_LIST, CRM, INVOICE, SAP_ORDER, SAP_BOOKING, KNOWLEDGE, DIRECTORY, TERMINAL, REMOTE,
    SOFTPHONE, CHAT, MEETING, MAIL, MAIL_ANSWER, EXCEL, WORD, PARCEL, TIME_SHEET, NEWS, SHOP, MUSIC, CANTEEN, LABELS,
    LEGACY, PASSWORDS, BANKING,
)  # fmt: skip

#: Interface elements clicked or changed anywhere; names of things, never their content.
ELEMENTS = tuple(
    Element(role, name, element_id)
    for role, name, element_id in (
        ("button", "Save", "btn_save"), ("button", "Update", "btn_update"), ("button", "Close", "btn_close"),
        ("button", "New", "btn_new"), ("button", "Search", "btn_search"), ("link", "", ""),
        ("entry", "Short description", "short_description"), ("entry", "Work notes", "work_notes"),
        ("entry", "Assigned to", "assigned_to"), ("combo box", "State", "state"),
        ("combo box", "Priority", "priority"), ("check box", "Urgent", "is_urgent"), ("tab", "Details", "tab_details"),
        ("tab", "Activity", "tab_activity"), ("list item", "", ""), ("menu item", "Copy", "menu_copy"),
    )
)  # fmt: skip
