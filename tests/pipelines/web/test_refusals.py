"""A refusal is a page for people and a sentence for programs, and repeats nothing as markup."""

from starlette.datastructures import Headers

from pipelines.web.refusals import refusal


def test_a_refusal_is_text_for_programs_and_a_page_for_people() -> None:
    text = refusal(403, "<b> is not allowed: leave it.", Headers({}), home="http://127.0.0.1:8700/")
    page = refusal(
        403, "<b> is not allowed: leave it.", Headers({"accept": "text/html"}), home="http://127.0.0.1:8700/"
    )
    assert bytes(text.body) == b"<b> is not allowed: leave it."
    assert b"&lt;b&gt; is not allowed: leave it." in bytes(page.body)
    assert {each.headers["content-type"].split(";")[0] for each in (text, page)} == {"text/plain", "text/html"}
    assert {each.headers["cache-control"] for each in (text, page)} == {"no-store"}
