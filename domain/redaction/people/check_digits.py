"""Check digits of cards, accounts and identity numbers: is this number really one of them?

Every function takes the number as it was found or only its digits, and never raises. Add a country's number here and a
row in `identities`. Sources stand with each.
"""

from datetime import date

_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_HETU_LETTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_PPS_LETTERS = "WABCDEFGHIJKLMNOPQRSTUV"
# By rank in 0–9A–Z; a digit counts as the letter of its rank.
_FISCAL_ODD_LETTERS = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_FISCAL_ODD = dict(
    zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (*_FISCAL_ODD_LETTERS[:10], *_FISCAL_ODD_LETTERS), strict=True)
)
#: Letters in the place of digits, where two people would have the same codice fiscale (D.M. 23/12/1976).
_OMOCODIA = str.maketrans("LMNPQRSTUV", "0123456789")
_IBAN_LENGTHS = {
    name: int(length)
    for name, length in (
        (pair[:2], pair[2:])
        for pair in [
            "AD24",
            "AE23",
            "AL28",
            "AT20",
            "AZ28",
            "BA20",
            "BE16",
            "BG22",
            "BH22",
            "BI27",
            "BR29",
            "BY28",
            "CH21",
            "CR22",
            "CY28",
            "CZ24",
            "DE22",
            "DJ27",
            "DK18",
            "DO28",
            "EE20",
            "EG29",
            "ES24",
            "FI18",
            "FK18",
            "FO18",
            "FR27",
            "GB22",
            "GE22",
            "GI23",
            "GL18",
            "GR27",
            "GT28",
            "HN28",
            "HR21",
            "HU28",
            "IE22",
            "IL23",
            "IQ23",
            "IS26",
            "IT27",
            "JO30",
            "KW30",
            "KZ20",
            "LB28",
            "LC32",
            "LI21",
            "LT20",
            "LU20",
            "LV21",
            "LY25",
            "MC27",
            "MD24",
            "ME22",
            "MK19",
            "MN20",
            "MR27",
            "MT31",
            "MU30",
            "NI28",
            "NL18",
            "NO15",
            "OM23",
            "PK24",
            "PL28",
            "PS29",
            "PT25",
            "QA29",
            "RO24",
            "RS22",
            "RU33",
            "SA24",
            "SC31",
            "SD18",
            "SE24",
            "SI19",
            "SK24",
            "SM27",
            "SO23",
            "ST25",
            "SV28",
            "TL23",
            "TN24",
            "TR26",
            "UA29",
            "VA22",
            "VG24",
            "XK20",
            "YE30",
        ]
    )
}


def digits_of(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def plain_of(text: str) -> str:
    """Letters (upper case) and digits alone."""
    return "".join(character for character in text if character.isascii() and character.isalnum()).upper()


def weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def is_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return bool(digits) and total % 10 == 0


def is_date(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def is_card(text: str) -> bool:
    """Luhn, and a beginning and length that an issuer uses: 13 digits are a bar code, not a card any more."""
    digits = digits_of(text)
    return _is_issued(digits) and len(set(digits)) > 1 and is_luhn(digits)


def _is_issued(digits: str) -> bool:
    length, two, three, four = len(digits), int(digits[:2] or 0), int(digits[:3] or 0), int(digits[:4] or 0)
    if length == 14:
        return two in {36, 38, 39} or 300 <= three <= 305
    if length == 15:
        return two in {34, 37}
    if length == 16:
        return digits[0] == "4" or 51 <= two <= 55 or 2221 <= four <= 2720 or _is_rarer(two, three, four)
    if 17 <= length <= 19:
        return (length == 19 and digits[0] == "4") or _is_rarer(two, three, four)
    return False


def _is_rarer(two: int, three: int, four: int) -> bool:
    """Discover, JCB, UnionPay, Maestro."""
    return (
        four == 6011
        or 644 <= three <= 659
        or 3528 <= four <= 3589
        or two == 62
        or four in {5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763}
    )


def is_iban(text: str) -> bool:
    """ISO 13616: the country's length, and ISO 7064 mod 97-10."""
    plain = plain_of(text)
    if _IBAN_LENGTHS.get(plain[:2]) != len(plain):
        return False
    return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97 == 1


def is_spanish(text: str) -> bool:
    """DNI and NIE: the letter is the number modulo 23."""
    plain = plain_of(text)
    digits = plain[:-1].translate(str.maketrans("XYZ", "012"))
    return digits.isdigit() and _DNI_LETTERS[int(digits) % 23] == plain[-1]


def is_italian(text: str) -> bool:
    """Codice fiscale: odd places by table, even places by value, modulo 26."""
    plain = plain_of(text)
    if len(plain) != 16 or not (plain[6:8] + plain[9:11] + plain[12:15]).translate(_OMOCODIA).isdigit():
        return False
    total = sum(
        _FISCAL_ODD[character] if place % 2 == 0 else int(character, 36) - (10 if character.isalpha() else 0)
        for place, character in enumerate(plain[:15])
    )
    return chr(ord("A") + total % 26) == plain[15]


def is_french(text: str) -> bool:
    """Numéro d'inscription au répertoire: 97 minus the first thirteen digits modulo 97."""
    plain = plain_of(text)
    digits = plain.replace("2A", "19", 1) if plain[5:7] == "2A" else plain
    digits = digits.replace("2B", "18", 1) if plain[5:7] == "2B" else digits
    return len(digits) == 15 and digits.isdigit() and 97 - int(digits[:13]) % 97 == int(digits[13:])


def is_german_pension(text: str) -> bool:
    """Rentenversicherungsnummer (VKVV § 4): the letter as two digits, weights, cross sums, modulo 10."""
    plain = plain_of(text)
    if len(plain) != 12 or not plain[8].isalpha() or not (plain[:8] + plain[9:]).isdigit():
        return False
    day, month = int(plain[2:4]), int(plain[4:6])
    if not (1 <= (day - 50 if day > 50 else day) <= 31 and 1 <= month <= 12):
        return False
    digits = f"{plain[:8]}{ord(plain[8]) - 64:02d}{plain[9:11]}"
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    products = (int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return sum(product // 10 + product % 10 for product in products) % 10 == int(plain[11])


def is_finnish(text: str) -> bool:
    """Henkilötunnus: the last character is the nine digits modulo 31."""
    digits = digits_of(text[:6] + text[7:10])
    return len(digits) == 9 and _HETU_LETTERS[int(digits) % 31] == text[-1].upper()


def is_irish(text: str) -> bool:
    """PPS number: weights 8 to 2, a second letter counts nine times, modulo 23."""
    plain = plain_of(text)
    second = 9 * (ord(plain[8]) - 64) if len(plain) == 9 and plain[8] != "W" else 0
    return _PPS_LETTERS[(weighted(plain[:7], (8, 7, 6, 5, 4, 3, 2)) + second) % 23] == plain[7]


def is_machine_readable(text: str) -> bool:
    """The second line of a passport (ICAO 9303): weights 7, 3, 1 over number, birth and expiry."""
    return all(_is_icao(text[begin:end], text[end]) for begin, end in ((0, 9), (13, 19), (21, 27)))


def _is_icao(field: str, check: str) -> bool:
    values = (0 if character == "<" else int(character, 36) for character in field.upper())
    return check.isdigit() and sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10 == int(
        check
    )
