"""The categorization rules that a power user would write for the simulated office.

A test checks that these rules say of every application what `applications` says of it.
"""

from domain.activity_states import ActivityKind

_PRODUCTIVE, _NON_PRODUCTIVE, _BREAK = ActivityKind.PRODUCTIVE, ActivityKind.NON_PRODUCTIVE, ActivityKind.BREAK

Json = dict[str, object]


def _url(host: str) -> Json:
    return {"field": "url", "operator": "starts_with", "value": f"https://{host}"}


def _program(executable: str) -> Json:
    return {"field": "application", "operator": "is", "value": executable}


def _title(pattern: str) -> Json:
    return {"field": "window_title", "operator": "matches", "value": pattern}


#: name, condition, activity kind, category, application (None: the friendly name of the executable), window name.
_RULES: tuple[tuple[str, Json, ActivityKind, str, str | None, str | None], ...] = (
    ("Incident lists", _url("acme.service-now.example/incident_list"), _PRODUCTIVE, "Ticket handling", "ServiceNow",
     "Incident list"),
    ("Incidents", {"all": [_url("acme.service-now.example"), _title(r"\bINC\d+")]}, _PRODUCTIVE, "Ticket handling",
     "ServiceNow", "Incident"),
    ("Rest of ServiceNow", _url("acme.service-now.example"), _PRODUCTIVE, "Ticket handling", "ServiceNow", None),
    ("Jira", _url("jira.acme.example"), _PRODUCTIVE, "Ticket handling", "Jira", None),
    ("Customer cases", {"all": [_url("crm.acme.example/cases"), _title(r"\bCS\d+")]}, _PRODUCTIVE, "Customer cases",
     "Customer desk", "Customer case"),
    ("Rest of the customer desk", _url("crm.acme.example"), _PRODUCTIVE, "Customer cases", "Customer desk", None),
    ("Invoices", {"all": [_program("docuware.exe"), _title(r"\bINV-\d+")]}, _PRODUCTIVE, "Document handling",
     "DocuWare", "Invoice"),
    ("Rest of DocuWare", _program("docuware.exe"), _PRODUCTIVE, "Document handling", "DocuWare", None),
    ("Orders", {"all": [_program("saplogon.exe"), _title(r"\bORD-\d+")]}, _PRODUCTIVE, "Order processing", "SAP GUI",
     "Order"),
    ("Rest of SAP GUI", _program("saplogon.exe"), _PRODUCTIVE, "Order processing", "SAP GUI", None),
    ("SAP Fiori", _url("fiori.acme.example"), _PRODUCTIVE, "Order processing", "SAP Fiori", None),
    ("Parcel tracking", _url("tracking.parcel.example"), _PRODUCTIVE, "Logistics", "Parcel tracking", "Shipment"),
    ("Carrier portal", _url("carrier.example"), _PRODUCTIVE, "Logistics", "Carrier portal", None),
    ("Knowledge base", _url("wiki.acme.example"), _PRODUCTIVE, "Knowledge", "Confluence", None),
    ("Vendor manuals", {"any": [_url("learn.microsoft.com"), _url("docs.vendor.example")]}, _PRODUCTIVE, "Knowledge",
     "Manuals", None),
    ("Active Directory", {"all": [_program("mmc.exe"), _title("active directory")]}, _PRODUCTIVE,
     "Administration tools", "Active Directory", None),
    ("Terminal", _program("windowsterminal.exe"), _PRODUCTIVE, "Administration tools", None, "Terminal"),
    ("PowerShell", _program("powershell.exe"), _PRODUCTIVE, "Administration tools", None, None),
    ("PuTTY", _program("putty.exe"), _PRODUCTIVE, "Administration tools", None, None),
    ("Remote Desktop", _program("mstsc.exe"), _PRODUCTIVE, "Remote support", None, "Remote session"),
    ("TeamViewer", _program("teamviewer.exe"), _PRODUCTIVE, "Remote support", None, "Remote session"),
    ("Softphone", _program("softphone.exe"), _PRODUCTIVE, "Telephony", None, "Call"),
    ("Meetings in Teams", {"all": [_program("ms-teams.exe"), _title("^meeting")]}, _PRODUCTIVE, "Meetings",
     "Teams meetings", "Meeting"),
    ("Zoom", _program("zoom.exe"), _PRODUCTIVE, "Meetings", "Zoom", "Meeting"),
    ("Webex", _program("webex.exe"), _PRODUCTIVE, "Meetings", "Webex", "Meeting"),
    ("Chats in Teams", _program("ms-teams.exe"), _PRODUCTIVE, "Communication", "Microsoft Teams", "Chat"),
    ("Inbox", {"all": [_program("outlook.exe"), _title("^inbox")]}, _PRODUCTIVE, "Communication", None, "Inbox"),
    ("Other mail windows", _program("outlook.exe"), _PRODUCTIVE, "Communication", None, "Message"),
    ("Slack", _program("slack.exe"), _PRODUCTIVE, "Communication", None, None),
    ("Excel", _program("excel.exe"), _PRODUCTIVE, "Office documents", None, None),
    ("Word", _program("winword.exe"), _PRODUCTIVE, "Office documents", None, None),
    ("PowerPoint", _program("powerpnt.exe"), _PRODUCTIVE, "Office documents", None, None),
    ("PDF readers", {"any": [_program("acrord32.exe"), _program("foxitreader.exe")]}, _PRODUCTIVE, "Office documents",
     "PDF reader", None),
    ("Time sheet", _url("hr.acme.example/timesheet"), _PRODUCTIVE, "Administration", "Time sheet", None),
    ("Travel expenses", _url("hr.acme.example/expenses"), _PRODUCTIVE, "Administration", "Travel expenses", None),
    ("Canteen", _url("canteen.acme.example"), _BREAK, "Canteen", "Canteen menu", "Menu"),
    ("News", {"any": [_url("www.morning-news.example"), _url("news.example")]}, _NON_PRODUCTIVE, "Private browsing",
     "News sites", "News"),
    ("Shops", {"all": [_url("www.shop.example"), {"not": _title("order approval")}]}, _NON_PRODUCTIVE,
     "Private browsing", "Online shops", "Shop"),
    ("Video sites", {"field": "url", "operator": "contains", "value": "://video."}, _NON_PRODUCTIVE,
     "Private browsing", "Video sites", "Video"),
    ("Music", _program("spotify.exe"), _NON_PRODUCTIVE, "Music", None, "Music"),
    ("Desktop", _program("explorer.exe"), _PRODUCTIVE, "Operating system", None, None),
)  # fmt: skip

REPLACEMENTS = {
    "windowsterminal.exe": "Windows Terminal",
    "powershell.exe": "PowerShell",
    "putty.exe": "PuTTY",
    "mstsc.exe": "Remote Desktop",
    "teamviewer.exe": "TeamViewer",
    "softphone.exe": "Softphone",
    "outlook.exe": "Microsoft Outlook",
    "slack.exe": "Slack",
    "excel.exe": "Microsoft Excel",
    "winword.exe": "Microsoft Word",
    "powerpnt.exe": "Microsoft PowerPoint",
    "spotify.exe": "Spotify",
    "explorer.exe": "Windows desktop",
}


def rule_set(*, first_rank: int = 10, step: int = 10) -> Json:
    """The body of POST /rule-sets. Ranks leave room for rules in between."""
    rules = [
        {
            "rank": first_rank + number * step,
            "name": name,
            "condition": condition,
            "activity_kind": str(activity_kind),
            "category": category,
            "application": application,
            "window_name": window_name,
        }
        for number, (name, condition, activity_kind, category, application, window_name) in enumerate(_RULES)
    ]
    return {"note": "Rules for the simulated office", "rules": rules, "replacements": dict(REPLACEMENTS)}
