"""The error of the domain: bad input, named in one sentence that ends with the remedy.

Anything that reads what people or other programs wrote raises it, never a bare ValueError or OverflowError.
"""


class DomainError(ValueError):
    """A value breaks a rule of the domain. `str(error)` says what, where and what to do."""
