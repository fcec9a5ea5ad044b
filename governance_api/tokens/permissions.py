"""Who may sign in and out: anybody in, every signed-in account out.

How guessing is slowed down belongs to `throttle`.
"""

from governance_api.security.permissions import AnyAccount

SignsOut = AnyAccount
