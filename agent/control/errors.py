"""Why something that was asked of the agent is not done."""


class ControlError(RuntimeError):
    """What was asked cannot be done. The sentence says why and what to do instead."""
