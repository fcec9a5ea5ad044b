"""Why a rule set is not found."""

from governance_api.errors import NotFoundError


class RuleSetUnknownError(NotFoundError):
    """No rule set has that version."""

    def __init__(self, rule_set_version: int) -> None:
        super().__init__(
            f"There is no rule set {rule_set_version}: see GET /rule-sets for those there are.",
            rule_set_version=rule_set_version,
        )
