"""`python -m benchmarks.redaction [--lines N] [--seed N]`: N lines with a secret, N harmless titles, and their cost.

Ends with 1 when it reaches less than `tests/fixtures/redaction_figures.py` says, to which the tests hold it on 1,500
lines each (`tests/domain/redaction/test_corpus.py`).
"""

import argparse
import time
from statistics import median

from benchmarks.redaction.plain_patterns import plain_patterns
from domain.redaction.search import redact
from tests.fixtures.harmless_titles import titles
from tests.fixtures.redaction_corpus import secrets
from tests.fixtures.redaction_figures import LEAST_MASKED, MOST_TOUCHED, Masking, Tally, masked, touched

ROUNDS = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.redaction")
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    told = list(secrets(seed=asked.seed, count=asked.lines))
    harmless = list(titles(seed=asked.seed, count=asked.lines))
    contenders: dict[str, Masking] = {"redaction": ours, "plain re": plain_patterns()}
    found = {name: masked(masking, told) for name, masking in contenders.items()}
    mistaken = {name: touched(masking, harmless) for name, masking in contenders.items()}
    print_by_kind("secrets masked", found)
    print_by_kind("harmless titles touched", mistaken)
    print_costs(contenders, {"secrets": [each.text for each in told], "titles": [each.text for each in harmless]})
    return int(found["redaction"].share < LEAST_MASKED or mistaken["redaction"].share > MOST_TOUCHED)


def ours(text: str) -> str:
    return redact(text).text


def print_by_kind(what: str, by_contender: dict[str, Tally]) -> None:
    first = next(iter(by_contender.values()))
    print(f"{what:<34} {'lines':>7}  " + "  ".join(f"{name:>10}" for name in by_contender))
    for kind in sorted(first.of):
        found = (f"{each.share_of(kind):>10.2%}" for each in by_contender.values())
        print(f"  {kind:<32} {first.of[kind]:>7,}  " + "  ".join(found))
    found = (f"{each.share:>10.2%}" for each in by_contender.values())
    print(f"  {'all':<32} {first.of.total():>7,}  " + "  ".join(found))


def print_costs(contenders: dict[str, Masking], texts: dict[str, list[str]]) -> None:
    """CPU per text, in turns; the first pass compiled what there is to compile."""
    costs: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for name, masking in contenders.items():
            for kind, lines in texts.items():
                began = time.process_time()
                for text in lines:
                    masking(text)
                costs.setdefault((kind, name), []).append((time.process_time() - began) / len(lines) * 1e6)
    for (kind, name), measured in costs.items():
        print(f"{name} of {kind}: {median(measured):.1f} µs of CPU each (median of {ROUNDS} rounds)")
    first, *peers = contenders
    for kind in texts:
        for peer in peers:
            print(f"{kind}: {peer} ÷ {first} = {median(costs[kind, peer]) / median(costs[kind, first]):.1f}")


if __name__ == "__main__":
    raise SystemExit(main())
