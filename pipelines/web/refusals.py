"""What somebody reads who is not let through: one sentence, as a page for people and as text for programs."""

from html import escape

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, Response

KEPT_BY_NOBODY = {"Cache-Control": "no-store"}
PAGE = """\
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>{title} · Task Mining</title>
  <style>
    body {{ font: 1rem/1.6 system-ui, sans-serif; margin: 0; display: grid; min-height: 90vh; place-items: center; }}
    main {{ max-width: 26rem; padding: 2rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent);
            border-radius: 12px; }}
    h1 {{ font-size: 1.6rem; margin: 0 0 1rem; }}
    a {{ color: inherit; }}
  </style>
</head>
<body>
  <main>
    <h1>{title}</h1>
    <p>{sentence}</p>
    <p><a href="{home}">Go to your own page</a></p>
  </main>
</body>
</html>
"""
TITLES = {403: "This is not open to you", 503: "Nobody can be recognised now"}


def is_for_people(headers: Headers) -> bool:
    return "text/html" in headers.get("accept", "")


def refusal(status: int, sentence: str, headers: Headers, *, home: str) -> Response:
    """`home` is where a page leads to instead."""
    if not is_for_people(headers):
        return PlainTextResponse(sentence, status, headers=KEPT_BY_NOBODY)
    title = TITLES.get(status, "This cannot be shown")
    page = PAGE.format(title=title, sentence=escape(sentence), home=escape(home))
    return HTMLResponse(page, status, headers=KEPT_BY_NOBODY)
