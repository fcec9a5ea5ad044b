"""Identity, tax, social security and passport numbers. Add a country's row here, its check digits beside."""

from domain.redaction.kinds import Check, Kind, Mark, NumberKind, always
from domain.redaction.people import check_digits, national_digits

_ID = Mark.NATIONAL_ID


def _letters(name: str, pattern: str, check: Check, taken: tuple[str, ...], kept: tuple[str, ...] = ()) -> Kind:
    return Kind(name=name, mark=_ID, pattern=pattern, check=check, taken=taken, kept=kept, digits=6, is_word=True)


def _digits(  # noqa: PLR0917 - one row of a table
    name: str,
    counts: tuple[int, ...],
    pattern: str,
    check: Check,
    taken: tuple[str, ...],
    kept: tuple[str, ...] = (),
    *,
    label: str = "",
    is_plain: bool = False,
) -> NumberKind:
    return NumberKind(
        name=name,
        mark=_ID,
        counts=counts,
        pattern=pattern,
        check=check,
        taken=taken,
        kept=kept,
        label=label,
        is_plain=is_plain,
    )


IDENTITIES = (
    Kind(
        name="machine-readable line of a passport or identity card",
        mark=_ID,
        pattern=r"\b[PIAC][A-Z<][A-Z<]{3}[A-Z]+(?:<[A-Z]+)*<<[A-Z<]{6,}[A-Z0-9<]*",
        needs=("<<",),
        taken=("«P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<»", "«P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<»"),
        kept=("Umsatz << Vorjahr",),
    ),
    Kind(
        name="second machine-readable line",
        mark=_ID,
        pattern=r"[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]*",
        check=check_digits.is_machine_readable,
        digits=15,
        taken=("«L898902C36UTO7408122F1204159ZE184226B<<<<<10»",),
    ),
    _letters(
        "Italian codice fiscale",
        r"(?i)[a-z]{3} ?[a-z]{3} ?[\dlmnpqrstuv]{2}[a-ehlmprst][\dlmnpqrstuv]{2} ?[a-z][\dlmnpqrstuv]{3}[a-z]",
        check_digits.is_italian,
        ("CF «RSSMRA85T10A562S»", "«rss mra 85t10 a562s»"),
        ("RSSMRA85T10A562A",),
    ),
    _letters(
        "German pension insurance number",
        r"(?i)\d{2} ?\d{6} ?[a-z] ?\d{3}|\d{2} \d{2} ?\d{2} ?\d{2} [a-z] \d{2} ?\d",
        check_digits.is_german_pension,
        ("RV-Nummer «65 170839 J 003»", "Rente «15070649C103»"),
        ("15070649C104",),
    ),
    _letters(
        "French social security number of Corsica",
        r"(?i)[1278][ .]?\d{2}[ .]?\d{2}[ .]?2[ab][ .]?\d{3}[ .]?\d{3}[ .]?\d{2}",
        check_digits.is_french,
        ("NIR «1 85 07 2A 004 123 88»",),
    ),
    _letters(
        "Spanish DNI or NIE",
        r"(?i)(?:[xyz][ -]?\d{7}|\d{8}|\d{1,2}\.\d{3}\.\d{3})[ -]?[a-z]",
        check_digits.is_spanish,
        ("DNI «12345678Z»", "NIE «X-1234567-L»", "DNI «12.345.678-Z»"),
        ("12345678A",),
    ),
    _letters(
        "British national insurance number",
        r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]",
        always,
        ("NINO «AB123456C»", "«JG 12 34 56 A»"),
        ("DA123456C",),
    ),
    _letters(
        "Finnish henkilötunnus",
        r"(?i)\d{6}[-+a-fu-y]\d{3}[0-9a-y]",
        check_digits.is_finnish,
        ("HETU «131052-308T»",),
        ("131052-308A",),
    ),
    _letters(
        "Irish PPS number",
        r"\d{7}[A-W][A-IW]?",
        check_digits.is_irish,
        ("PPS «1234567T»", "«1234567FA»"),
        ("1234567A",),
    ),
    Kind(
        name="identity number of any country, after its label",
        mark=_ID,
        pattern=r"(?i)(?:\b(?:steuer-?id(?:entifikationsnummer|entnummer|nr)?|idnr|steuernummer|st\.?-?nr|sozialversicherungs-?(?:nummer|nr)"
        r"|sv-?(?:nummer|nr)|rentenversicherungs-?(?:nummer|nr)|(?:personal)?ausweis-?(?:nummer|nr)"
        r"|(?:reise)?pass-?(?:nummer|nr)|reisepass|passport (?:no|nr|number)|social security (?:no|number)|ssn|national insurance (?:no|number)"
        r"|tax(?:payer)? id(?:entification number)?|(?:numéro|n°) (?:de )?(?:sécurité sociale|passeport|fiscal)|numéro de sécu"
        r"|(?:número|n[º°]) de (?:la )?(?:seguridad social|pasaporte|afiliación)|(?:numero|n\.) (?:di )?passaporto|codice fiscale"
        r"|paspoort ?nummer|(?:documento|carte|carta) (?:nacional )?(?:de |d['’])identi(?:dad|té|tà))\b)"
        r"[.:#= ]{1,3}([a-z0-9]{0,5}(?:[ ./-]?[a-z]?\d[a-z]?){4,14}[a-z]{0,2})",
        digits=4,
        is_labelled=True,
        is_word=True,
        taken=(
            "Reisepass-Nr. «C01X00T47» gültig",
            "Passport number: «533380006»",
            "Steuernummer «93/815/08152»",
            "numéro de passeport : «18AB12345»",
            "paspoortnummer «SPECI2014»",
            "SSN «078051120»",
        ),
        kept=("Personalausweis beantragen 2026",),
    ),
)

IDENTITY_NUMBERS = (
    _digits(
        "French social security number",
        (15,),
        r"\d{15}|\d \d{2} \d{2} \d{2} \d{3} \d{3} \d{2}|\d[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{2,3}[ .-]?\d{2,3}[ .-]?\d{3}[ ./-]{0,3}\d{2}|\d{13}[ /-]{1,3}\d{2}",
        national_digits.is_french,
        ("NIR «2 55 08 14 168 025 38»", "sécu «255081416802538»"),
        ("255081416802539",),
    ),
    _digits(
        "Swiss AHV number",
        (13,),
        r"756[ .-]?\d{4}[ .-]?\d{4}[ .-]?\d{2}",
        national_digits.is_swiss,
        ("AHV «756.9217.0769.85»", "AVS «7569217076985»"),
        ("756.9217.0769.84", "EAN 4006381333931"),
    ),
    _digits(
        "Belgian rijksregisternummer",
        (11,),
        r"\d{11}|\d{6}[ -]\d{3}[ .-]\d{2}|\d{2}[ .-]\d{2}[ .-]\d{2}[ -]\d{3}[ .-]\d{2}",
        national_digits.is_belgian,
        ("RRN «85.07.30-033.28»", "«85073003328»"),
        ("85.07.30-033.29",),
    ),
    _digits(
        "German tax identification number",
        (11,),
        r"\d{11}|\d{2}[ /]\d{3}[ /]\d{3}[ /]\d{3}",
        national_digits.is_german_tax,
        ("IdNr «86095742719»", "Bescheid «47 036 892 816»"),
        ("Bestellung 86095742719", "86095742718"),
        is_plain=True,
    ),
    _digits(
        "Polish PESEL",
        (11,),
        r"\d{11}",
        national_digits.is_polish,
        ("PESEL «44051401359»",),
        ("44051401358", "zamówienie Order 44051401359"),
        is_plain=True,
    ),
    _digits("Norwegian fødselsnummer", (11,), r"\d{6} ?\d{5}", national_digits.is_norwegian, ("fnr «15076500565»",)),
    _digits(
        "Austrian social security number",
        (10,),
        r"\d{4} ?\d{6}|\d{4}[ /-]\d{2}[ .]?\d{2}[ .]?\d{2}",
        national_digits.is_austrian,
        ("SVNR «1237 010180»", "Versicherte «1237010180»"),
        ("Auftrag 1237010180", "1238 010180"),
        is_plain=True,
    ),
    _digits(
        "Dutch burgerservicenummer",
        (8, 9),
        r"[\d .-]+",
        national_digits.is_dutch,
        ("BSN: «111222333»", "burgerservicenummer «1234.56.782»"),
        ("BSN 111222334", "order 111222333"),
        label=r"bsn(?:-?nummer|-nr)?|burgerservice(?:nummer|nr)?|sofi-?(?:nummer|nr)?|persoonsnummer",
    ),
    _digits(
        "Dutch burgerservicenummer in its own groups",
        (9,),
        r"\d{4}\.\d{2}\.\d{3}",
        national_digits.is_dutch,
        ("«1112.22.333» dossier",),
    ),
    _digits(
        "British NHS number",
        (10,),
        r"\d{3}[ -]\d{3}[ -]\d{4}",
        national_digits.is_british_health,
        ("NHS «943 476 5919»",),
        ("943 476 5918 pcs",),
    ),
    _digits(
        "British NHS number, after its label",
        (10,),
        r"[\d -]+",
        national_digits.is_british_health,
        ("NHS no. «9434765919»",),
        ("Order 9434765919",),
        label="nhs|patient",
    ),
    _digits(
        "American social security number",
        (9,),
        r"\d{3}[ -]\d{2}[ -]\d{4}",
        national_digits.is_american,
        ("SSN «078-05-1120»", "«219 09 9999» W-2"),
        ("000-12-3456", "Invoice 666-12-3456"),
    ),
    _digits(
        "Swedish personnummer",
        (10, 12),
        r"\d{6}(?:\d{2})?[-+]\d{4}",
        national_digits.is_swedish,
        ("Personnummer «811218-9876»",),
        ("811218-9875",),
    ),
    _digits("Danish CPR number", (10,), r"\d{6}-\d{4}", national_digits.is_danish, ("CPR «211062-5629»",)),
    _digits(
        "Czech rodné číslo",
        (10,),
        r"\d{6}/\d{4}",
        national_digits.is_czech,
        ("RČ «736028/5163»",),
        ("736028/5164",),
    ),
    _digits(
        "Portuguese NIF",
        (9,),
        r"[\d .]+",
        national_digits.is_portuguese,
        ("NIF «123456789»",),
        label="nif|contribuinte",
    ),
)
