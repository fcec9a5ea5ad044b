"""Saves a new version of the rules and reads versions; trying rules before is in `previews`."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.categorization.checks import check_rule_set
from domain.categorization.rules import CategorizationRule, RuleSet
from domain.conditions.tree import condition_to_json
from governance_api.audit.service import AuditTag, record
from governance_api.categorization.errors import RuleSetUnknownError
from governance_api.categorization.tables import StoredReplacement, StoredRule, StoredRuleSet
from governance_api.database import lock_until_commit
from governance_api.edge.paging import Page
from governance_api.security.callers import Caller

FIRST_NOTE = "The fixed rules only: every context is uncategorized"


def fill_first_rule_set(session: Session) -> None:
    """Version 1 exists from the start, so that a project can be mined before anybody wrote a rule."""
    if session.get(StoredRuleSet, 1) is None:
        session.add(StoredRuleSet(rule_set_version=1, note=FIRST_NOTE))
        session.flush()


def create_rule_set(
    session: Session,
    *,
    note: str,
    rules: Sequence[CategorizationRule],
    replacements: Mapping[str, str],
    by: Caller,
    now: datetime,
) -> StoredRuleSet:
    """Saves the next version. Raises DomainError naming the first rule that breaks a rule about rules."""
    check_rule_set(RuleSet(0, tuple(rules), dict(replacements)))
    lock_until_commit(session, "rule sets")
    version = get_latest_version(session) + 1
    stored = StoredRuleSet(rule_set_version=version, note=note, created_by=by.account_id, created_at=now)
    stored.rules = [_stored(rule) for rule in sorted(rules, key=lambda rule: rule.rank)]
    stored.replacements = [
        StoredReplacement(executable=executable, application=application)
        for executable, application in sorted(replacements.items())
    ]
    session.add(stored)
    record(session, AuditTag.RULE_SET_CREATED, version, by=by, now=now, note=note, rule_count=len(rules))
    return stored


def list_rule_sets(session: Session, page: Page) -> list[StoredRuleSet]:
    return list(session.scalars(page.of(select(StoredRuleSet), StoredRuleSet.rule_set_version.expression)))


def get_rule_set(session: Session, rule_set_version: int) -> StoredRuleSet:
    stored = session.get(StoredRuleSet, rule_set_version)
    if stored is None:
        raise RuleSetUnknownError(rule_set_version)
    return stored


def get_latest_version(session: Session) -> int:
    return session.scalar(select(func.max(StoredRuleSet.rule_set_version))) or 0


def _stored(rule: CategorizationRule) -> StoredRule:
    return StoredRule(
        rank=rule.rank,
        name=rule.name,
        condition=condition_to_json(rule.condition),
        activity_kind=rule.activity_kind,
        category=rule.category,
        application=rule.application,
        window_name=rule.window_name,
    )
