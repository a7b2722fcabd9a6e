"""Every form of the language stands in four places under one name: grammar rule, syntax class, good and bad program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest

from secfuse.compiler import syntax as s
from secfuse.compiler.errors import CompileErrors, Problems
from secfuse.compiler.reading.build import BUILD
from secfuse.compiler.reading.parse import parse
from secfuse.compiler.source import Source

PROGRAMS = Path(__file__).parent / "programs"
# Not forms: what could not be read; a word, which is a terminal of the grammar.
NO_FORMS = ("Broken", "Name")

# Syntax class -> the good program that shows it, and the bad one whose mistake lies in it.
SHOWN: dict[str, tuple[str, str]] = {
    "Annotation": ("print_and_assert", "annotation_table"),
    "Array": ("arrays", "array_as_a_condition"),
    "Assert": ("print_and_assert", "secret_assert_column"),
    "Assign": ("vars", "assignment_of_another_kind"),
    "Assume": ("arithmetic", "assumption"),
    "Binary": ("arithmetic", "secret_let_public_branch"),
    "Branch": ("public_branch", "secret_branch"),
    "Call": ("money", "groups_as_rows"),
    "Category": ("scalars", "category_label_twice"),
    "Cell": ("join_kinds", "test_cell"),
    "Choice": ("delays_by_wind", "secret_let_public_branch"),
    "Column": ("join_on_several_keys", "secret_precision_column"),
    "Comprehension": ("comprehensions", "comprehension_over_a_single_value"),
    "Compute": ("dominance_of_losses", "compute_twice"),
    "Date": ("dates", "date_range"),
    "Disclose": ("booleans", "disclose_filtered_rows"),
    "Distinct": ("order_of_rows", "distinct_key"),
    "Extend": ("groups_extended", "name_twice_column"),
    "Field": ("arithmetic", "column_in_group"),
    "Filter": ("filter_present", "filter_present_in_part"),
    "For": ("loops", "var_that_grows"),
    "FromArrays": ("matrix_and_table", "table_of_arrays"),
    "Function": ("functions", "function_without_a_value"),
    "Given": ("join_kinds", "test_row"),
    "Group": ("groups_extended", "groups_as_rows"),
    "Import": ("numeric_functions", "module_that_is_not_there"),
    "Index": ("comprehensions", "item_of_a_single_value"),
    "Input": ("dates", "secret_range"),
    "Join": ("join_on_several_keys", "join_key_optional"),
    "Let": ("join_on_several_keys", "secret_let_secret_then_public"),
    "Matrix": ("matrix_and_table", "matrix_columns"),
    "Member": ("join_kinds", "groups_aggregated"),
    "Number": ("join_by_number", "annotation_table"),
    "Param": ("print_and_assert", "param_out_of_range"),
    "Parameter": ("records", "function_named_like_one_of_the_language"),
    "Party": ("dominance_of_losses", "party_twice"),
    "Pivot": ("pivot", "pivot_labels"),
    "Policy": ("arithmetic", "secret_policy_top"),
    "PolicyLine": ("delays_by_wind", "policy_line_twice"),
    "Print": ("print_and_assert", "secret_print_table"),
    "Program": ("arithmetic", "declaration_missing"),
    "Purpose": ("arithmetic", "declaration_twice"),
    "Range": ("comprehensions", "var_that_grows"),
    "Record": ("records", "number_for_a_record"),
    "Return": ("records", "return_in_a_program"),
    "Row": ("join_kinds", "test_row"),
    "Select": ("groups_extended", "join_left_not_unique"),
    "Slice": ("matrices", "secret_start_of_a_part"),
    "Sort": ("sort_groups", "sort_key_missing"),
    "SortKey": ("sort_groups", "sort_without_order"),
    "Test": ("conditions_counted", "test_row"),
    "Text": ("texts", "text_and_number"),
    "Together": ("join_on_several_keys", "unique_together"),
    "Top": ("sort_groups", "top_of_how_many"),
    "Truth": ("conditions_counted", "value_as_table"),
    "TypeName": ("join_on_several_keys", "annotation_table"),
    "Unary": ("arithmetic", "minus_truth"),
    "Expect": ("dates", "expected_of_nothing"),
    "ExpectValue": ("repeat", "expected_value_of_rows"),
    "RecordType": ("records", "record_type_of_a_let"),
    "Repeat": ("repeat", "secret_number_of_trips"),
    "Union": ("union_of_three", "union_columns"),
    "Var": ("vars", "var_of_another_type"),
    "Window": ("windows", "window_arguments"),
    "With": ("dominance_of_losses", "test_of_nothing"),
}
PENDING: tuple[str, ...] = ()
"""Forms of which a good or a bad program is still missing. Shrinks to nothing: one that has both moves up."""


def forms() -> set[str]:
    return {name for name in s.__all__ if is_dataclass(getattr(s, name)) and name not in NO_FORMS}


def parts(whole: object) -> Iterator[Any]:
    """All syntax inside of it, itself included."""
    stack = [whole]
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            stack.extend(part)
        elif is_dataclass(part) and hasattr(part, "span"):
            yield part
            stack.extend(getattr(part, field.name) for field in fields(part))


def forms_of(path: Path) -> set[str]:
    """The forms a program shows; of a bad one those that reach over the line where its mistake is."""
    text = path.read_text(encoding="utf-8")
    source = Source(text)
    at = re.search(r"expect: SEC\d+ line (\d+)", text)
    try:
        statements = parse(source, Problems(source))
    except CompileErrors:
        return set()
    return {
        type(part).__name__
        for part in parts(statements)
        if at is None or part.span.line <= int(at[1]) <= source.span(part.span.end, part.span.end).line
    }


def built_by(rule: str) -> set[str]:
    """The classes that the function of a rule says it returns."""
    result = get_type_hints(BUILD[rule])["return"]
    kinds = get_args(result) if isinstance(result, UnionType) else (result,)
    return {kind.__name__ for kind in kinds if isinstance(kind, type)}


def test_every_syntax_class_is_built_by_a_rule_of_the_grammar() -> None:
    """And each function of BUILD has its rule: tests/compiler/reading/test_tables.py."""
    assert forms() <= {name for rule in BUILD for name in built_by(rule)}


def test_every_form_has_its_line_here() -> None:
    assert sorted(forms()) == sorted([*SHOWN, *PENDING])


@pytest.mark.parametrize("form", SHOWN)
def test_a_good_and_a_bad_program_show_the_form(form: str) -> None:
    good, bad = SHOWN[form]
    assert form in forms_of(PROGRAMS / "good" / f"{good}.sec")
    assert form in forms_of(PROGRAMS / "bad" / f"{bad}.sec")


def test_what_is_pending_is_missing() -> None:
    good, bad = (
        {form for path in (PROGRAMS / kind).glob("*.sec") for form in forms_of(path)} for kind in ("good", "bad")
    )
    assert not (good & bad).intersection(PENDING), "has both programs now: name them in SHOWN"
