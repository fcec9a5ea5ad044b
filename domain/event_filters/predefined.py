"""The excluding event filters that nobody can switch off: password managers, banking, health, private browsing.

They are a floor, not a promise of completeness: an organisation adds its own filters in the governance API.
"""

from domain.conditions.tree import AnyOf, Comparison, Field, Operator
from domain.event_filters.rules import EventFilter, FilterAction

_HOST = r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?(?:[^/?#]*\.)?"
_END_OF_HOST = r"(?:[:/?#]|$)"


def _excluding(name: str, *, applications: str = "", titles: str = "", hosts: str = "", words: str = "") -> EventFilter:
    comparisons = [
        Comparison(field, Operator.MATCHES, pattern)
        for field, pattern in (
            (Field.APPLICATION, applications and rf"(?:^|[\\/ .])(?:{applications})(?:\.exe|\.app)?$"),
            (Field.WINDOW_CLASS, applications and rf"^(?:{applications})$"),
            (Field.WINDOW_TITLE, titles),
            (Field.URL, hosts and rf"{_HOST}(?:{hosts}){_END_OF_HOST}"),
            (Field.URL, words and rf"{_HOST}[^/?#]*(?:{words})"),
        )
        if pattern
    ]
    return EventFilter(name, FilterAction.EXCLUDE, AnyOf(tuple(comparisons)), is_predefined=True)


PREDEFINED_EVENT_FILTERS: tuple[EventFilter, ...] = (
    _excluding(
        "Password managers",
        applications=r"1password|bitwarden|dashlane|enpass|keepass|keepassxc|keeper|lastpass|nordpass|roboform|"
        r"seahorse|kwalletmanager5?|keychain access|passwords",
        titles=r"\b(?:1password|bitwarden|dashlane|keepassxc?|lastpass|nordpass|roboform)\b|\.kdbx\b",
        hosts=r"1password\.(?:com|eu|ca)|bitwarden\.(?:com|eu)|dashlane\.com|keepersecurity\.(?:com|eu)|lastpass\.(?:com|eu)|"
        r"nordpass\.com|passwords\.google\.com|roboform\.com|vault\.bitwarden\.com",
    ),
    _excluding(
        "Banking",
        applications=r"gnucash|quicken|starmoney|moneymoney|banking4",
        titles=r"\b(?:online|internet|e)[- ]?banking\b|\bnetbanking\b",
        hosts=r"paypal\.com|wise\.com|revolut\.com|n26\.com|chase\.com|wellsfargo\.com|hsbc\.[a-z.]+|ing\.[a-z.]+|"
        r"comdirect\.de|commerzbank\.de|sparkasse\.de|bankofamerica\.com|barclays\.co\.uk|santander\.[a-z.]+",
        words=r"banking|netbank|sparkasse|volksbank",
    ),
    _excluding(
        "Health",
        titles=r"\b(?:patient portal|mychart|medical record|gesundheitsakte|patientenakte)\b",
        hosts=r"mychart\.com|patient\.info|webmd\.com|mayoclinic\.org|nhs\.uk|doctolib\.(?:com|de|fr|it)|"
        r"teladoc\.com|healthline\.com|netdoktor\.de|jameda\.de",
        words=r"mychart|patientportal|krankenkasse",
    ),
    _excluding(
        "Private browsing windows",
        titles=r"\((?:incognito|inprivate|private browsing|private)\)|\[inprivate\]|"
        r"[-–—] (?:incognito|inprivate|private browsing)\b|[-–—] (?:inkognito|privater modus|navigation privée)|"
        r"\b(?:mozilla firefox|google chrome|chromium|microsoft.{0,2} edge|brave)\b.{0,4}"
        r"(?:private|incognito|inprivate)",
    ),
)
