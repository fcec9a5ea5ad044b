"""Sends random requests: what schemathesis makes of /openapi.json, with known ids and odd values put in.

Rounds of a few requests to each operation take turns, so that what one creates the next ones find.
"""

import math
import time
from collections import defaultdict
from random import Random
from typing import Any, TypeAlias

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from benchmarks.fuzzing.batches import any_batch
from benchmarks.fuzzing.callers import CALLERS, NOBODY, Callers
from benchmarks.fuzzing.findings import Findings
from benchmarks.fuzzing.known_values import KnownValues
from benchmarks.fuzzing.odd_values import put_one
from domain.event_batches import COLUMNS_MEDIA_TYPE, ROWS_MEDIA_TYPE

BATCHES = "POST /agent/event-batches"
#: Cases of each kind to one operation before the next one has its turn, and how often each is sent: by others, and
#: with other values put in.
IN_A_ROW, VARIANTS = 3, 6
CHECKS = (
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
SECONDS = 120
AnyCase: TypeAlias = schemathesis.Case[Any]
KNOWN_SHARE, ODD_SHARE, ALLOWED_SHARE = 0.6, 0.2, 0.85


class Campaign:
    """All requests of one run; the same seed makes the same ones, as far as the answers are the same."""

    def __init__(self, address: str, callers: Callers, *, seed: int, in_a_row: int = IN_A_ROW) -> None:
        self.findings = Findings()
        self._address = address
        self._callers = callers
        self._in_a_row = in_a_row
        self._random = Random(seed)  # noqa: S311 - to be made again, not to be secret
        self._known = KnownValues(self._random)
        self._allowed: dict[str, set[str]] = defaultdict(set)
        self._connection = requests.Session()
        for form in (ROWS_MEDIA_TYPE, COLUMNS_MEDIA_TYPE):
            schemathesis.openapi.media_type(form, st.binary(max_size=64))
        schemathesis.openapi.media_type("text/csv", st.text(max_size=200).map(str.encode))
        document = requests.get(f"{address}/openapi.json", timeout=SECONDS).json()
        schema = schemathesis.openapi.from_dict(document)
        schema.config.output.sanitization.update(enabled=False)  # the curl lines shall run; the tokens are made up
        self._operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]

    def run(self, count: int, *, seconds: float = math.inf) -> Findings:
        """Sends about `count` requests, in whole rounds, and begins none after so many `seconds`."""
        began_at = time.monotonic()
        while self.findings.requests.total() < count and time.monotonic() - began_at < seconds:
            order = self._random.sample(self._operations, len(self._operations))
            for operation in order:
                for mode in schemathesis.GenerationMode:
                    self._send_some(operation, mode)
        return self.findings

    def _send_some(self, operation: Any, mode: schemathesis.GenerationMode) -> None:
        @hypothesis.seed(self._random.getrandbits(64))
        @settings(
            max_examples=self._in_a_row,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode))
        def send(case: AnyCase) -> None:
            for _ in range(VARIANTS):
                self._send(self._changed(case))

        try:
            send()
        except Unsatisfiable:  # nothing to negate: no parameters, no body
            return

    def _send(self, case: AnyCase) -> None:
        name = case.operation.label
        caller = self._choose_caller(name)
        headers = self._callers.headers_of(caller)
        if name == BATCHES:
            case.body, wire_form = any_batch(self._callers.agent, self._random)
            case.media_type = wire_form["Content-Type"]
            headers = headers | wire_form
        answer = case.call(
            base_url=self._address,
            session=self._connection,
            headers=headers,
            timeout=SECONDS,
            allow_redirects=False,
        )
        self._note(case, caller, headers, answer)

    def _changed(self, case: AnyCase) -> AnyCase:
        """Known ids for most, an odd value for some."""
        body = self._known.fill(case.body, share=KNOWN_SHARE)
        if isinstance(body, dict | list) and self._random.random() < ODD_SHARE:
            body = put_one(body, self._random)
        changed: AnyCase = case.operation.Case(
            path_parameters=self._known.fill(case.path_parameters, share=KNOWN_SHARE),
            query=self._known.fill(case.query, share=KNOWN_SHARE),
            headers=case.headers,
            cookies=case.cookies,
            body=body,
            media_type=case.media_type,
        )
        return changed

    def _choose_caller(self, name: str) -> str:
        """Mostly somebody whom the operation has let in before."""
        allowed = sorted(self._allowed[name])
        return self._random.choice(allowed if allowed and self._random.random() < ALLOWED_SHARE else CALLERS)

    def _note(self, case: AnyCase, caller: str, headers: dict[str, str], answer: Any) -> None:
        name, status = case.operation.label, answer.status_code
        self.findings.note_answer(name, status)
        if status not in {401, 403}:
            self._allowed[name].add(caller)
        if status == 401 and caller != NOBODY and (caller in self._allowed[name]):
            self._callers.renew(caller)
        if status < 300 and answer.headers.get("Content-Type") == "application/json":
            self._known.learn(answer.json())
        if status >= 500:
            self.findings.note_failure(name, status, curl=self._curl(case, headers))
        try:
            case.validate_response(answer, checks=list(CHECKS), headers=headers)
        except FailureGroup as group:
            for each in group.exceptions:
                curl = self._curl(case, headers)
                self.findings.note_violation(name, f"{status} {each.title}", why=each.message, curl=curl)

    def _curl(self, case: AnyCase, headers: dict[str, str]) -> str:
        return case.as_curl_command(headers=headers, base_url=self._address)
