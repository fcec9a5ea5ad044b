"""GET /roles."""

from fastapi import APIRouter

from governance_api.roles.permissions import ReadsRoles
from governance_api.roles.schemas import RoleAnswer
from governance_api.security.roles import CONTAINS, Role

router = APIRouter(prefix="/roles", tags=["roles"])


@router.get("")
def list_them(_: ReadsRoles) -> list[RoleAnswer]:
    """Every role and what it contains."""
    return [RoleAnswer(role=role, contains=sorted(CONTAINS.get(role, ()))) for role in Role]
