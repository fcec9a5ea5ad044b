"""Telephone numbers: international, and national as they are written in DE, AT, CH, FR, ES, IT, NL, UK and US."""

from domain.redaction.kinds import Mark, NumberKind

_COUNTRIES = (
    *("1", "31", "32", "33", "34", "351", "352", "353", "358", "39", "41", "420", "43", "44", "45", "46", "47"),
    *("48", "49", "36", "30", "40", "7", "90"),
)
_GAP = r"[ \x{a0}\x{202f}()./-]{0,3}"
TELEPHONE_LABEL = (
    r"tel|telephone|telefon\w*|telefoon\w*|telefono|teléfono|téléphone|tél|phone|phone (?:no|number)|mobile?|mobiel\w*|mobil\w*"
    r"|móvil|handy\w*|portable|cell|cellulare|cel|fax|telefax|rufnummer|durchwahl|rückruf|anruf|hotline|call|calling|whatsapp"
    r"|sms|appel\w*|rappeler|llamar|llamada|chiamare|chiamata|bellen|gsm|numéro de (?:téléphone|portable)|missed call|fon"
    r"|rückruf an|anruf von|call from|incoming call|signal|dial|natel|fijo|fisso"
)


def _is_abroad(digits: str) -> bool:
    return digits[:2] == "00" and digits[2:].startswith(_COUNTRIES)


def _has_no_date(digits: str) -> bool:
    """20261123 is a day, not a number in Vienna."""
    if digits[-4:-2] in {"19", "20"} and len(digits) == 8 and "01" <= digits[2:4] <= "12":
        return False
    return not (digits[-8:-6] in {"19", "20"} and "01" <= digits[-4:-2] <= "12" and "01" <= digits[-2:] <= "31")


def _written(
    name: str, counts: tuple[int, ...], pattern: str, taken: tuple[str, ...], kept: tuple[str, ...] = ()
) -> NumberKind:
    return NumberKind(
        name=name,
        mark=Mark.TELEPHONE,
        counts=counts,
        pattern=pattern,
        taken=taken,
        kept=kept,
        check=_has_no_date,
        is_plain=True,
    )


TELEPHONES = (
    NumberKind(
        name="telephone number after its label",
        mark=Mark.TELEPHONE,
        counts=tuple(range(5, 16)),
        pattern=rf"\d(?:{_GAP}\d)*",
        label=TELEPHONE_LABEL,
        taken=(
            "Tel. «030 123456»",
            "téléphone : «0142685300»",
            "móvil «612345678»",
            "cell. «3471234567»",
            "Rufnummer: «4711-22»",
            "Call from «2125550123»",
        ),
        kept=("Telefonliste 2026",),
    ),
    NumberKind(
        name="international telephone number",
        mark=Mark.TELEPHONE,
        counts=tuple(range(8, 16)),
        pattern=rf"[1-9](?:{_GAP}\d)*",
        label=r"\+",
        taken=("Call «+49 170 1234567» now", "«+41 (0)44 668 18 00»", "«+33612345678»", "(«+1) 212-555-0123»"),
        kept=("UTC+01:00 20261123",),
    ),
    NumberKind(
        name="international telephone number with 00",
        mark=Mark.TELEPHONE,
        counts=tuple(range(11, 17)),
        pattern=rf"00(?:{_GAP}\d)*",
        check=_is_abroad,
        is_plain=True,
        taken=("«0049 170 1234567»", "«0033612345678» rappel"),
        kept=("Material 0044000000001234", "000000000010012345"),
    ),
    _written(
        "French number in pairs",
        (10,),
        r"0[1-9](?:[ \x{a0}\x{202f}./-]{1,2}\d{2}){4}",
        ("Rappel de «06 12 34 56 78»", "«01.42.68.53.00»"),
        ("2026.11.23",),
    ),
    _written(
        "Swiss number",
        (10,),
        r"0\d{2}[) ./-]{1,3}\d{3}[ .]?\d{2}[ .]?\d{2}",
        ("«079 123 45 67» Müller", "«044/668 18 00»"),
    ),
    _written(
        "German, Austrian, Dutch, British or Italian number with its area",
        (8, 9, 10, 11, 12, 13),
        r"0[1-9]\d{0,4}(?: ?\) ?[/-]? ?| ?[/–-] ?|[ \x{a0}])\d{2,8}(?:[ -]\d{1,5}){0,4}|01[5-7]\d\.\d{6,8}",
        (
            "Notiz: «0171 1234567»",
            "(«0171) 1234567»",
            "«030/12 34 56-0» Empfang",
            "«0664 1234567»",
            "«06-12345678»",
            "«020-1234567»",
            "«020 7946 0958» London",
            "«07700 900123»",
            "«02 1234 5678» Milano",
        ),
        ("01/2026 Umsatz", "Bericht 03 20261123", "05-12-2026", "01.02.2026 - 05.03.2026"),
    ),
    _written(
        "mobile number in one piece",
        (10, 11, 12),
        r"01[567]\d{8,9}|0[67]\d{8}|07\d{9}|06[5-9]\d{8,9}",
        ("«01711234567» zurückrufen", "«0612345678»", "«07700900123»", "«06641234567»"),
        ("Bestellung 0612345678", "ISBN 0712345678"),
    ),
    _written(
        "Spanish number",
        (9,),
        r"[6789]\d{2}[ -]\d{3}[ -]\d{3}|[6789]\d{2}(?:[ .-]\d{2}){3}|[89]\d[ .-]\d{3}[ .-]\d{2}[ .-]\d{2}",
        ("«612 345 678» Ana", "«91 234 56 78»", "«612 34 56 78»"),
        ("612 345 678 €", "612.345.678"),
    ),
    _written(
        "Italian mobile number",
        (9, 10),
        r"3[2-9]\d[ ./-]\d{6,7}|3[2-9]\d[ .-]\d{3}[ .-]\d{3,4}|3[2-9]\d[ .-]\d{2}[ .-]\d{2}[ .-]\d{3}",
        ("«347 1234567» Mario", "«347-123-4567»"),
        ("Fattura 347 1234567",),
    ),
    _written(
        "American number",
        (10, 11),
        r"(?:1[ .-])?[2-9]\d{2}(?:\) ?|[ .-])[2-9]\d{2}[ .-]\d{4}",
        ("(«212) 555-0123»", "«212-555-0123» ext", "«1-800-555-0199»", "«212.555.0123»"),
        ("212-155-0123",),
    ),
)
