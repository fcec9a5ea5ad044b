"""Reads from an identity provider's claims who somebody is and which roles their groups give them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance_api.openid.errors import SignInNotFinishedError
from governance_api.security.roles import SERVICES, Role
from governance_api.settings import OpenIdSettings

MAX_LOGIN = 128
MAX_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Somebody as the provider describes them. `roles` None: roles are assigned here, not by groups."""

    issuer: str
    subject: str
    login: str
    display_name: str
    roles: frozenset[Role] | None


def identity_of(claims: Mapping[str, Any], settings: OpenIdSettings) -> Identity:
    """Raises SignInNotFinishedError naming the claim that is missing."""
    login = _text(claims, settings.login_claim, longest=MAX_LOGIN)
    name = claims.get(settings.name_claim)
    return Identity(
        issuer=settings.issuer,
        subject=_text(claims, "sub", longest=255),
        login=login,
        display_name=_clean(name)[:MAX_NAME] if isinstance(name, str) and _clean(name) else login,
        roles=_roles(claims.get(settings.groups_claim), roles_of_groups(settings))
        if settings.roles_of_groups
        else None,
    )


def roles_of_groups(settings: OpenIdSettings) -> dict[str, Role]:
    """Raises ValueError for a role that there is not, and for those that services alone have."""
    known = {role.value: role for role in Role if role not in SERVICES}
    for group, role in settings.roles_of_groups.items():
        if role not in known:
            raise ValueError(
                f"TASK_MINING_OPENID_ROLES gives the group {group!r} the role {role!r}: give one of {', '.join(known)}."
            )
    return {group: known[role] for group, role in settings.roles_of_groups.items()}


def _text(claims: Mapping[str, Any], name: str, *, longest: int) -> str:
    value = claims.get(name)
    text = _clean(value) if isinstance(value, str) else ""
    if not 0 < len(text) <= longest:
        raise SignInNotFinishedError(f"the provider sends no usable claim {name}")
    return text


def _clean(text: str) -> str:
    return "".join(character for character in text if character.isprintable()).strip()


def _roles(groups: object, given: Mapping[str, Role]) -> frozenset[Role]:
    """A list of groups, or one word; anything else is no group. Unknown groups give nothing."""
    named = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    return frozenset(given[group] for group in named if isinstance(group, str) and group in given)
