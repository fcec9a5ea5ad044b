"""Who may read which roles there are: everybody signed in.

Assigning them is an admin's, and belongs to `accounts`.
"""

from governance_api.security.permissions import AnyAccount

ReadsRoles = AnyAccount
