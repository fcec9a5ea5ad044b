"""Keys of clouds and services by their published beginnings, authorization headers, private keys, long random texts.

Add a service's beginning to `_BEGINNINGS` with what follows it.
"""

from domain.redaction.kinds import Kind, Mark
from domain.redaction.looks import holds_a_colon, looks_random

_BEGINNINGS = (
    r"(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}",  # Amazon
    r"AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}",  # Google
    r"[\w~.-]{3}[78]Q~[\w~.-]{31,34}",  # Microsoft Entra
    r"gh[pousr]_\w{20,}|github_pat_\w{20,}",
    r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas|ffct)-[\w.-]{16,}|GR1348941[\w-]{16,}",  # GitLab
    r"xox[abeoprs](?:\.xox[bp])?-[\w-]{10,}|xapp-\d-[\w-]{10,}",  # Slack
    r"[srp]k_(?:live|test)_\w{8,}|whsec_[\w+/=]{16,}",  # Stripe
    r"SG\.[\w-]{16,}\.[\w-]{16,}|key-[0-9a-f]{32}",  # SendGrid, Mailgun
    r"(?:SK|AC)[0-9a-f]{32}|npm_\w{30,}|pypi-[\w-]{30,}|dckr_pat_[\w-]{20,}",
    r"sk-(?:proj-|ant-|or-)?[\w-]{20,}|hf_\w{20,}|gsk_\w{20,}",  # language models
    r"do[opr]_v1_[0-9a-f]{32,}|hvs\.[\w-]{20,}|dapi[0-9a-f]{32}|dp\.pt\.\w{30,}",
    r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{20,}|sq0(?:atp|csp)-[\w-]{20,}|EAA[\w]{30,}",
    r"ATATT3x[\w=-]{30,}|lin_api_\w{30,}|figd_[\w-]{30,}|NRAK-[A-Z0-9]{20,}|sntr[yu]s_[\w+/=]{20,}|glsa_\w{30,}",
    r"\d{8,10}:AA[\w-]{32,34}|AGE-SECRET-KEY-1[A-Z0-9]{30,}|[MN][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,}",
)
_NEEDS = (
    *(
        "akia",
        "asia",
        "abia",
        "acca",
        "aroa",
        "aida",
        "aiza",
        "ya29",
        "gocspx",
        "q~",
        "gh",
        "gl",
        "gr1348941",
        "xox",
        "xapp",
    ),
    *(
        "k_live_",
        "k_test_",
        "whsec_",
        "sg.",
        "key-",
        "sk",
        "ac",
        "npm_",
        "pypi-",
        "dckr",
        "hf_",
        "_v1_",
        "hvs.",
        "dapi",
    ),
    *("dp.pt", "shp", "sq0", "eaa", "atatt", "lin_api", "figd", "nrak", "sntr", ":aa", "m", "n"),
)

SERVICE_KEYS = (
    Kind(
        name="private key block",
        mark=Mark.TOKEN,
        pattern=r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)",
        needs=("private key",),
        is_labelled=True,
        taken=(
            "«-----BEGIN RSA PRIVATE KEY----- MIIEow»",
            "«-----BEGIN PRIVATE KEY----- a -----END PRIVATE KEY-----» b",
        ),
        kept=("-----BEGIN PUBLIC KEY----- MIIEow",),
    ),
    Kind(
        name="JSON Web Token",
        mark=Mark.TOKEN,
        pattern=r"\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*){0,3}",
        needs=("eyj",),
        is_labelled=True,
        taken=("jwt «eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_1»",),
        kept=("eyJafjallajökull.report",),
    ),
    Kind(
        name="authorization or cookie header",
        mark=Mark.TOKEN,
        pattern=r"(?i)\b(?:(?:proxy-)?authorization|x-(?:api|auth|access|goog-api)-?(?:key|token)|(?:set-)?cookie|private-token|apikey)"
        r"['\"]?\s?[:=]\s*['\"]?((?:(?:basic|bearer|token|digest|negotiate|ntlm|apikey|aws4-hmac-sha256|key) )?[^\s'\"]{3,}(?: [^\s'\"]*[=;][^\s'\"]*)*)",
        needs=("auth", "x-", "cookie", "token", "apikey"),
        is_labelled=True,
        taken=(
            "Authorization: «Basic YW5uYTpnZWhlaW0=»",
            "authorization: «Bearer abc.def» sent",
            "X-Api-Key: «1234abcd»",
            "Cookie: «sid=abc; theme=dark»",
        ),
        kept=("Authorization: ", "cookie settings"),
    ),
    Kind(
        name="bearer token",
        mark=Mark.TOKEN,
        pattern=r"(?i)\bbearer\s+([\w.~+/=-]{12,})",
        needs=("bearer",),
        is_labelled=True,
        taken=("curl Bearer «0123456789abcdef»",),
        kept=("bearer of news",),
    ),
    Kind(
        name="basic authorization",
        mark=Mark.TOKEN,
        pattern=r"(?i)\bbasic\s+([a-z0-9+/]{6,}={0,2})",
        check=holds_a_colon,
        needs=("basic",),
        is_labelled=True,
        taken=("header Basic «YW5uYTpnZWhlaW0=»",),
        kept=("Visual Basic programming", "Basic training"),
    ),
    Kind(
        name="key of a cloud or service by its beginning",
        mark=Mark.TOKEN,
        pattern=r"(?:^|[^A-Za-z0-9])(" + "|".join(_BEGINNINGS) + ")",
        needs=_NEEDS[:-2],
        is_labelled=True,
        taken=(
            "aws «AKIAIOSFODNN7EXAMPLE»",
            "push «ghp_" + "a1B2c3D4e5" * 3 + "abcdef»",
            "«glpat-" + "x1Y2z3W4v5" * 2 + "»",
            "«xoxb-" + "123456789012-abcdefGHIJ»",
            "key «sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc» x",
            "«AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q»",
        ),
        kept=("ghp_short", "xoxo-team"),
    ),
    Kind(
        name="secret of an Azure connection or signature",
        mark=Mark.TOKEN,
        pattern=r"(?i)\b(?:accountkey|sharedaccesskey|sharedaccesssignature|sig|x-amz-signature|x-goog-signature|x-amz-credential|aws_secret_access_key)\s?[=:]\s?([^\s;&]{8,})",
        needs=("key", "sig", "credential"),
        is_labelled=True,
        taken=("AccountName=a;AccountKey=«q8Zt/1+x==»;x=y",),
    ),
    Kind(
        name="webhook of Slack, Teams or Discord",
        mark=Mark.TOKEN,
        pattern=r"(?i)(?:hooks\.slack\.com/(?:services|workflows)|webhook\.office\.com/webhookb2|discord(?:app)?\.com/api/webhooks)/(\S+)",
        needs=("hook",),
        is_labelled=True,
        taken=("https://hooks.slack.com/services/«T0/B0/x1»",),
    ),
)

RANDOM_TEXTS = (
    Kind(
        name="reset, invitation or session token in a web address",
        mark=Mark.TOKEN,
        pattern=r"(?i)/(?:reset(?:-?password)?|password-?reset|passwordreset|verify|verification|confirm|confirmation|activate|activation|invite|invitation"
        r"|magic-?link|unsubscribe|token|tokens|auth|login|recover|set-password|session|s|share|shared)/([\w.~=-]{12,})",
        check=lambda text: any(c.isdigit() for c in text),
        needs=("/",),
        digits=1,
        taken=("https://a.example/reset/«abc123def456ghi»",),
        kept=("https://a.example/login/administration",),
    ),
    Kind(
        name="secret in AWS's form: forty characters of base64",
        mark=Mark.TOKEN,
        pattern=r"[A-Za-z0-9+/]{40}",
        check=lambda text: ("/" in text or "+" in text) and looks_random(text.replace("/", "").replace("+", "")),
        digits=1,
        is_word=True,
        taken=("secret «wJ2lrX9tnF3MI/K7MD4NG/bP5RfiC6EX7MP8LEKE»",),
    ),
    Kind(
        name="long random text: a hash, a UUID, a key of an unknown service",
        mark=Mark.TOKEN,
        pattern=r"[A-Za-z0-9_-]{24,}={0,2}",
        check=looks_random,
        digits=1,
        is_word=True,
        taken=(
            "token «q8ZtR4vL0pXw7NcY2bKm5HdS»",
            "commit «3f2a9c81d07be4561f2a9c81d07be4561f2a9c81»",
            "id «7c9e6679-7425-40de-944b-e07fc1f90ae7» open",
        ),
        kept=(
            "a-very-long-but-harmless-file-name-without-secrets.txt",
            "Quartalsbericht2024FinalVersion",
            "Report_2024_Q3_v2_final_checked_by_controlling",
        ),
    ),
)
