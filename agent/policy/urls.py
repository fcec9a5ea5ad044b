"""Cuts a web address down to what may be recorded: where it points, never what it carries."""

from urllib.parse import urlsplit

from domain.contexts import URL_MAX

_WEB = frozenset({"http", "https"})


def origin_and_path(url: str) -> str:
    """`https://user:pw@host:8443/a/b?c=d#e` → `https://host:8443/a/b`; of other schemes only the scheme is kept.

    An address that cannot be read yields "" (nothing is recorded of it).
    """
    try:
        parts = urlsplit(url[: 4 * URL_MAX].strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in _WEB:
        return f"{parts.scheme}:" if parts.scheme else ""
    if not host:
        return ""
    shown_host = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown_host}" + (f":{port}" if port else "")
    path = parts.path.partition(";")[0]
    return (origin + path)[:URL_MAX]
