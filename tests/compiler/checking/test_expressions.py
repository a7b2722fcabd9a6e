"""Values: which types and ranges follow, which uses need a request, where missing values stop."""

from __future__ import annotations

import pytest

from secfuse.compiler.checked import LetTable, LetValue
from secfuse.compiler.checking.written_types import real
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.types import ValueType
from tests.compiler.contracts import codes, compiled, diagnostics


def type_of(text: str) -> ValueType:
    """The type of a value of the whole."""
    (let,) = compiled(f"let r = {text}").checked.actions
    assert isinstance(let, LetValue)
    return let.value.type


def column(text: str) -> ValueType:
    """The type of a new column of `people`."""
    (let,) = compiled(f"let r = extend people {{ x = {text} }}").checked.actions
    assert isinstance(let, LetTable)
    found = let.table.type.columns["x"].value
    assert found is not None
    return found


def words(type_: ValueType) -> str:
    """The type as a person would write it: kind, `?`, range in real units."""
    lo, hi = (float(real(end, type_.elem)) for end in (type_.elem.lo, type_.elem.hi))
    return f"{describe(type_.elem)}{'?' if type_.optional else ''} {lo:g} .. {hi:g}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("age + 1", "int 1 .. 121"),
        ("age - age", "int -120 .. 120"),
        ("-age * 2", "int -240 .. 0"),
        ("debt * debt", "fixed(16) -10000 .. 10000"),
        ("age * 0.5", "fixed(16) 0 .. 60"),
        ("age + 0.5", "fixed(16) 0.5 .. 120.5"),
        ("debt * age", "fixed(16) -12000 .. 12000"),
        ("age / 4", "fixed(16) 0 .. 30"),
        ("debt / (age + 1)", "fixed(16) -100 .. 100"),
        ("abs(debt)", "fixed(16) 0 .. 100"),
        ("max(age, 18)", "int 18 .. 120"),
        ("min(age, 18)", "int 0 .. 18"),
        ("if age < 18 then 0 else debt", "fixed(16) -100 .. 100"),
        ("int(debt / 3)", "int -33 .. 33"),
        ("fixed(age, 4)", "fixed(4) 0 .. 120"),
        ("if age < 18 then fixed(0.1, 8) else fixed(0.2, 8)", "fixed(8) 0.101562 .. 0.199219"),
        ("if age < 18 then fixed(0.25, 20) else fixed(-0.1, 20)", "fixed(20) -0.1 .. 0.25"),
        ("fixed(debt, 24) * fixed(0.00390625, 8)", "fixed(24) -0.390625 .. 0.390625"),
        ("age < limit", "bool 0 .. 1"),
        ("not (band == Band.low) or age > 5", "bool 0 .. 1"),
        ("kids + 1", "int? 1 .. 21"),
        ("coalesce(kids, -1)", "int -1 .. 20"),
        ("if age > 5 then kids else 30", "int? 0 .. 30"),
        ("present(kids)", "bool 0 .. 1"),
        ("age - mean(people.age)", "fixed(16) -120 .. 120"),
    ],
)
def test_the_range_of_a_value_follows_from_the_declared_ones(text: str, expected: str) -> None:
    grouped = text.replace("band ==", "Band.high ==")
    assert words(column(grouped)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count(people)", "int 0 .. 1000"),
        ("sum(people.age)", "int 0 .. 120000"),
        ("sum(people.debt)", "fixed(16) -100000 .. 100000"),
        ("mean(people.debt)", "fixed(16) -100 .. 100"),
        ("mean(people.kids)", "fixed(16) 0 .. 20"),
        ("mean(people.age + 10)", "fixed(16) 0 .. 130"),
        ("max(people.age)", "int 0 .. 120"),
        ("count(visits.cost)", "int 0 .. 5000"),
        ("sum(visits.cost)", "fixed(8) 0 .. 5e+06"),
        ("mean(visits.cost)", "fixed(16) 0 .. 1000"),
        ("sum(people.age) / max(count(people), 1)", "fixed(16) 0 .. 120000"),
    ],
)
def test_aggregates_are_bounded_by_the_row_bound(text: str, expected: str) -> None:
    assert words(type_of(text)) == expected
    assert str(type_of(text).visibility) == "secret"


def test_public_stays_public_until_something_secret_comes_in() -> None:
    assert str(type_of("limit * 2 + 1").visibility) == "public"
    assert str(type_of("if limit > 5 then count(people) else 0").visibility) == "secret"


def test_a_comparison_is_new_arithmetic_and_branches_carry_their_columns() -> None:
    assert column("age > 5").origins == frozenset()
    assert column("age * 2 - 1").origins == {("people", "age")}
    assert column("if age > 5 then debt else 0").origins == {("people", "debt")}
    assert column("coalesce(kids, 0)").origins == {("people", "kids")}
    assert column("present(kids)").origins == frozenset()


@pytest.mark.parametrize(
    "text",
    ["debt > 5", "max(debt, 0)", "if age > 5 then debt > 0 else true", "coalesce(kids, 0) == 1"],
)
def test_comparing_needs_its_request(text: str) -> None:
    assert codes(f"let r = extend people {{ x = {text} }}") == ["SEC401"]


@pytest.mark.parametrize("text", ["kids > 1", "not present(kids) and kids == 0", "max(kids, 1)", "coalesce(age, 1)"])
def test_what_may_be_missing_cannot_be_compared_and_what_cannot_needs_no_default(text: str) -> None:
    assert codes(f"let r = extend people {{ x = {text} }}") in (["SEC213"], ["SEC208"])


def test_a_name_that_went_wrong_raises_one_alarm() -> None:
    text = """
let a = nobody + 1
let b = a * 2
let c = extend people { x = b + a  y = x }
let d = group c by y { n = sum(x) }
disclose d to third under open because "d"
test "d" { expect d = rows { (1, 2, 3) } }
""".replace("b + a  y", "b + a, y")
    assert codes(text) == ["SEC201"]


def test_the_hint_shows_how_a_column_is_written() -> None:
    (found,) = diagnostics("let r = sum(age)")
    assert (found.code, found.hint) == ("SEC201", "write sum(people.age)")
    (found,) = diagnostics("let r = age + 1")
    assert found.hint == "a column is written with its table here, as in sum(people.age)"


def test_what_was_found_and_what_is_allowed_when_the_ring_is_left() -> None:
    (found,) = diagnostics("let r = extend people { x = debt * debt * debt * debt * debt }")
    assert found.code == "SEC501"
    assert found.found == "`debt * debt * debt * debt * debt` may be in -10000000000 .. 10000000000"
    assert found.expected == "values below 1073741824 (32 fraction bits) in magnitude"
