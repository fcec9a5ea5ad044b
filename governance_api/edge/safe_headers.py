"""The headers that every answer carries, whichever layer makes it."""

from starlette.datastructures import MutableHeaders

#: Nothing is loaded from elsewhere, nothing is framed, nothing is guessed, nothing is kept by others.
SAFE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

#: Browsers that came by TLS once never come without it again.
HSTS = {"Strict-Transport-Security": "max-age=31536000"}


def make_safe(headers: MutableHeaders, *, scheme: str) -> None:
    for name, value in (SAFE_HEADERS | (HSTS if scheme == "https" else {})).items():
        headers[name] = value
    headers.setdefault("Cache-Control", "no-store")
