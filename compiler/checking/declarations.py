"""The contract: parties, parameters, inputs, policies.

Lives here: one rule per declaration; each adds what it declares to the state, as UNKNOWN where it is wrong. Not here:
the order of declarations and which are missing (check.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.interface import Column, Param, Party, Table
from secfuse.compiler.circuit.typed import text_bytes
from secfuse.compiler.circuit.types import PUBLIC, SECRET, Domain, Elem, Size, category
from secfuse.compiler.diagnostics import listed, nearest, shown
from secfuse.compiler.policy import Policy, decimal_text
from secfuse.compiler.types import ColumnType, TableType, ValueType

from .constants import constant, whole
from .scope import UNKNOWN, Checking, ParamEntity
from .texts import text_literal
from .written_types import amount, constant_day, element, encoded, range_text, value_text

ASSUMPTIONS = ("honest majority", "semi-honest")
MOST_ROWS = 1 << 31


def declare_party(checking: Checking, party: s.Party) -> None:
    """party NAME "title" """
    if checking.is_new(party.name, checking.parties):
        checking.parties[party.name.text] = Party(party.name.text, party.title)


def declare_compute(checking: Checking, compute: s.Compute) -> None:
    """compute by NAMES"""
    known = [name for name in compute.parties if checking.party(name)]
    for index, name in enumerate(known):
        if name.text in (earlier.text for earlier in known[:index]):
            checking.report("SEC223", name.span, f"`{name.text}` again", "each party once")
    checking.compute = tuple(dict.fromkeys(name.text for name in known)) if len(known) == len(compute.parties) else None


def declare_assume(checking: Checking, assume: s.Assume) -> tuple[str, ...]:
    """assume WORDS; returns the assumptions that are known."""
    for name in assume.assumptions:
        if _words(name) not in ASSUMPTIONS:
            hint = nearest(name.text, ASSUMPTIONS)
            checking.report("SEC221", name.span, f"`{name.text}`", f"one of {listed(ASSUMPTIONS)}", hint)
    return tuple(words for words in map(_words, assume.assumptions) if words in ASSUMPTIONS)


def _words(name: s.Name) -> str:
    return " ".join(name.text.split())


def declare_category(checking: Checking, declared: s.Category) -> None:
    """category NAME { LABELS }"""
    labels: dict[str, None] = {}
    for label in declared.labels:
        if checking.is_new(label, labels):
            labels[label.text] = None
    checking.declare(declared.name, category(declared.name.text, tuple(labels)))


def declare_param(checking: Checking, param: s.Param) -> None:
    """param NAME : TYPE = DEFAULT"""
    elem = element(checking, param.type, "SEC307")
    default = None if elem is None else _default(checking, param, elem)
    if elem is None or default is None:
        checking.declare(param.name, UNKNOWN)
        return
    if param.name.text not in checking.names:
        checking.params[param.name.text] = Param(param.name.text, elem, default)
    checking.declare(param.name, ParamEntity(ValueType(elem, PUBLIC)))


def _default(checking: Checking, param: s.Param, elem: Elem) -> int | None:
    if param.type.optional or elem.domain is Domain.IDENTIFIER:
        found = f"a parameter of type `{checking.source.words(param.type.span)}`"
        checking.report(
            "SEC205", param.type.span, found, "bool, int, fixed, money, date or a category", "leave the `?` out"
        )
        return None
    return literal(checking, param.default, elem, "SEC307", "the default of a parameter")


def literal(checking: Checking, written: s.Expression, elem: Elem, secret_code: str, what: str) -> int | None:
    """A constant of a known type as its integer: a number, a truth value, a label; in range, or reported."""
    match elem.domain:
        case Domain.INT:
            number = whole(checking, written, secret_code, what)
            return None if number is None else _in_range(checking, written, elem, number, what)
        case Domain.FIXED:
            value = constant(checking, written, secret_code, what)
            scaled = None if value is None else encoded(value, elem.fraction_bits)
            return None if scaled is None else _in_range(checking, written, elem, scaled, what)
        case Domain.MONEY:
            value = constant(checking, written, secret_code, what)
            scaled = None if value is None else amount(checking, written.span, value, elem.decimals)
            return None if scaled is None else _in_range(checking, written, elem, scaled, what)
        case Domain.DATE:
            found = constant_day(checking, written, secret_code, what)
            return None if found is None else _in_range(checking, written, elem, found, what)
        case Domain.TEXT if isinstance(written, s.Text):
            return text_literal(checking, written, text_bytes(elem))
        case Domain.BOOL | Domain.CATEGORY | Domain.IDENTIFIER | Domain.TEXT:
            return _label(checking, written, elem, secret_code, what)


def _in_range(checking: Checking, written: s.Expression, elem: Elem, value: int, what: str) -> int | None:
    if elem.lo <= value <= elem.hi:
        return value
    checking.report("SEC504", written.span, f"{value_text(value, elem)} as {what}", f"a value in {range_text(elem)}")
    return None


def _label(checking: Checking, written: s.Expression, elem: Elem, secret_code: str, what: str) -> int | None:
    match written:
        case s.Truth(value=value) if elem.domain is Domain.BOOL:
            return int(value)
        case s.Member(owner=owner, name=name) if elem.domain is Domain.CATEGORY and owner.text == elem.category:
            return label_index(checking, name, elem)
        case s.Number() | s.Truth() | s.Date() | s.Member() if not _column_of_table(checking, written):
            kind = elem.category or elem.domain.value
            checking.report("SEC206", written.span, f"`{checking.source.words(written.span)}`", f"{kind} as {what}")
            return None
        case _:
            if constant(checking, written, secret_code, what) is not None:
                checking.report("SEC206", written.span, "a number", f"{elem.category or elem.domain.value} as {what}")
            return None


def _column_of_table(checking: Checking, written: s.Expression) -> bool:
    return isinstance(written, s.Member) and checking.category(written.owner) is None


def label_index(checking: Checking, name: s.Name, elem: Elem) -> int | None:
    """The index of a category's label."""
    if name.text in elem.labels:
        return elem.labels.index(name.text)
    checking.missing(name, f"label of {elem.category}", dict.fromkeys(elem.labels), "SEC204")
    return None


def declare_input(checking: Checking, declared: s.Input) -> None:
    """input NAME from OWNER at most N rows { COLUMNS }"""
    if checking.party(declared.owner):
        checking.holders.append((declared.owner, "owner"))
    rows = whole(checking, declared.rows, "SEC306", "a row bound")
    if rows is not None and not 1 <= rows <= MOST_ROWS:
        checking.report("SEC601", declared.rows.span, f"{shown(Fraction(rows))} rows", "1 .. 2_147_483_648 rows")
        rows = None
    columns: dict[str, Column] = {}
    types: dict[str, ColumnType] = {}
    for column in declared.columns:
        if checking.is_new(column.name, types):
            types[column.name.text] = _column(checking, declared.name.text, column, columns)
    if rows is None:
        checking.declare(declared.name, UNKNOWN)
        return
    together = _together(checking, declared, types)
    if declared.name.text not in checking.names:
        name = declared.name.text
        checking.inputs[name] = Table(name, declared.owner.text, rows, tuple(columns.values()), together)
    checking.declare(declared.name, _rows_of(declared, types, rows, together))


def _rows_of(
    declared: s.Input, columns: dict[str, ColumnType], rows: int, together: tuple[tuple[str, ...], ...]
) -> TableType:
    return TableType(columns, rows, together=tuple(map(frozenset, together)), size=Size.rows(declared.name.text))


def _together(checking: Checking, declared: s.Input, columns: dict[str, ColumnType]) -> tuple[tuple[str, ...], ...]:
    """unique together COLUMNS: two or more columns of the input, each once."""
    found = []
    for line in declared.together:
        named: dict[str, None] = {}
        for name in line.columns:
            if name.text not in columns:
                checking.missing(name, "column of the table", columns, "SEC203")
            elif checking.is_new(name, named):
                named[name.text] = None
        if len(line.columns) == 1:
            hint = f"write `unique` behind the type of {line.columns[0].text}"
            checking.report("SEC223", line.span, "one column unique together", "two columns or more", hint)
        found.append(tuple(named))
    return tuple(names for names in found if len(names) > 1)


def all_compute(checking: Checking) -> None:
    """Owners and recipients hold shares themselves in this version."""
    for party, role in checking.holders:
        if checking.compute is not None and party.text not in checking.compute:
            known = f"one of {listed(checking.compute)}"
            checking.report("SEC404", party.span, f"`{party.text}` as {role}, which does not compute", known)


def _column(checking: Checking, table: str, column: s.Column, columns: dict[str, Column]) -> ColumnType:
    elem = element(checking, column.type, "SEC310")
    if elem is None:
        return ColumnType(None, column.unique)
    name, optional = column.name.text, column.type.optional
    columns[name] = Column(name, elem, optional, column.unique, column.may)
    value = ValueType(elem, SECRET, optional, frozenset({(table, name)}))
    return ColumnType(value, column.unique)


def declare_policy(checking: Checking, declared: s.Policy) -> None:
    """policy NAME { THRESHOLDS }"""
    values: dict[str, tuple[Fraction, ...]] = {}
    sound = True
    for line in declared.lines:
        numbers = thresholds(checking, line.kind, line.numbers)
        if line.kind in values:
            words = checking.source.words(line.span)
            checking.report("SEC223", line.span, f"a second line `{words}`", "one line of each kind")
        sound = sound and numbers is not None
        values[line.kind] = numbers or ()
    if checking.is_new(declared.name, checking.policies):
        name = declared.name.text
        checking.policies[name] = with_thresholds(Policy(name), values) if sound else UNKNOWN


_MANY = (Fraction(1), Fraction(1 << 31))
_PERCENT = (Fraction(1), Fraction(100))
_BOUNDS = {
    "groups": (_MANY,),
    "top": ((Fraction(1), Fraction(1 << 16)), _PERCENT),
    "percent": (_PERCENT,),
    "noise": ((Fraction(1, 10_000), Fraction(20)),),
    "round": (_MANY,),
    "count": (),
    "bits": (_MANY,),
    "sealed": (),
    "runs": (_MANY, _MANY),
}


def thresholds(checking: Checking, kind: str, numbers: tuple[s.Expression, ...]) -> tuple[Fraction, ...] | None:
    """The numbers of a policy's line, within bounds in which they protect something; all whole but that of noise."""
    read = constant if kind == "noise" else whole
    values = [read(checking, number, "SEC308", "a threshold") for number in numbers]
    known = tuple(Fraction(value) for value in values if value is not None)
    if len(known) < len(values):
        return None
    for value, number, (least, most) in zip(known, numbers, _BOUNDS[kind], strict=True):
        if not least <= value <= most:
            bounds = f"{decimal_text(least)} .. {decimal_text(most)}"
            checking.report("SEC405", number.span, shown(value), f"a number in {bounds}")
            return None
    return known


def with_thresholds(policy: Policy, values: Mapping[str, tuple[Fraction, ...]]) -> Policy:
    """The policy with these lines in place of its own."""
    for kind, numbers in values.items():
        policy = _with_line(policy, kind, numbers)
    return policy


def _with_line(policy: Policy, kind: str, numbers: tuple[Fraction, ...]) -> Policy:
    whole_numbers = tuple(map(int, numbers))
    match kind:
        case "groups":
            return replace(policy, groups=whole_numbers[0])
        case "top":
            return replace(policy, top=(whole_numbers[0], whole_numbers[1]))
        case "percent":
            return replace(policy, percent=whole_numbers[0])
        case "noise":
            return replace(policy, noise=numbers[0].as_integer_ratio())
        case "round":
            return replace(policy, rounding=whole_numbers[0])
        case "count":
            return replace(policy, counts_suppressed=True)
        case "bits":
            return replace(policy, bits=whole_numbers[0])
        case "sealed":
            return replace(policy, sealed=True)
        case _:
            assert kind == "runs", f"a policy has no line {kind}"
            return replace(policy, runs=(whole_numbers[0], whole_numbers[1]))
