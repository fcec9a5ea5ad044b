"""/configuration: the fixed set of records, and their values.

Agents read theirs as part of the policy.
"""

from fastapi import APIRouter

from governance_api.clock import Now
from governance_api.configuration.permissions import ChangesConfiguration, ReadsConfiguration
from governance_api.configuration.schemas import ConfigurationAnswer, ConfigurationChange
from governance_api.configuration.service import change_value, get_configured, list_values
from governance_api.database import Transaction

router = APIRouter(prefix="/configuration", tags=["configuration"])


@router.get("", response_model=list[ConfigurationAnswer])
def list_them(_: ReadsConfiguration, transaction: Transaction) -> object:
    """Every record with its value, its default and what it admits."""
    return list_values(transaction)


@router.get("/{group}/{name}", response_model=ConfigurationAnswer)
def read(group: str, name: str, _: ReadsConfiguration, transaction: Transaction) -> object:
    return get_configured(transaction, group, name)


@router.put("/{group}/{name}", response_model=ConfigurationAnswer)
def change(
    *,
    group: str,
    name: str,
    body: ConfigurationChange,
    caller: ChangesConfiguration,
    transaction: Transaction,
    now: Now,
) -> object:
    """Changes the value of a record, within its bounds."""
    return change_value(transaction, group, name, body.value, by=caller, now=now)
