"""Superset tells of looks, and nobody else."""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

ReportsLooks = Annotated[Caller, Depends(Allowed(Role.SUPERSET))]
