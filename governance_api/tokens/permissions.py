"""Who may sign in and out: anybody in, every signed-in account out."""

from governance_api.security.permissions import AnyAccount

SignsOut = AnyAccount
