"""The errors of the domain: bad input named as one sentence that ends in the remedy.

Errors of transport, storage or permission belong to the process that meets them.
"""


class DomainError(ValueError):
    """A value breaks a rule of the domain. `str(error)` says what, where and what to do."""
