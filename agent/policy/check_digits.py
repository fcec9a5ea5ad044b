"""Checks the check digits of card, account and identity numbers: is this number really one of them?

Add a country's number here and where `redaction` looks for it.
"""

_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_HETU_LETTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
# By rank in 0–9A–Z; a digit counts as the letter of its rank.
_FISCAL_ODD_LETTERS = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_FISCAL_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (*_FISCAL_ODD_LETTERS[:10], *_FISCAL_ODD_LETTERS),
        strict=True,
    )
)


def digits_of(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def is_luhn(digits: str) -> bool:
    """Payment cards (ISO/IEC 7812-1, annex B) and Swedish identity numbers."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return bool(digits) and total % 10 == 0


def is_card(text: str) -> bool:
    digits = digits_of(text)
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and is_luhn(digits)


def is_iban(text: str) -> bool:
    """International bank account numbers (ISO 13616: ISO 7064 mod 97-10)."""
    plain = "".join(character for character in text if character.isalnum()).upper()
    if not 15 <= len(plain) <= 34 or not plain.isascii():
        return False
    return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97 == 1


def is_spanish(text: str) -> bool:
    """DNI and NIE: the letter is the number modulo 23."""
    plain = text.upper().replace("-", "").replace(" ", "")
    digits = plain[:-1].translate(str.maketrans("XYZ", "012"))
    return digits.isdigit() and _DNI_LETTERS[int(digits) % 23] == plain[-1]


def is_swedish(text: str) -> bool:
    """Personnummer: Luhn over the last ten digits."""
    return is_luhn(digits_of(text)[-10:])


def is_finnish(text: str) -> bool:
    """Henkilötunnus: the last character is the nine digits modulo 31."""
    digits = digits_of(text[:6] + text[7:10])
    return len(digits) == 9 and _HETU_LETTERS[int(digits) % 31] == text[-1].upper()


def is_italian(text: str) -> bool:
    """Codice fiscale: odd places by table, even places by value, modulo 26."""
    plain = text.upper()
    total = sum(
        _FISCAL_ODD[character] if place % 2 == 0 else int(character, 36) - (10 if character.isalpha() else 0)
        for place, character in enumerate(plain[:15])
    )
    return chr(ord("A") + total % 26) == plain[15]


def is_french(text: str) -> bool:
    """Numéro d'inscription au répertoire: 97 minus the first thirteen digits modulo 97."""
    plain = "".join(character for character in text.upper() if character.isalnum())
    digits = plain.replace("2A", "19").replace("2B", "18")
    return len(digits) == 15 and digits.isdigit() and 97 - int(digits[:13]) % 97 == int(digits[13:])
