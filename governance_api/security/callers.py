"""Who is asking: an account that governs, or an agent on somebody's workstation."""

from dataclasses import dataclass, field

from governance_api.security.roles import Role


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A signed-in account. `roles` are those assigned and those they contain."""

    account_id: int
    login: str
    display_name: str
    roles: frozenset[Role]
    workstation_user_id: int | None = None
    access_token_id: int = field(default=0, repr=False)

    def has(self, role: Role) -> bool:
        return role in self.roles


@dataclass(frozen=True, kw_only=True)
class AgentCaller:
    """An enrolled agent, and the workstation user whose attention it reports.

    `is_for_recordings`: it delivers what another tool recorded, and answers for nobody.
    """

    agent_id: int
    workstation_user_id: int
    login: str
    host: str
    is_for_recordings: bool = False
