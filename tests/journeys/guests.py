"""Somebody at the governance service and at Superset with one sign-in, without a browser."""

import re

import httpx

from standalone.settings import Settings

SESSION_COOKIE, SUPERSET_COOKIE = "task_mining_session", "task_mining_superset"
FORM_SECRET = re.compile(r'name="form_secret" value="([^"]+)"')
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|csrf_token&#34;: &#34;([^&]+)')


class Guest:
    """Keeps cookies as a browser does, for every port of the host; `client` asks Superset."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # A connection for each request: a kept one may be closed by the server just when the next is sent.
        limits = httpx.Limits(max_keepalive_connections=0)
        headers = {"Origin": settings.superset_url}
        self.client = httpx.Client(base_url=settings.superset_url, timeout=60, limits=limits, headers=headers)

    def sign_in(self, login: str, *, asked_for: str = "/superset/welcome/") -> str:
        """At the governance service, where Superset sends strangers; the address that leads back."""
        page = self.open(asked_for)
        assert page.url.path == "/pages/login", page.url
        return self.answer_form(page, login)

    def answer_form(self, page: httpx.Response, login: str) -> str:
        service = self.settings.api_url
        secret = FORM_SECRET.search(page.text)
        assert secret
        form = {"login": login, "password": self.settings.passwords.demo, "form_secret": secret[1]}
        answer = self.client.post(f"{service}/pages/login", data=form, headers={"Origin": service})
        assert answer.status_code == 303, answer.text
        found = re.search(r'content="0; url=([^"]+)"', self.open(f"{service}{answer.headers['location']}").text)
        return found[1] if found else ""

    def sign_in_locally(self) -> httpx.Response:
        """With the account that Superset itself keeps, by its own form."""
        found = CSRF.search(self.client.get("/login/?as=admin").text)
        assert found
        form = {"username": "admin", "password": self.settings.passwords.superset}
        return self.client.post("/login/", data=form | {"csrf_token": found.group(1) or found.group(2)})

    def open(self, address: str) -> httpx.Response:
        return self.client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)

    def whom_superset_sees(self) -> str | None:
        answer = self.client.get("/api/v1/me/")
        return str(answer.json()["result"]["username"]) if answer.status_code == 200 else None

    def show(self, name: str, value: str | None) -> None:
        """Another cookie of that name, or none."""
        for cookie in [each for each in self.client.cookies.jar if each.name == name]:
            self.client.cookies.jar.clear(cookie.domain, cookie.path, cookie.name)
        if value is not None:
            self.client.cookies.set(name, value, domain="127.0.0.1", path="/")
