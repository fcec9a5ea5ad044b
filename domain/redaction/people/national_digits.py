"""Check digits of identity numbers that are digits alone. Every function takes exactly these digits.

Where a number holds a date of birth, the date must exist: that is a check as good as a digit.
"""

from collections import Counter

from domain.redaction.people.check_digits import is_date, is_luhn, weighted


def is_german_tax(digits: str) -> bool:
    """Steuer-Identifikationsnummer: one digit of the first ten comes twice or thrice; ISO 7064 mod 11,10."""
    counts = Counter(digits[:10])
    if len(digits) != 11 or digits[0] == "0" or len(counts) not in {8, 9}:
        return False
    product = 10
    for digit in digits[:10]:
        product = 2 * ((int(digit) + product) % 10 or 10) % 11
    return (11 - product) % 10 == int(digits[10])


def is_austrian(digits: str) -> bool:
    """Sozialversicherungsnummer: weights 3 7 9 · 5 8 4 2 1 6, modulo 11; then the date of birth."""
    total = weighted(digits[:3] + digits[4:], (3, 7, 9, 5, 8, 4, 2, 1, 6))
    day, month = int(digits[4:6]), int(digits[6:8])
    return digits[0] != "0" and total % 11 == int(digits[3]) and 1 <= day <= 31 and 1 <= month <= 15


def is_swiss(digits: str) -> bool:
    """AHV number: 756, and the check digit of EAN-13."""
    return digits[:3] == "756" and is_ean(digits)


def is_ean(digits: str) -> bool:
    return weighted(digits, (1, 3) * 7) % 10 == 0


def is_french(digits: str) -> bool:
    """NIR: sex, year, a month that there is, and the key."""
    month = int(digits[3:5])
    is_month = 1 <= month <= 12 or 20 <= month <= 42 or month >= 50
    return digits[0] in "123478" and is_month and 97 - int(digits[:13]) % 97 == int(digits[13:])


def is_dutch(digits: str) -> bool:
    """Burgerservicenummer: the eleven test."""
    return len(set(digits)) > 1 and weighted(digits.zfill(9), (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def is_belgian(digits: str) -> bool:
    """Rijksregisternummer: a date, and 97 minus the first nine digits modulo 97 (with a 2 before, from 2000)."""
    month, day = int(digits[2:4]) % 20, int(digits[4:6])
    if month > 12 or day > 31:
        return False
    return any(97 - int(century + digits[:9]) % 97 == int(digits[9:]) for century in ("", "2"))


def is_british_health(digits: str) -> bool:
    """NHS number: weights 10 to 2, modulo 11."""
    check = (11 - weighted(digits[:9], (10, 9, 8, 7, 6, 5, 4, 3, 2)) % 11) % 11
    return check == int(digits[9]) and len(set(digits)) > 1


def is_american(digits: str) -> bool:
    """Social security number: no check digit, but parts that are never given."""
    return digits[:3] not in {"000", "666"} and digits[0] != "9" and digits[3:5] != "00" and digits[5:] != "0000"


def is_polish(digits: str) -> bool:
    """PESEL: a date with the century in the month, weights 1 3 7 9, modulo 10."""
    century, month = divmod(int(digits[2:4]), 20)
    year = (1900, 2000, 2100, 2200, 1800)[century] + int(digits[:2])
    if not 1900 <= year < 2050 or not is_date(year, month, int(digits[4:6])):
        return False
    return weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def is_swedish(digits: str) -> bool:
    """Personnummer: a date, Luhn over the last ten digits."""
    month, day = int(digits[-8:-6]), int(digits[-6:-4]) % 60
    return 1 <= month <= 12 and 1 <= day <= 31 and is_luhn(digits[-10:])


def is_danish(digits: str) -> bool:
    """CPR number: a date of birth; its check digit is no longer given to everybody."""
    return is_date(2000 + int(digits[4:6]) % 100, int(digits[2:4]), int(digits[:2]))


def is_norwegian(digits: str) -> bool:
    """Fødselsnummer: two check digits modulo 11."""
    first = weighted(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11
    second = weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11
    return first == 0 and second == 0 and 1 <= int(digits[:2]) % 40 <= 31


def is_portuguese(digits: str) -> bool:
    """NIF: weights 9 to 2, modulo 11."""
    rest = weighted(digits[:8], (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return int(digits[8]) == (0 if rest < 2 else 11 - rest)


def is_czech(digits: str) -> bool:
    """Rodné číslo: a date (women 50 more in the month), all ten digits divisible by 11."""
    month = int(digits[2:4]) % 50
    return (1 <= month <= 12 or 21 <= month <= 32) and 1 <= int(digits[4:6]) <= 31 and int(digits) % 11 == 0
