"""Payment cards and bank accounts."""

from domain.redaction.kinds import Kind, Mark, NumberKind
from domain.redaction.people import check_digits

_BETWEEN = r"[ \x{a0}\x{202f}._/·–-]{1,3}"

ACCOUNTS = (
    Kind(
        name="bank account (IBAN)",
        mark=Mark.IBAN,
        pattern=r"(?i)[a-z]{2}[ .-]?\d{2}(?:[ \x{a0}\x{202f}._-]{0,2}[a-z0-9]){11,30}",
        check=check_digits.is_iban,
        digits=8,
        is_word=True,
        taken=(
            "Überweisung «DE89 3704 0044 0532 0130 00» ausführen",
            "IBAN «GB29NWBK60161331926819»",
            "conto «IT60 X054 2811 1010 0000 0123 456» saldo",
            "Zahlung_«CH93-0076-2011-6238-5295-7».pdf",
        ),
        kept=("GB29 NWBK 6016 1331 9268 18", "INC0012345 and CHG0034567 and more"),
    ),
)
CARDS = (
    NumberKind(
        name="payment card",
        mark=Mark.CARD,
        counts=(14, 15, 16, 17, 18, 19),
        pattern=rf"\d{{14,19}}|\d{{3,}}(?:{_BETWEEN}\d{{3,}})+(?:{_BETWEEN}\d{{1,3}})?",
        check=check_digits.is_card,
        taken=(
            "Card «4111 1111 1111 1111» declined",
            "Karte «5555.5555.5555.4444»",
            "carte «4111-1111-1111-1111» refusée",
            "tarjeta_«4111_1111_1111_1111».pdf",
            "Amex «3782 822463 10005»",
            "carta «4012888888881881»",
        ),
        kept=("4111 1111 1111 1112", "EAN 4006381333931", "Lieferung 9911 1111 1111 1116"),
    ),
)
CARD_CODES = (
    Kind(
        name="code of a payment card, after its label",
        mark=Mark.CARD,
        pattern=r"(?i)\b(?:cvv2?|cvc2?|cid|kartenprüfnummer|prüfziffer der karte|cryptogramme(?: visuel)?|card security code)"
        r"[\s:=#-]{1,3}(\d{3,4})\b",
        needs=("cv", "cid", "karte", "cryptogramme", "card sec"),
        digits=3,
        is_labelled=True,
        taken=("CVV: «123»", "cryptogramme visuel : «4321»", "Kartenprüfnummer «987»"),
        kept=("CVE-2024-1234",),
    ),
)
