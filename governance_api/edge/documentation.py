"""GET /openapi.json, rendered once: everybody may ask for it, and to render it costs more than any other answer."""

import asyncio
import json

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

PATH = "/openapi.json"


def install(app: FastAPI) -> None:
    """Once all routes are there; an app with an `openapi_url` of its own would answer first."""
    rendered: list[bytes] = []
    rendering = asyncio.Lock()

    async def read_documentation(_: Request) -> Response:
        async with rendering:
            if not rendered:
                rendered.append(await asyncio.to_thread(_render, app))
        return Response(rendered[0], media_type="application/json")

    app.add_route(PATH, read_documentation, include_in_schema=False)


def _render(app: FastAPI) -> bytes:
    return json.dumps(app.openapi(), ensure_ascii=False, separators=(",", ":")).encode()
