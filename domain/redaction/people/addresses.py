"""E-mail addresses, the people in paths of their folders, and what web addresses carry."""

import re2

from domain.redaction.kinds import Kind, Mark

_NO_HOST = re2.compile(
    r"(?i)[\d.^~x-]+|v?\d+(?:\.\d+)+\S*|\dx(?:\.\w+)?|latest|next|beta|alpha|canary|rc|main|master|head|stable|dev|lts|nightly"
)
_NOBODY = frozenset(
    {"public", "default", "all users", "default user", "shared", "public.", "...", "%username%", "$user", "<user>"}
)


def _is_someone(text: str) -> bool:
    """No version of a package, no picture in double size, no repository's account."""
    name, _, host = text.rpartition("@")
    return not _NO_HOST.fullmatch(host) and name.casefold() not in {"git", "hg"}


def _is_a_person(name: str) -> bool:
    return name.strip().casefold() not in _NOBODY


ADDRESSES = (
    Kind(
        name="user and password in an address of any scheme",
        mark=Mark.PASSWORD,
        pattern=r"(?i)\b[a-z][a-z0-9+.-]*://([^\s/@'\"<>]*(?::[^\s/'\"<>]*)?)@",
        needs=("://",),
        is_labelled=True,
        taken=("postgres://«anna:geheim»@db/shop", "redis://«:x1»@cache", "ftp://«anna»@host/file"),
        kept=("ssh://host/path",),
    ),
    Kind(
        name="secret parameter of an address without its scheme",
        mark=Mark.URL,
        pattern=r"(?i)[?&#](?:access_token|id_token|refresh_token|token|key|api_?key|code|sig|signature|session|sid|password|pwd|auth|jwt|ticket|otp|secret|state|nonce)=([^\s&]{3,})",
        needs=("=",),
        is_labelled=True,
        taken=("a.example/x?token=«hunter2»", "/cb?a=1&code=«4/P7q»&b=2"),
        kept=("/list?page=12",),
    ),
)
EMAILS = (
    Kind(
        name="e-mail address with a quoted name",
        mark=Mark.EMAIL,
        pattern=r"\"[^\"@\n]{1,64}\"@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*",
        needs=("@",),
        taken=('Mail an «"jane doe"@example.org»',),
        kept=('"jane" @ home',),
    ),
    Kind(
        name="e-mail address, also internationalized or of an intranet",
        mark=Mark.EMAIL,
        pattern=r"[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]+[@＠](?:\[[\da-fA-F.:]+\]|[\p{L}\p{M}\p{N}_-]+(?:\.[\p{L}\p{M}\p{N}_-]+)*)",
        check=_is_someone,
        needs=("@", "＠"),
        taken=(
            "Mail to «jane.doe@example.org» - Outlook",
            "«jörg@müller.example»",
            "«anna@intranet» schrieb",
            "«user@host»: ~/project",
            "«anna@xn--mller-kva.example»",
            "«anna@[192.168.1.7]»",
            "«δοκιμή@παράδειγμα.δοκιμή»",
        ),
        kept=("lodash@4.17.21", "icon@2x.png", "Meeting @ 10:00", "react@latest", "git@example.org:team/shop.git"),
    ),
    Kind(
        name="e-mail address written around",
        mark=Mark.EMAIL,
        pattern=r"(?i)[\w.+-]+\s?[\[({](?:at|ät|@|arroba|chiocciola)[\])}]\s?[\w-]+(?:\s?(?:\.|[\[({](?:dot|punkt|point|punto|\.)[\])}])\s?[\w-]+)+",
        needs=("at)", "at]", "at}", "@)", "@]", "ät", "arroba", "chiocciola"),
        taken=("«jane.doe (at) example.org»", "«jane[at]example[dot]org»"),
        kept=("Meeting (at noon)",),
    ),
)
HOME_FOLDERS = (
    Kind(
        name="home folder of Linux or macOS",
        mark=Mark.USER,
        pattern=r"(?i)(?:^|[^\pL\d/.~_-]|file://|/mnt|/export|/net|/nfs|/volumes/[\w -]+|/mnt/[a-z]|/[a-z])/(?:home|users|u01/home)/([^\s/\\:\"'|,;()<>]+)",
        check=_is_a_person,
        needs=("/home/", "/users/"),
        taken=(
            "vim /home/«anna»/notes.txt",
            "/Users/«jdoe»",
            "file:///home/«anna»/a.pdf",
            "(/home/«anna.m»)",
            "/mnt/c/Users/«anna»/x",
        ),
        kept=("/Users/Shared/a", "a.example/home/products", "https://a.example/users/list"),
    ),
    Kind(
        name="home folder of Windows",
        mark=Mark.USER,
        pattern=r"(?i)(?:[a-z]:|\\\\[\w.$-]+(?:\\[a-z]\$)?|%systemdrive%)[\\/]{1,2}(?:users|benutzer|utilisateurs|usuarios|utenti|gebruikers"
        r"|documents and settings|dokumente und einstellungen|homes?\$?|profiles?\$?|userdata)[\\/]{1,2}([^\\/\n:\"'|<>]+?)(?:[\\/]|\s[-–—|]\s|[\"')\]|>]|$)",
        check=_is_a_person,
        needs=(
            "users",
            "benutzer",
            "utilisateurs",
            "usuarios",
            "utenti",
            "gebruikers",
            "settings",
            "einstellungen",
            "home",
            "profile",
            "userdata",
        ),
        taken=(
            "C:\\Users\\«Jane Doe»\\Documents",
            "c:/users/«jdoe»/x",
            "C:\\Users\\«anna» - Explorer",
            "\\\\fs1\\home$\\«anna»\\a.xlsx",
            "C:\\Dokumente und Einstellungen\\«anna»\\Desktop",
        ),
        kept=("C:\\Users\\Public\\a", "C:\\Program Files\\App"),
    ),
)
