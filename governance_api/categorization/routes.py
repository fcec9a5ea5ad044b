"""/rule-sets: saves a new version, reads versions, tries rules.

A version is never changed or deleted: datamarts name the version they were mined with.
"""

from collections.abc import Generator

from fastapi import APIRouter, Request, status

from governance_api.categorization.permissions import ReadsRuleSets, WritesRuleSets
from governance_api.categorization.previews import Preview, previewing
from governance_api.categorization.schemas import (
    PreviewAnswer,
    PreviewRequest,
    RuleSetAnswer,
    RuleSetCreation,
    RuleSetSummary,
)
from governance_api.categorization.service import create_rule_set, get_rule_set, list_rule_sets
from governance_api.categorization.tables import StoredRuleSet
from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked
from governance_api.edge.slices import finish_in_slices

router = APIRouter(prefix="/rule-sets", tags=["categorization"])


def _answer(stored: StoredRuleSet) -> RuleSetAnswer:
    replacements = {each.executable: each.application for each in stored.replacements}
    summary = RuleSetSummary.model_validate(stored).model_dump()
    return RuleSetAnswer.model_validate({**summary, "rules": stored.rules, "replacements": replacements})


def _previewing(body: PreviewRequest) -> Generator[Preview | None, None, None]:
    rules = [rule.to_rule() for rule in body.rules]
    yield from previewing(rules, body.replacements, [(each.to_context(), each.seconds) for each in body.contexts])


@router.post("", status_code=status.HTTP_201_CREATED)
def create(body: RuleSetCreation, caller: WritesRuleSets, transaction: Transaction, now: Now) -> RuleSetAnswer:
    """Saves the rules as the next version."""
    rules = [rule.to_rule() for rule in body.rules]
    stored = create_rule_set(
        transaction, note=body.note, rules=rules, replacements=body.replacements, by=caller, now=now
    )
    return _answer(stored)


@router.get("")
def list_them(_: ReadsRuleSets, transaction: Transaction, page: PageAsked) -> list[RuleSetSummary]:
    return RuleSetSummary.of_each(list_rule_sets(transaction, page))


@router.post("/preview")
async def try_rules(body: PreviewRequest, request: Request, _: WritesRuleSets) -> PreviewAnswer:
    """What rules would make of some contexts; nothing is saved. Ends when the client leaves, and is refused when it
    would take too long: comparisons times contexts are bounded."""
    return PreviewAnswer.of(await finish_in_slices(_previewing(body), request))


@router.get("/{rule_set_version}")
def read(rule_set_version: int, _: ReadsRuleSets, transaction: Transaction) -> RuleSetAnswer:
    return _answer(get_rule_set(transaction, rule_set_version))
