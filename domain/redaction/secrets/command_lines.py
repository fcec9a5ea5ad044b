"""Passwords in command lines, as terminals show them in their titles."""

from domain.redaction.kinds import Kind, Mark
from domain.redaction.looks import is_a_value

_VALUE = r"(?:\"([^\"]{1,200})\"|'([^']{1,200})'|([^\s\"'|-]\S*))"


def _after_program(name: str, programs: str, flag: str, needs: tuple[str, ...], *taken: str, kept: str = "") -> Kind:
    return Kind(
        name=name,
        mark=Mark.PASSWORD,
        pattern=rf"(?i:\b(?:{programs})(?:\.exe)?\b)[^|]{{0,300}}?\s{flag}{_VALUE}",
        check=is_a_value,
        needs=needs,
        is_labelled=True,
        taken=taken,
        kept=(kept,) if kept else (),
    )


COMMAND_LINES = (
    Kind(
        name="option of a command that names a secret",
        mark=Mark.PASSWORD,
        pattern=r"(?i)(?:^|\s)(?:--?|/)[a-z-]*(?:password|passwd|passphrase|pass|pwd|token|api-?key|secret|secret-key|access-key|auth-key)"
        rf"(?:\s*=\s*|\s+|:){_VALUE}",
        check=is_a_value,
        needs=("-", "/"),
        is_labelled=True,
        taken=(
            "tool --password «hunter2» run",
            "wget --http-password=«x1» https://a.example",
            "Connect -Password «Geheim» -Force",
            "gh --token «abc» api",
            "cmdkey /add:host /user:anna /pass:«Geheim»",
        ),
        kept=("tool --password --verbose", "ls --passive"),
    ),
    Kind(
        name="variable of the environment that names a secret",
        mark=Mark.PASSWORD,
        pattern=rf"\b[A-Z][A-Z0-9_]*(?:PASSWORD|PASSWD|PASS|PWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_KEY|SECRET_KEY|_KEY)\s?=\s?{_VALUE}",
        check=is_a_value,
        needs=("=",),
        is_labelled=True,
        taken=("PGPASSWORD=«x» psql", "export GITHUB_TOKEN=«abc»", "MYSQL_PWD=«geheim» mysql", "set SMTP_PASS=«hallo»"),
    ),
    _after_program(
        "mysql and its relatives",
        "mysql|mysqldump|mysqladmin|mysqlsh|mysqlimport|mariadb|mariadb-dump|mycli|7za?|7zr|rar|unrar|sshpass",
        "-p",
        ("mysql", "mariadb", "mycli", "7z", "rar", "sshpass"),
        "mysql -u root -p«Geheim1» shop",
        "sshpass -p«x» ssh host",
        "7z x -p«zip1» a.7z",
        kept="mysql -u root -p shop",
    ),
    _after_program(
        "commands with -p and a password",
        "sshpass|docker login|podman login|az login|mongo|mongosh|mongodump|mosquitto_pub|mosquitto_sub|helm registry login|oc login|cf login",
        r"-p\s+",
        ("sshpass", "login", "mongo", "mosquitto"),
        "sshpass -p «Geheim» ssh host",
        "docker login -u anna -p «geheim» registry",
        kept="sshpass -e ssh host",
    ),
    _after_program(
        "commands with -P, -a, -w, -pw or -S",
        "zip|unzip|sqlcmd|bcp|isql|tsql|redis-cli|ldapsearch|ldapmodify|ldapadd|ldappasswd|plink|pscp|psftp|putty|ipmitool",
        r"-(?:P|a|w|pw)\s+",
        ("zip", "sql", "bcp", "redis", "ldap", "plink", "ps", "putty", "ipmi"),
        "sqlcmd -S db -U sa -P «Geheim1»",
        "redis-cli -h cache -a «x9» ping",
        "plink -pw «Geheim» host",
        "ldapsearch -D cn=admin -w «x»",
    ),
    Kind(
        name="user and password of curl and others",
        mark=Mark.PASSWORD,
        pattern=r"(?i:\b(?:curl|wget|http|https|smbclient|rpcclient|svn|kinit|nxc|rclone)\b)[^|]{0,300}?\s(?:-u|-U|--user|--proxy-user|-a)[ =]?['\"]?[^\s:%'\"]+[:%]([^\s'\"]+)",
        needs=("curl", "wget", "http", "smb", "rpc", "svn", "nxc"),
        is_labelled=True,
        taken=("curl -u anna:«geheim» https://a.example", "smbclient //host/c -U anna%«geheim»"),
        kept=("curl -u anna https://a.example",),
    ),
    Kind(
        name="password that Windows commands take",
        mark=Mark.PASSWORD,
        pattern=r"(?i)\b(?:xfreerdp\S*|mstsc|psexec\S*|wmic|schtasks|sc)\b.{0,200}?\s[/-]r?p(?:assword)?[: ](\S+)"
        r"|\bnet (?:use|user)\b.{0,200}?(?:\s[/-]user:\S+|\\\S+)\s([^\s/]\S*)|\bnet user \S+ ([^\s/]\S*)"
        rf"|convertto-securestring (?:-string )?{_VALUE}",
        check=is_a_value,
        needs=("freerdp", "mstsc", "psexec", "wmic", "schtasks", "net use", "securestring"),
        is_labelled=True,
        taken=(
            "xfreerdp /u:anna /p:«Geheim» /v:host",
            "net use x: \\\\host\\c /user:dom\\anna «Geheim1»",
            "net user anna «Geheim1» /add",
            'ConvertTo-SecureString "«Geheim»" -AsPlainText',
        ),
        kept=("net use x: /delete",),
    ),
    Kind(
        name="password piped to sudo, or for openssl",
        mark=Mark.PASSWORD,
        pattern=r"\becho\s+['\"]?([^\s'\"|]+)['\"]?\s*\|\s*sudo\s+-S|-pass(?:in|out)?\s+pass:(\S+)|\bhtpasswd\s+-\S*b\S*\s+\S+\s+\S+\s+(\S+)",
        needs=("sudo", "pass:", "htpasswd"),
        is_labelled=True,
        taken=("echo «geheim» | sudo -S ls", "openssl rsa -passin pass:«x1» -in a", "htpasswd -b f anna «geheim»"),
    ),
)
