"""Sets the figures that the product mined beside the simulated truth, as tables.

Add a figure in `simulator/truth/verification.py`, which compares; here it gets its place in a table.
"""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from domain.database_roles import DatabaseRole
from simulator.sending.agents import Delivered
from simulator.truth.product_results import ProductResults, read_product_results
from simulator.truth.verification import EXACT, Finding, compare, compare_receipts
from standalone.settings import Settings

TOP_CATEGORIES = 10

HOURS_BY_KIND = "hours "
HOURS_IN_CATEGORY = "hours in category "
HOURS_IN_TASKS = "hours in tasks: "
HOURS_OUT_OF_TASKS = "hours out of tasks: "


class Findings:
    """Every figure of one project, and the truth it is held against."""

    def __init__(self, delivered: Delivered, results: ProductResults) -> None:
        self.delivered = delivered
        self.results = results
        truth = delivered.truth
        self.all = [*compare_receipts(truth.counts, delivered.receipts), *compare(truth, results)]

    @property
    def is_every_event_accounted_for(self) -> bool:
        """sent = stored + duplicates + refused, by the receipts and by counting the rows in the lake."""
        receipts = self.delivered.receipts
        return receipts.sent == self.results.stored_count + self._duplicates + sum(receipts.refused.values())

    @property
    def unexplained(self) -> list[Finding]:
        return [finding for finding in self.all if not finding.is_explained]

    def tables(self) -> RenderableType:
        by_kind = [each for each in self._named(HOURS_BY_KIND) if " " not in each.what.removeprefix(HOURS_BY_KIND)]
        return Group(
            self._events(),
            _compared("Hours by activity kind", by_kind, HOURS_BY_KIND),
            _compared("Top categories, hours", self._named(HOURS_IN_CATEGORY)[:TOP_CATEGORIES], HOURS_IN_CATEGORY),
            self._in_and_out(),
            self._verdict(),
        )

    @property
    def _duplicates(self) -> int:
        """Whole batches that came again, and events that came again inside new batches."""
        return self.delivered.receipts.duplicate + self.delivered.receipts.accepted - self.results.stored_count

    def _named(self, prefix: str) -> list[Finding]:
        return [finding for finding in self.all if finding.what.startswith(prefix) and finding.unit == "hours"]

    def _events(self) -> Table:
        receipts = self.delivered.receipts
        table = _table("Raw events: sent = stored + duplicates + refused", "", "raw events")
        table.add_row("stored", f"{self.results.stored_count:,}")
        table.add_row("+ duplicates", f"{self._duplicates:,}")
        for reason, count in sorted(receipts.refused.items()):
            table.add_row(f"+ refused, {reason.replace('_', ' ')}", f"{count:,}")
        sign = "=" if self.is_every_event_accounted_for else "IS NOT"
        table.add_row(f"{sign} sent", f"{receipts.sent:,}", style="bold")
        return table

    def _in_and_out(self) -> Table:
        table = _table("In and out of tasks, hours", "category", "in tasks", "out of tasks")
        outside = {each.what.removeprefix(HOURS_OUT_OF_TASKS): each for each in self._named(HOURS_OUT_OF_TASKS)}
        inside = {each.what.removeprefix(HOURS_IN_TASKS): each for each in self._named(HOURS_IN_TASKS)}
        names = sorted(inside, key=lambda name: -inside[name].found)
        for name in names[:TOP_CATEGORIES]:
            table.add_row(name, f"{inside[name].found:,.2f}", f"{outside[name].found if name in outside else 0:,.2f}")
        totals = (sum(each.found for each in side.values()) for side in (inside, outside))
        table.add_row("all categories", *(f"{total:,.2f}" for total in totals), style="bold")
        return table

    def _verdict(self) -> Text:
        exact = sum(finding.explanation == EXACT for finding in self.all)
        explained = len(self.all) - exact - len(self.unexplained)
        lines = [
            f"{len(self.all)} figures compared with the truth: {exact} equal exactly, {explained} explained by a rule."
        ]
        lines += [
            f"NOT EXPLAINED: {each.what}: {each.found:,.3f} where {each.expected:,.3f} is true"
            for each in self.unexplained
        ]
        return Text("\n".join(lines))


def find_out(settings: Settings, delivered: Delivered, project_id: int) -> Findings:
    results = read_product_results(
        lake=settings.lake,
        database_url=settings.database_url_of(DatabaseRole.PIPELINES),
        project_id=project_id,
        logins=list(delivered.truth.people),
    )
    return Findings(delivered, results)


def _compared(title: str, findings: Iterable[Finding], prefix: str) -> Table:
    table = _table(title, "", "found", "true", "")
    for finding in findings:
        table.add_row(
            finding.what.removeprefix(prefix),
            f"{finding.found:,.2f}",
            f"{finding.expected:,.2f}",
            finding.explanation,
        )
    return table


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in headings:
        is_text = heading in {"", "category"}
        table.add_column(heading, justify="left" if is_text else "right")
    return table
