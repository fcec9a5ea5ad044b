"""Categorization rules: first match wins, the state rules, MAX, masks, and the same answers in SQL."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.activity_states import ActivityKind, ActivityState
from domain.categorization.checks import check_rule_set
from domain.categorization.rules import MAX_RULE, STATE_RULES, CategorizationRule, RuleSet
from domain.categorization.sql import FEWEST_SOUGHT, SOUGHT_TOGETHER, rule_set_sql
from domain.conditions.tree import MAX_VALUE_LENGTH, AllOf, Comparison, Condition, Field, Not, Operator
from domain.contexts import Context
from domain.errors import DomainError


def rule(
    rank: int,
    condition: Condition,
    category: str = "Ticketing",
    *,
    kind: ActivityKind = ActivityKind.PRODUCTIVE,
    application: str | None = None,
    window_name: str | None = None,
    name: str = "",
) -> CategorizationRule:
    return CategorizationRule(rank, condition, kind, category, application, window_name, name)


def title(value: str, operator: Operator = Operator.CONTAINS) -> Comparison:
    return Comparison(Field.WINDOW_TITLE, operator, value)


def application(value: str) -> Comparison:
    return Comparison(Field.APPLICATION, Operator.IS, value)


def test_an_empty_rule_set_puts_everything_in_max_and_anonymises_it() -> None:
    assert RuleSet(1).categorize(Context("payroll.exe", "Mia's salary", "")) == MAX_RULE
    assert MAX_RULE.category == "Other"
    assert (MAX_RULE.application, MAX_RULE.window_name) == ("Other", "")
    check_rule_set(RuleSet(1))


def test_the_first_rule_by_rank_wins_wherever_it_stands() -> None:
    rules = RuleSet(1, (rule(20, title("mail"), "Mail"), rule(10, title("mail"), "Chat")))
    assert rules.categorize(Context("x", "MAIL", "")).rank == 10


def test_an_executable_gets_its_friendly_name_unless_the_rule_names_one() -> None:
    rules = RuleSet(1, (rule(5, title("a")), rule(6, title("b"), application="Jira")), {"Chrome.EXE": "Chrome"})
    assert rules.categorize(Context("chrome.exe", "a", "")).application == "Chrome"
    assert rules.categorize(Context("chrome.exe", "b", "")).application == "Jira"
    assert rules.categorize(Context("edge.exe", "a", "")).application == "edge.exe"


@pytest.mark.parametrize(
    ("window_name", "condition", "window_title", "expected"),
    [
        (None, title("INC"), "INC0012 | Desk", "INC0012 | Desk"),
        ("Incident form", title("INC"), "INC0012 | Desk", "Incident form"),
        ("[ticket]", title(r"INC\d+", Operator.MATCHES), "inc1, INC22 | Desk", "ticket, ticket | Desk"),
        ("[\\1 $0]", title("(INC)", Operator.CONTAINS), "(inc) | Desk", "\\1 $0 | Desk"),
        ("[who]", title("Mail from ", Operator.STARTS_WITH), "Mail from mail from", "whomail from"),
        ("[all]", title("Mail", Operator.IS), "MAIL", "all"),
        ("[hidden]", application("x"), "Mail", "hidden"),
        ("[hidden]", AllOf((application("x"), Not(title("secret")))), "Mail", "hidden"),
    ],
)
def test_text_in_brackets_replaces_the_match(
    window_name: str | None, condition: Condition, window_title: str, expected: str
) -> None:
    rules = RuleSet(1, (rule(5, condition, window_name=window_name),))
    check_rule_set(rules)
    assert rules.categorize(Context("x", window_title, "")).window_name == expected
    assert in_sql(rules, [Context("x", window_title, "")])[0][3] == expected


def test_states_have_their_unchangeable_rules() -> None:
    kinds = {state: (made.activity_kind, made.category) for state, made in STATE_RULES.items()}
    assert kinds == {
        ActivityState.PRIVATE: (ActivityKind.NON_PRODUCTIVE, "Private"),
        ActivityState.LOCKED: (ActivityKind.BREAK, "Break"),
        ActivityState.OFF: (ActivityKind.OFF, "Off"),
        ActivityState.IDLE: (ActivityKind.IDLE, "Idle"),
    }


def in_sql(rules: RuleSet, contexts: list[Context]) -> list[tuple[str, str, str, str, int]]:
    columns = [
        list(range(len(contexts))),
        *([getattr(c, name) for c in contexts] for name in Context.__struct_fields__),
    ]
    relation = (
        "(select unnest(?) as context_key, unnest(?) as application, unnest(?) as window_title, unnest(?) as url)"
    )
    rows = duckdb.connect().execute(rule_set_sql(rules, relation), columns).fetchall()
    return [row[1:] for row in sorted(rows)]


WORDS = st.lists(st.sampled_from(["Mail", "inc", "12", " ", "'", "[", "\\", "σ", "Σ", "ſ", "S", "%"]), max_size=4).map(
    "".join
)
COMPARISONS = st.builds(
    Comparison,
    st.sampled_from([Field.APPLICATION, Field.WINDOW_TITLE, Field.URL]),
    st.sampled_from([op for op in Operator if op not in {Operator.MATCHES, Operator.IS_EMPTY}]),
    WORDS.filter(bool),
)
NAMES = st.one_of(st.none(), st.sampled_from(["Fixed 'name'", "[mask]", "[a\\b$1]"]))
RULES = st.lists(
    st.builds(
        lambda condition, app, name: (condition, app, name),
        st.one_of(COMPARISONS, COMPARISONS.map(Not), st.lists(COMPARISONS, max_size=2).map(lambda c: AllOf(tuple(c)))),
        st.one_of(st.none(), st.just("Friendly's")),
        NAMES,
    ),
    max_size=4,
)


@settings(max_examples=100, deadline=None)
@given(RULES, st.lists(st.builds(Context, WORDS, WORDS, WORDS), min_size=1, max_size=4))
def test_the_query_and_the_rule_set_give_one_answer(
    parts: list[tuple[Condition, str | None, str | None]], contexts: list[Context]
) -> None:
    rules = RuleSet(
        1,
        tuple(rule(5 + i, c, f"C'{i}", application=app, window_name=name) for i, (c, app, name) in enumerate(parts)),
        {"Mail": "O'Mail", "INC": "Desk"},
    )
    made = [rules.categorize(context) for context in contexts]
    assert in_sql(rules, contexts) == [
        (str(m.activity_kind), m.category, m.application, m.window_name, m.rank) for m in made
    ]


SOUGHT = st.builds(title, WORDS.filter(bool))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(SOUGHT, min_size=SOUGHT_TOGETHER - 2, max_size=SOUGHT_TOGETHER + FEWEST_SOUGHT),
    st.lists(st.one_of(SOUGHT, COMPARISONS), max_size=3),
    st.lists(st.builds(Context, WORDS, WORDS, WORDS), min_size=1, max_size=4),
)
def test_rules_that_are_asked_together_give_the_answer_of_the_first_that_holds(
    sought: list[Comparison], others: list[Comparison], contexts: list[Context]
) -> None:
    parts = (*others, *sought, *others)
    rules = RuleSet(1, tuple(rule(5 + i, condition, f"Category {i}") for i, condition in enumerate(parts)))
    assert [made[4] for made in in_sql(rules, contexts)] == [rules.categorize(each).rank for each in contexts]


def test_as_many_of_the_longest_texts_as_are_asked_together_are_a_pattern_to_the_engine() -> None:
    longest = [chr(0x10000 + i) * MAX_VALUE_LENGTH for i in range(SOUGHT_TOGETHER)]
    rules = RuleSet(1, tuple(rule(5 + i, title(text)) for i, text in enumerate(longest)))
    assert in_sql(rules, [Context("x", f"a {longest[-1]} b", ""), Context("x", longest[0][1:], "")]) == [
        ("productive", "Ticketing", "x", f"a {longest[-1]} b", 4 + SOUGHT_TOGETHER),
        ("uncategorized", "Other", "Other", "", MAX_RULE.rank),
    ]


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ((rule(4, title("a")),), "Rule 4 has rank 4: use 5 to 999999"),
        (
            (rule(5, title("a"), name="One"), rule(5, title("b"), name="Two")),
            r"Rules 5 \(One\) and 5 \(Two\) have one rank",
        ),
        (
            (rule(5, application("EXCEL.exe"), "Office", name="Sheets"), rule(9, application("excel.exe"), "Finance")),
            r"Rule 9 puts the application 'Excel' in the category 'Finance', but rule 5 \(Sheets\) puts it in 'Office'",
        ),
        (
            (rule(5, title("a"), "One", application="Jira"), rule(6, title("b"), "Two", application="JIRA")),
            "or name another application",
        ),
        ((rule(5, title("a"), kind=ActivityKind.IDLE),), "gives the kind idle: use one of productive"),
        ((rule(5, title("(", Operator.MATCHES)),), "Rule 5: the pattern '.' is not a pattern in RE2 syntax"),
        ((rule(5, Comparison(Field.KIND, Operator.IS, "clicked")),), "asks about kind"),
        ((rule(5, title("a"), " "),), "empty or too long category"),
        ((rule(5, title("a"), window_name="Form [x]"),), "has brackets inside: put the whole window name in one pair"),
        ((rule(5, title(r"\d*", Operator.MATCHES), window_name="[n]"),), "can match nothing"),
        ((rule(5, title(r"\b", Operator.MATCHES), window_name="[n]"),), "can match nothing"),
    ],
)
def test_what_may_not_be_saved_is_named_by_rule_and_remedy(
    rules: tuple[CategorizationRule, ...], sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence):
        check_rule_set(RuleSet(1, rules, {"excel.exe": "Excel"}))


def test_an_executable_has_one_friendly_name() -> None:
    with pytest.raises(DomainError, match="two friendly names"):
        check_rule_set(RuleSet(1, (), {"a.exe": "A", "A.EXE": "B"}))
    with pytest.raises(DomainError, match="name both"):
        check_rule_set(RuleSet(1, (), {"a.exe": ""}))
