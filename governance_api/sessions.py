"""Sessions that know every table, because foreign keys reach across nouns. Add the table of a new noun here."""

from sqlalchemy import Engine, MetaData
from sqlalchemy.orm import Session, sessionmaker

from governance_api.accounts.tables import Account
from governance_api.agents.tables import Agent
from governance_api.approvals.tables import StoredWindow
from governance_api.audit.tables import AuditEntry
from governance_api.categorization.tables import StoredRuleSet
from governance_api.configuration.tables import ConfigurationValue
from governance_api.consents.tables import Consent
from governance_api.data_requests.tables import DataRequest
from governance_api.database import Base
from governance_api.event_filters.tables import StoredEventFilter
from governance_api.losses.tables import Loss
from governance_api.mining_jobs.tables import MiningJob
from governance_api.people.tables import WorkstationUser
from governance_api.projects.tables import Project
from governance_api.purges.tables import Purge
from governance_api.roles.tables import AccountRole
from governance_api.tokens.tables import AccessToken

#: One table of every noun; importing it registers the others of its module.
NOUNS: tuple[type[Base], ...] = (
    Account,
    AccountRole,
    AccessToken,
    WorkstationUser,
    Project,
    DataRequest,
    StoredWindow,
    Consent,
    Agent,
    Loss,
    StoredEventFilter,
    StoredRuleSet,
    ConfigurationValue,
    MiningJob,
    Purge,
    AuditEntry,
)


def all_tables() -> MetaData:
    return Base.metadata


def build_sessions(engine: Engine) -> "sessionmaker[Session]":
    return sessionmaker(engine, expire_on_commit=False)
