"""One-time codes as mails and messages show them, in English, German, French, Spanish, Italian and Dutch."""

from domain.redaction.kinds import Kind, Mark

_OF = r"(?:your|dein(?:en?)?|ihr(?:en?)?|votre|ton|su|tu|il (?:tuo|suo)|tuo|suo|uw|je|jouw|mein|mon|mi|my|the|der|le|el|il|de|einmaliger)"
_QUALIFIED = (
    r"(?:(?:verification|security|confirmation|log-?in|sign-?in|access|one[- ]time|single-use|authentication|auth|authorization|activation"
    r"|two-factor|2fa|temporary|recovery|unlock|otp|sms|whatsapp|google)[ -](?:pass)?code"
    r"|(?:bestätigungs|sicherheits|verifizierungs|verifikations|einmal|anmelde|freischalt|zugangs|authentifizierungs|aktivierungs|prüf|login|sms|tan)-?code"
    r"|einmal(?:passwort|kennwort)|one[- ]time pass(?:word|code)|passcode"
    r"|code (?:de|d['’]|di|da) ?(?:vérification|verification|sécurité|confirmation|connexion|accès|authentification|validation|activation|conferma|verifica|sicurezza|accesso|autenticazione)"
    r"|code (?:à )?usage unique|code temporaire|mot de passe à usage unique"
    r"|c[oó]digo de (?:verificaci[oó]n|seguridad|confirmaci[oó]n|acceso|autenticaci[oó]n|activaci[oó]n|un solo uso)"
    r"|codice (?:di (?:verifica|sicurezza|conferma|accesso|autenticazione|attivazione)|otp|temporaneo|monouso|usa e getta)"
    r"|(?:verificatie|beveiligings|bevestigings|inlog|toegangs|eenmalige|controle|activerings)[- ]?code|otp|2fa|totp|mfa)"
)
_IS = r"(?:\s?[:=#-]|\s(?:is|ist|lautet|lauten|est|es|è|e|luidt|zijn|are)(?: le| el| il)?\s?:?)"
_CODE = r"((?:[A-Z]{1,3}-)?\d{3,4}[ -]?\d{2,4}|\d{2}[ -]\d{2}[ -]\d{2}|\d{4,8}|[A-Z0-9]{3}-?[A-Z0-9]{3,5})\b"

ONE_TIME_CODES = (
    Kind(
        name="code of which a sentence says whose it is",
        mark=Mark.ONE_TIME_CODE,
        pattern=rf"(?i:\b{_OF}(?: [\wà-ÿ.-]{{2,20}}){{0,3}}[ -]?(?:[\wà-ÿ-]{{2,20}})?(?:code|kod|código|codigo|codice|tan|otp|pin)"
        rf"(?: (?:de|di|d['’]|for|für|pour|para|per|voor|von|zur|to|da) ?[\wà-ÿ.-]{{2,20}}){{0,3}}{_IS})\s?{_CODE}",
        check=lambda text: any(c.isdigit() for c in text),
        needs=("cod", "kod", "cód", "tan", "otp", "pin"),
        digits=3,
        is_labelled=True,
        taken=(
            "Your code is «839201»",
            "Ihr Code lautet «839 201»",
            "Votre code est «839201»",
            "Su código es «839201»",
            "Il tuo codice è «839201»",
            "Je code is «839201»",
            "Your Example code for login is: «G-839201»",
        ),
        kept=("Your code is reviewed", "Your code is 50 lines"),
    ),
    Kind(
        name="one-time code after its label",
        mark=Mark.ONE_TIME_CODE,
        pattern=rf"(?i:{_QUALIFIED})(?:(?i: (?:for|für|pour|para|per|voor|von|zur) [\w.-]{{2,20}})?{_IS}|\s?\(?)\s?{_CODE}",
        check=lambda text: any(c.isdigit() for c in text),
        needs=("cod", "cód", "otp", "2fa", "mfa", "pass", "kennwort"),
        digits=3,
        is_labelled=True,
        taken=(
            "Bestätigungscode: «839201»",
            "code de vérification : «1234»",
            "verification code «4821»",
            "codice di verifica «550 193»",
            "inlogcode «839201»",
            "OTP «123456»",
        ),
        kept=("verification code required", "Bestätigungscode eingeben"),
    ),
    Kind(
        name="one-time code before its label",
        mark=Mark.ONE_TIME_CODE,
        pattern=rf"{_CODE}\s?(?i:[:–—-]|is|ist|lautet|est|es|è|e|luidt)\s(?i:(?:{_OF}|a|ein|un|een|the)\s(?:[\wà-ÿ.-]{{2,20}} ){{0,3}}[\wà-ÿ-]*(?:code|código|codice|tan|otp|pin)\b)",
        check=lambda text: any(c.isdigit() for c in text),
        needs=("cod", "cód", "tan", "otp", "pin"),
        digits=3,
        is_labelled=True,
        taken=(
            "«839201» is your verification code",
            "«839201» ist Ihr Sicherheitscode",
            "«1234» est votre code",
            "«839201» es su código",
            "«839201» è il tuo codice",
            "«839201» is je inlogcode",
        ),
        kept=("2026 is your year",),
    ),
    Kind(
        name="code with a colon, at the beginning of what is said",
        mark=Mark.ONE_TIME_CODE,
        pattern=r"(?:^|[-–|:(\[.!] ?)(?i:code|código|codice)(?i: ist| is| est| es| è)?\s?[: ]\s?(\d{6}|\d{3}[ -]\d{3})(?:$|[^\d])",
        needs=("cod", "cód"),
        digits=6,
        is_labelled=True,
        taken=("Code: «839201» - Nachricht",),
        kept=("Product code: 839201", "Error code 500123"),
    ),
    Kind(
        name="code that one is asked to use",
        mark=Mark.ONE_TIME_CODE,
        pattern=r"(?i)\b(?:use|enter|type|verwenden sie|geben sie|nutzen sie|utilisez|saisissez|entrez|usa|usi|utiliza|introduce|inserisci|gebruik|voer) "
        r"(?:(?:the |den |le |el |il |de )?(?:code|código|codice) )?(\d{4,8}|\d{3}[ -]\d{3}) "
        r"(?:to|as|um|als|zur|pour|comme|para|como|per|come|om|in|ein)\b",
        digits=4,
        is_labelled=True,
        taken=(
            "Use «4839» to verify your account",
            "Utilisez «839201» pour vous connecter",
            "Gebruik «839201» om in te loggen",
        ),
        kept=("Use 12 to verify", "Enter order 4711"),
    ),
)
