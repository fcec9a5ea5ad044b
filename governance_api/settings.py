"""What the environment decides about this service, read once when the service is put together."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from domain.network.addresses import proxies_of
from domain.settings.folders import folder_from

EVERYBODY = "everybody"
OPENID = "TASK_MINING_OPENID"
LOCAL_SIGN_IN = "TASK_MINING_LOCAL_SIGN_IN"


@dataclass(frozen=True, kw_only=True)
class OpenIdSettings:
    """The organization's identity provider, and in which of its claims login, name and groups are found.

    `roles_of_groups` is the whole truth about roles where it is not empty; otherwise they are assigned here.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: str = "openid profile"
    login_claim: str = "preferred_username"
    name_claim: str = "name"
    groups_claim: str = "groups"
    roles_of_groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`database_url` names no driver; `lake` is where ingestion lands files.

    `api_url` is the address that browsers use. Only `trusted_proxies` (addresses or networks) are believed about whom
    they pass on, and whether that was by https. `local_sign_in` is who may still use a password kept here: everybody,
    or the one login that helps when the identity provider does not.
    """

    database_url: str
    lake: Path
    audit_trails: Path | None = None
    """The folder that task scopes name files of; None when this service cannot see it."""
    audit_folder: Path | None = None
    """Where anchors of the audit log and the key that signs them are kept; None keeps none."""
    anchor_post_url: str = ""
    anchor_mail_to: str = ""
    smtp_url: str = ""
    api_url: str = "http://127.0.0.1:8700"
    dagster_url: str = "http://127.0.0.1:8701"
    superset_url: str = "http://127.0.0.1:8702"
    """The addresses that browsers use: where whoever signed in is led back to, if they came from there."""
    pool_size: int = 20
    trusted_proxies: tuple[str, ...] = ()
    openid: OpenIdSettings | None = None
    local_sign_in: str = EVERYBODY

    @property
    def is_encrypted(self) -> bool:
        """Whether browsers reach this service by https, so that cookies may insist on it."""
        return self.api_url.startswith("https://")


def settings_from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Raises ValueError, naming the variable, when the database address is missing or a folder is none."""
    environment = os.environ if environment is None else environment
    database_url = environment.get("TASK_MINING_DATABASE_URL", "")
    if not database_url:
        raise ValueError(
            "TASK_MINING_DATABASE_URL is not set: set it to postgresql://user:password@host:port/task_mining."
        )
    home = folder_from(environment, "TASK_MINING_HOME", Path(".task-mining"))
    openid = _openid(environment)
    return Settings(
        database_url=database_url,
        lake=folder_from(environment, "TASK_MINING_LAKE", home / "lake"),
        audit_trails=folder_from(environment, "TASK_MINING_AUDIT_TRAILS", home / "audit_trails"),
        audit_folder=folder_from(environment, "TASK_MINING_AUDIT_FOLDER", home / "audit"),
        anchor_post_url=environment.get("TASK_MINING_AUDIT_ANCHOR_URL", ""),
        anchor_mail_to=environment.get("TASK_MINING_AUDIT_ANCHOR_MAIL", ""),
        smtp_url=environment.get("TASK_MINING_SMTP_URL", ""),
        api_url=environment.get("TASK_MINING_PUBLIC_URL")
        or environment.get("TASK_MINING_API_URL", "http://127.0.0.1:8700"),
        dagster_url=environment.get("TASK_MINING_DAGSTER_PUBLIC_URL")
        or environment.get("TASK_MINING_DAGSTER_URL", "http://127.0.0.1:8701"),
        superset_url=environment.get("TASK_MINING_SUPERSET_PUBLIC_URL")
        or environment.get("TASK_MINING_SUPERSET_URL", "http://127.0.0.1:8702"),
        trusted_proxies=proxies_of(environment.get("TASK_MINING_TRUSTED_PROXIES", "")),
        openid=openid,
        local_sign_in=_local_sign_in(environment, has_openid=openid is not None),
    )


def _openid(environment: Mapping[str, str]) -> OpenIdSettings | None:
    """None unless an issuer is named; what is named without one, or is missing with one, is an error."""
    given = {name: value for name, value in environment.items() if name.startswith(f"{OPENID}_") and value}
    if not given:
        return None
    for name in (f"{OPENID}_{each}" for each in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")):
        if name not in given:
            raise ValueError(f"{name} is not set: set it to what your identity provider says, or unset all {OPENID}_….")
    chosen = {
        field_name: given[f"{OPENID}_{field_name.upper()}"]
        for field_name in (
            "issuer",
            "client_id",
            "client_secret",
            "scopes",
            "login_claim",
            "name_claim",
            "groups_claim",
        )
        if f"{OPENID}_{field_name.upper()}" in given
    }
    return OpenIdSettings(**chosen, roles_of_groups=_roles_of_groups(given.get(f"{OPENID}_ROLES", "")))


def _roles_of_groups(given: str) -> dict[str, str]:
    """`group=role` with semicolons between; a group's own name may hold commas and equals signs."""
    roles: dict[str, str] = {}
    for part in (part.strip() for part in given.split(";")):
        group, equals, role = part.rpartition("=")
        if part and not (equals and group.strip() and role.strip()):
            raise ValueError(f"{OPENID}_ROLES has {part!r}: write group=role, with semicolons between them.")
        if part:
            roles[group.strip()] = role.strip()
    return roles


def _local_sign_in(environment: Mapping[str, str], *, has_openid: bool) -> str:
    given = environment.get(LOCAL_SIGN_IN, "").strip() or EVERYBODY
    if given != EVERYBODY and not has_openid:
        raise ValueError(f"{LOCAL_SIGN_IN} leaves nobody else a way in: set {OPENID}_ISSUER too, or unset it.")
    return given
