"""Passwords and other secrets after a label, in English, German, French, Spanish, Italian and Dutch."""

from domain.redaction.kinds import Kind, Mark
from domain.redaction.looks import is_a_value, is_mixed, is_told, looks_like_a_password, looks_like_a_secret

_WORD = (
    r"(?:pass[_-]?w(?:or[dt]|rd|d)|pa(?:ss|ß)[_ -]?w[oö]rt|passwd|pass[_ -]?phrase|passcode|passkey|pwd|psw|kennwort|codewort"
    r"|zugangscode|zugangskennung|mot[s]? de passe|mot2passe|mdp|phrase secr[eè]te|code secret|code d['’]acc[eè]s"
    r"|contrase(?:ñ|n|n\x{303})as?|clave(?: de (?:acceso|usuario)| secreta)?|palabra de paso|c[oó]digo de acceso"
    r"|parola d['’]ordine|parola di accesso|codice (?:segreto|di accesso)|wachtwoord(?:en)?|wachtzin|paswoord|toegangscode)"
)
_KEY = (
    r"(?:api[_ -]?(?:key|token|secret|schl[uü]ssel|sleutel)|access[_ -]?(?:key|token)(?:[_ -]?id)?|secret[_ -]?(?:access[_ -]?)?key"
    r"|client[_ -]?secret|auth[_ -]?token|refresh[_ -]?token|bearer[_ -]?token|private[_ -]?key|account[_ -]?key|shared[_ -]?access[_ -]?key"
    r"|cl[eé] (?:api|secr[eè]te)|clave api|chiave (?:api|segreta)|recovery (?:key|code)|wiederherstellungsschl[uü]ssel"
    r"|licen[sc]e key|product key|lizenzschl[uü]ssel|encryption[_ -]?key|webhook[_ -]?secret|php ?sess ?id|jsessionid"
    r"|session[_ -]?(?:id|token|key)|csrf[_ -]?token|x-api-key)"
)
_TO_THE_END = r"(?:\"([^\"]{1,200})\"|'([^']{1,200})'|(\S.*?)(?:\s[-–—|·•»]\s|[,;]\s|\n|$))"
_NEEDS_WORD = (
    *("pass", "paß", "pwd", "psw", "kennw", "codew", "zugang", "mdp", "mot", "secr", "acc", "contrase"),
    *("clave", "paso", "parola", "segreto", "wacht", "pasw", "toegang"),
)
_NEEDS_KEY = ("key", "token", "secret", "schl", "sleutel", "clé", "cle ", "clave", "chiave", "sess", "recovery")

LABELLED_SECRETS = (
    Kind(
        name="password after its label and an equals sign",
        mark=Mark.PASSWORD,
        pattern=rf"(?i){_WORD}['\"\]]?\s?(?:=>|:=|={{1,3}})\s?(?:\"([^\"]{{1,200}})\"|'([^']{{1,200}})'|(\S+))",
        check=is_a_value,
        needs=_NEEDS_WORD,
        is_labelled=True,
        taken=(
            "password=«hunter2»",
            "DB_PASSWORD=«s3cr3t» make",
            "Server=db;Pwd=«abc;x=1»",
            "PGPASSWORD='«a b c»' psql",
        ),
        kept=("password=", "password=***", "clave = "),
    ),
    Kind(
        name="password after its label and a colon",
        mark=Mark.PASSWORD,
        pattern=rf"(?i){_WORD}['\"\])]?\s?[:：]\s*{_TO_THE_END}",
        check=is_a_value,
        needs=_NEEDS_WORD,
        is_labelled=True,
        taken=(
            "Passwort: «Sommer 2024!» - Editor",
            "mot de passe : «azerty12»",
            "contraseña: «hola»",
            "wachtwoord: «geheim»",
            "parola d'ordine: «segreto» | Note",
            "WLAN-Kennwort: «12345678»",
            '{"password": "«hunter2»"}',
        ),
        kept=("Password: ********", "Passwort: - Anmelden", "Password: forgot?", "Kennwort: ändern"),
    ),
    Kind(
        name="password after its label, a few words and a colon",
        mark=Mark.PASSWORD,
        pattern=rf"(?i){_WORD}(?:[ _-]\(?[^\s:=]{{1,24}}){{1,3}}\s?[:=]\s?(\S+)",
        check=is_told,
        needs=_NEEDS_WORD,
        is_labelled=True,
        taken=("Passwort für Anna: «Sommer2024»", "mot de passe du wifi : «Azerty12»", "Password (new): «P@ssw0rd»"),
        kept=("Password reset instructions: step 2", "Passwort vergessen: Hilfe"),
    ),
    Kind(
        name="password that a sentence tells",
        mark=Mark.PASSWORD,
        pattern=rf"(?i){_WORD}(?: [a-zà-ÿ-]{{1,15}}){{0,2}} (?:lautet|ist|heisst|heißt|is|was|est|era|es|è|:)\s*:?\s*[\"'„“«]?([^\s\"'“”»]+)",
        check=is_told,
        needs=_NEEDS_WORD,
        is_labelled=True,
        taken=("Dein Passwort lautet «Sommer2024»", "la contraseña es «Hola123»", "la password è «ciao99»"),
        kept=("Password is required", "Ihr Passwort ist abgelaufen", "Le mot de passe est incorrect"),
    ),
    Kind(
        name="password right after its label",
        mark=Mark.PASSWORD,
        pattern=rf"(?i)\b(?:{_WORD}|pw) [\"'„“]?([^\s\"'“”]{{5,}})",
        check=looks_like_a_password,
        needs=(*_NEEDS_WORD, "pw"),
        is_labelled=True,
        taken=("Passwort «Sommer2024!» notieren", "mdp «azerty12»", "pw «Winter-99»"),
        kept=("Password Manager", "Passwort INC0012345", "Password policy2024.pdf"),
    ),
    Kind(
        name="password in mark-up",
        mark=Mark.PASSWORD,
        pattern=r"(?i)<[a-z:_-]*(?:password|passwd|pwd|secret|kennwort|passwort)>([^<]+)<",
        needs=("<",),
        is_labelled=True,
        taken=("<password>«hunter2»</password>",),
    ),
    Kind(
        name="key or token after its label",
        mark=Mark.TOKEN,
        pattern=rf"(?i){_KEY}['\"\])]?\s?[:=]{{1,2}}>?\s*['\"]?([^\s'\"]{{4,}})",
        check=looks_like_a_secret,
        needs=_NEEDS_KEY,
        is_labelled=True,
        taken=("API key: «abcd-1234-efgh»", "client_secret=«q8Zt»", "clé API : «k3y9z8»", "JSESSIONID=«0AF3B2»"),
        kept=("API key: documentation", "private key: overview"),
    ),
    Kind(
        name="short label of a secret with its value",
        mark=Mark.TOKEN,
        pattern=r"(?i)(?:^|[\s?&;,({\"'[_-])(?:(?:pw|pass|secret|geheimnis|token|jeton|credentials?|creds?)['\"]?(?:\s?:\s?|\s?=\s?)"
        r"|(?:session|sid|sig|signature|code_verifier|otp|key)=)['\"]?([^\s'\"&]{4,})",
        check=is_mixed,
        needs=(":", "="),
        is_labelled=True,
        taken=("token=«abc123»", "pass: «hunter2»", "secret = «s3cr3t!»", "sid=«9f8e7d6c»"),
        kept=("Session: Planning", "Token: Ring Wiki", "key: value"),
    ),
    Kind(
        name="PIN, PUK or TAN after its label",
        mark=Mark.PASSWORD,
        pattern=r"(?:\b|_)(?:(?i:code pin|pin[- ]?code|puk[- ]?code|código pin|codice pin|geheimzahl|geheimnummer|pin-nummer|m?tan)|PIN|PUK|P[iu][nk]:)"
        r"(?i: (?:lautet|ist|is|est|es|è))?[\s:=#-]{1,3}(\d{4,8}(?:-\d{3,4})?)\b",
        needs=("pin", "puk", "tan", "geheim"),
        digits=4,
        is_labelled=True,
        taken=("PIN: «1234»", "code PIN : «4321»", "Geheimzahl «9876»", "mTAN «839201»"),
        kept=("PIN-Nummer vergessen", "pin 1234 of the plug"),
    ),
)
