"""/configuration: reads the records and changes their values."""

from fastapi import APIRouter

from governance_api.clock import Now
from governance_api.configuration.permissions import ChangesConfiguration, ReadsConfiguration
from governance_api.configuration.schemas import ConfigurationAnswer, ConfigurationChange
from governance_api.configuration.service import change_value, get_configured, list_values
from governance_api.database import Transaction

router = APIRouter(prefix="/configuration", tags=["configuration"])


@router.get("")
def list_them(_: ReadsConfiguration, transaction: Transaction) -> list[ConfigurationAnswer]:
    """Every record with its value, its default and what it admits."""
    return list_values(transaction)


@router.get("/{group}/{name}")
def read(group: str, name: str, _: ReadsConfiguration, transaction: Transaction) -> ConfigurationAnswer:
    return get_configured(transaction, group, name)


@router.put("/{group}/{name}")
def change(
    *,
    group: str,
    name: str,
    body: ConfigurationChange,
    caller: ChangesConfiguration,
    transaction: Transaction,
    now: Now,
) -> ConfigurationAnswer:
    """Changes the value of a record, within its bounds."""
    return change_value(transaction, group, name, body.value, by=caller, now=now)
