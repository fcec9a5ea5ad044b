"""Carries anchors to where administrators of this server own nothing: an address that takes posts, or a mailbox."""

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import httpx

from governance_api.audit.anchors.records import Anchor

TIMEOUT_SECONDS = 20.0


class DeliveryError(Exception):
    """An anchor did not arrive; `str()` says where it was to go and why it did not."""


@dataclass(frozen=True, kw_only=True)
class AnchorDelivery:
    """`post_url` takes the anchor's line as JSON; `mail_to` is an address, reached by the server of `smtp_url`.

    `smtp_url`: smtp://user:password@host:port, smtps:// for TLS from the start; smtp:// uses STARTTLS where it is
    offered.
    """

    post_url: str = ""
    mail_to: str = ""
    mail_from: str = "task-mining@localhost"
    smtp_url: str = ""

    @property
    def is_wanted(self) -> bool:
        return bool(self.post_url or self.mail_to)

    def deliver(self, anchor: Anchor) -> None:
        """Raises DeliveryError when it did not arrive at every place that is configured."""
        if self.post_url:
            self._post(anchor)
        if self.mail_to:
            self._mail(anchor)

    def _post(self, anchor: Anchor) -> None:
        place = urlsplit(self.post_url).hostname
        headers = {"Content-Type": "application/json"}
        try:
            httpx.post(
                self.post_url, content=anchor.line(), headers=headers, timeout=TIMEOUT_SECONDS
            ).raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DeliveryError(f"Anchor {anchor.number} was not taken by {place} ({error}).") from error

    def _mail(self, anchor: Anchor) -> None:
        message = EmailMessage()
        message["Subject"] = f"Anchor {anchor.number} of the Task Mining audit log: {anchor.entry_count} entries"
        message["From"], message["To"] = self.mail_from, self.mail_to
        message.set_content(
            f"Keep this line; `POST /audit-entries/verification` compares the log with it.\n\n{anchor.line()}\n"
        )
        server = urlsplit(self.smtp_url)
        kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
        try:
            with kind(server.hostname or "localhost", server.port or 0, timeout=TIMEOUT_SECONDS) as session:
                if server.scheme == "smtp" and session.has_extn("starttls"):
                    session.starttls()
                if server.username:
                    session.login(unquote(server.username), unquote(server.password or ""))
                refused = session.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(f"Anchor {anchor.number} could not be mailed to {self.mail_to} ({error}).") from error
        if refused:
            raise DeliveryError(f"Anchor {anchor.number} was refused for {self.mail_to} ({refused}).")
