"""Tells on the next page, once, what somebody has just done.

It waits in a cookie that is signed with the session's own secret: no address, no other session and no other server of
this host makes a page say what did not happen. Add a member to `Done`, with its sentence, for another form.
"""

import hashlib
import hmac
from enum import StrEnum

from fastapi import Request, status
from fastapi.responses import RedirectResponse, Response

from governance_api.pages.cookies import is_encrypted
from governance_api.security.permissions import SESSION_COOKIE

NOTICE_COOKIE = "task_mining_notice"
COOKIE_PATH = "/pages"
SECONDS = 60


class Done(StrEnum):
    """Grammar: what was done, in the past."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word
    SESSION_ENDED = "session_ended"
    OTHERS_ENDED = "others_ended"
    SIGNED_OUT = "signed_out"


SENTENCES = {
    Done.APPROVED: "Approved for {people}. They will be asked for their own consent before anything is collected.",
    Done.REJECTED: "Rejected for {people}. Your reason was passed on to whoever asked.",
    Done.WITHDRAWN: "Withdrawn for {people}. Collection ends at once; what was collected under this approval alone "
    "will be deleted.",
    Done.PASSWORD_CHANGED: "Your password was changed. You were signed out everywhere else.",
    Done.SESSION_ENDED: "The session was ended.",
    Done.OTHERS_ENDED: "You were signed out everywhere else.",
    Done.SIGNED_OUT: "You are signed out here.",
}
FOR_NOBODY = "Nobody of that request waits for you any more: nothing was changed."


def led_on(request: Request, place: str, done: Done, *, count: int = 1) -> Response:
    """To a page that says so. Whoever signed out has no secret any more; without one nothing else is believed."""
    answer = RedirectResponse(place, status.HTTP_303_SEE_OTHER)
    secret = "" if done is Done.SIGNED_OUT else request.cookies.get(SESSION_COOKIE, "")
    answer.set_cookie(
        NOTICE_COOKIE,
        f"{done}.{count}.{_signature(done, str(count), secret)}",
        max_age=SECONDS,
        path=COOKIE_PATH,
        httponly=True,
        samesite="lax",
        secure=is_encrypted(request),
    )
    return answer


def read_notice(request: Request) -> str | None:
    """The sentence for whoever did it; None where nothing was done, or somebody else says so."""
    secret = request.cookies.get(SESSION_COOKIE, "")
    done, _, rest = request.cookies.get(NOTICE_COOKIE, "").partition(".")
    count, _, signature = rest.partition(".")
    if done not in SENTENCES or (done == Done.SIGNED_OUT) == bool(secret):
        return None
    if not hmac.compare_digest(signature.encode(), _signature(done, count, secret).encode()):
        return None
    if count == "0":
        return FOR_NOBODY
    return SENTENCES[Done(done)].format(people="1 person" if count == "1" else f"{count} people")


def forget_notice(request: Request, answer: Response) -> None:
    if NOTICE_COOKIE in request.cookies:
        answer.delete_cookie(NOTICE_COOKIE, path=COOKIE_PATH)


def _signature(done: str, count: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"notice {done} {count}".encode(), hashlib.sha256).hexdigest()
