"""Tables: columns, bounds and uniqueness of results, and what makes a table refuse."""

from __future__ import annotations

import pytest

from secfuse.compiler.checked import Join, LetTable, TableName
from secfuse.compiler.types import TableType
from tests.compiler.contracts import codes, compiled


def last(text: str) -> LetTable:
    let = compiled(text).checked.actions[-1]
    assert isinstance(let, LetTable)
    return let


def table(text: str) -> TableType:
    """The type of the last table of a program."""
    return last(text).table.type


def unique(type_: TableType) -> list[str]:
    return [name for name, column in type_.columns.items() if column.unique]


@pytest.mark.parametrize("text", ["join visits with people on id", "join people with visits on id"])
def test_the_unique_side_of_a_join_becomes_the_right_one(text: str) -> None:
    join = last(f"let r = {text}").table
    assert isinstance(join, Join)
    assert isinstance(join.right, TableName)
    assert join.right.name == "people"
    assert join.type.bound == 5_000
    assert unique(join.type) == []


def test_unique_on_both_sides_stays_unique() -> None:
    single = "let once = join (select people { id, age }) with (select people { id, debt }) on id"
    assert table(single).bound == 1_000
    assert unique(table(single)) == ["id"]


def test_a_join_has_the_columns_of_both_in_order_the_key_once() -> None:
    assert list(table("let r = join visits with people on id").columns) == ["id", "cost", "band", "age", "debt", "kids"]


def test_filters_and_new_columns_keep_bound_and_uniqueness() -> None:
    text = "let r = filter (extend people { old = age > 60 }) where old"
    assert table(text).bound == 1_000
    assert unique(table(text)) == ["id"]


def test_a_union_has_the_bounds_of_all_and_nothing_unique() -> None:
    united = table("let r = union people, people, (filter people where age > 5)")
    assert united.bound == 3_000
    assert unique(united) == []


def test_keys_are_public_aggregates_are_not() -> None:
    grouped = table("let r = group people by band { n = count(), twice = 2 * count() }")
    assert grouped.grouped
    seen = {name: str(column.value.visibility) for name, column in grouped.columns.items() if column.value}
    assert seen == {"band": "public", "n": "secret", "twice": "secret"}


def test_what_is_distinct_is_unique_afterwards() -> None:
    old = "(extend people { old = age > 60 })"
    assert unique(table(f"let r = distinct {old} on old")) == ["id", "old"]
    both = table(f"let r = distinct {old} on band, old")
    assert unique(both) == ["id"]
    assert both.is_unique(("band", "old"))


def test_the_first_few_are_no_more_than_there_are() -> None:
    assert table("let r = top 7 of (extend people { old = age > 60 }) by old").bound == 7
    assert table("let r = top 2_000 of (extend people { old = age > 60 }) by old").bound == 1_000


def test_keys_of_too_many_values_are_open_and_secret() -> None:
    grouped = table("let r = group (extend people { far = int(age > 5) * 2_000 }) by band, far { n = count() }")
    assert grouped.open
    assert grouped.bound == 1_000
    assert {str(column.value.visibility) for column in grouped.columns.values() if column.value} == {"secret"}


def test_a_group_by_something_compared_is_free_of_requests() -> None:
    assert codes("let r = group (extend people { old = age > 60 }) by old { n = count() }") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("join people with visits on cost", "SEC216"),
        ("join visits with (select visits { id }) on id", "SEC217"),
        ("join people with (extend visits { age = 1 }) on id", "SEC202"),
        ("union people, visits", "SEC218"),
        ("union (select people { age }), (extend (select people { age }) { x = 1 })", "SEC218"),
        ("pivot people by debt on band { n = count() }", "SEC602"),
        ("group people by kids { n = count() }", "SEC213"),
        ("group people by age { n = count() }", "SEC401"),
        ("group people by band { band = count() }", "SEC202"),
        ("group people by band { n = age }", "SEC211"),
        ("group (group people by band { n = count() }) by n { m = count() }", "SEC407"),
        ("select people { age, agee }", "SEC203"),
        ("filter people where age", "SEC207"),
        ("filter peple where true", "SEC201"),
    ],
)
def test_tables_refuse(text: str, code: str) -> None:
    assert codes(f"let r = {text}") == [code]
