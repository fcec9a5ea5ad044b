"""Who may read which roles there are: everybody signed in."""

from governance_api.security.permissions import AnyAccount

ReadsRoles = AnyAccount
