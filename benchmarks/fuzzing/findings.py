"""What was found: by operation and kind how often, and of each one request that shows it again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_WHY = 600


@dataclass
class Findings:
    """`failures` are answers of 500 and above, `violations` answers of another form than /openapi.json says."""

    requests: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    violations: Counter[str] = field(default_factory=Counter)
    shown: dict[str, str] = field(default_factory=dict)

    def note_answer(self, operation: str, status: int) -> None:
        self.requests[operation] += 1
        self.statuses[status] += 1

    def note_failure(self, operation: str, status: int, *, curl: str) -> None:
        self.failures[f"{operation}: {status}"] += 1
        self.shown.setdefault(f"{operation}: {status}", curl)

    def note_violation(self, operation: str, what: str, *, why: str, curl: str) -> None:
        self.violations[f"{operation}: {what}"] += 1
        self.shown.setdefault(f"{operation}: {what}", f"{why[:MAX_WHY]}\n    {curl}")

    @property
    def is_clean(self) -> bool:
        return not self.failures and not self.violations

    @property
    def summary(self) -> str:
        total, served = self.requests.total(), ", ".join(f"{n:,} x {s}" for s, n in sorted(self.statuses.items()))
        return (
            f"{total:,} requests to {len(self.requests)} operations: "
            f"{self.failures.total():,} answers of 500 and above, "
            f"{self.violations.total():,} of another form than declared ({served})"
        )

    def lines(self) -> Iterator[str]:
        for what, number in (self.failures + self.violations).most_common():
            yield f"{number:,} x {what}\n    {self.shown[what]}"
