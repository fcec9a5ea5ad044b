"""Why a rule set is not found, and why rules are not tried."""

from governance_api.errors import NotFoundError, RefusedError


class RuleSetUnknownError(NotFoundError):
    """No rule set has that version."""

    def __init__(self, rule_set_version: int) -> None:
        super().__init__(
            f"There is no rule set {rule_set_version}: see GET /rule-sets for those there are.",
            rule_set_version=rule_set_version,
        )


class PreviewTooLargeError(RefusedError):
    """So many questions would keep the service from its other work."""

    def __init__(self, asked: int, most: int) -> None:
        super().__init__(
            f"The rules' comparisons put to every context are {asked:,} questions, where at most {most:,} are answered "
            "at once: send fewer rules or fewer contexts.",
            question_count=asked,
            max_question_count=most,
        )


class PreviewTooSlowError(RefusedError):
    """Long texts or costly patterns."""

    def __init__(self, seconds: float, *, done: int, of: int) -> None:
        super().__init__(
            f"After {seconds:g} seconds only {done:,} of {of:,} contexts were categorized: send fewer or shorter ones, "
            "or simpler patterns.",
            categorized_count=done,
        )
