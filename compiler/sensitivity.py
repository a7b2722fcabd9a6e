"""How far one row of an input can move a result: what noise must hide.

Lives here: `spreads`, the noise of the counts and sums that a disclosure shows, and why there is none for others. A
table's stability is how many of its rows come or go with one row of an input (McSherry, Privacy integrated queries,
SIGMOD 2009); a sum moves by so many times the greatest magnitude of what it adds up. Not here: what noise is made of
(spread.py, lowering/noise.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from fractions import Fraction
from typing import Any

from . import checked as c
from .circuit.graph import Span
from .circuit.ranges import add, fits_ring, range_of
from .circuit.types import PUBLIC, Elem, Type
from .diagnostics import shown
from .errors import Problems
from .spread import Spread
from .types import TableType, ValueType


class Unbounded(Exception):
    """Why no noise can hide a row: a code (SEC413: what is shown, SEC414: what it rests on), what was found, where."""

    def __init__(self, code: str, span: Span, found: str, expected: str) -> None:
        super().__init__(code, found)
        self.code, self.span, self.found, self.expected = code, span, found, expected


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Of one column: how many units of its last place one row moves it, over all groups together; and its element."""

    name: str
    units: int
    elem: Elem


@dataclass(frozen=True, slots=True)
class Bound:
    """What the names of a program stand for."""

    tables: dict[str, c.TableExpr] = field(default_factory=dict)
    values: dict[str, c.Expr] = field(default_factory=dict)


SHOWN = "counts and sums of rows, as they are, in groups of small closed domains or of the whole"


def sensitivities(checked: c.Checked, disclose: c.Disclose) -> tuple[Sensitivity, ...]:
    """Of every column of a disclosure but the keys. Raises Unbounded."""
    bound = Bound()
    _bind(checked.actions, bound)
    if isinstance(disclose.value.type, ValueType):
        value = _resolved(disclose.value, bound)
        return (_of_aggregate(bound, disclose.name, value, None, disclose.span),)
    return _of_groups(bound, disclose)


def spreads(checked: c.Checked, disclose: c.Disclose, epsilon: Fraction) -> dict[str, Spread]:
    """The noise of each column that needs some: they share epsilon evenly. Raises Unbounded."""
    found = [column for column in sensitivities(checked, disclose) if column.units]
    return {column.name: Spread(epsilon / (len(found) * column.units)) for column in found}


def noise_of(checked: c.Checked, name: str, epsilon: Fraction) -> tuple[tuple[str, Fraction], ...]:
    """Of the columns of an output: how far noise takes them in 95 of 100 cases at least, in their own units."""
    disclose = next(found for found in _disclosures(checked.actions) if found.name == name)
    noise = spreads(checked, disclose, epsilon)
    units = {column.name: (1 << column.elem.fraction_bits) * 10**column.elem.decimals
             for column in sensitivities(checked, disclose)}  # fmt: skip
    return tuple((column, Fraction(spread.within(95), units[column])) for column, spread in noise.items())


def refuse_noise(checked: c.Checked, problems: Problems) -> None:
    """SEC413, SEC414 and SEC415 for every disclosure that no noise can hide a row in."""
    policies = {policy.name: policy for policy in checked.policies}
    for disclose in _disclosures(checked.actions):
        policy = policies[disclose.policy]
        if policy.noise is None:
            continue
        try:
            _refuse_wide(checked, disclose, policy.epsilon, problems)
        except Unbounded as found:
            problems.report(found.code, found.span, found.found, found.expected)


def _refuse_wide(checked: c.Checked, disclose: c.Disclose, epsilon: Fraction, problems: Problems) -> None:
    noise = spreads(checked, disclose, epsilon)
    for column in sensitivities(checked, disclose):
        most = noise[column.name].most if column.name in noise else 0
        if not fits_ring(add(range_of(column.elem), (-most, most))):
            found = f"`{column.name}` with noise of up to {shown(Fraction(most))} units of its last place"
            expected = "less than 2^62 in all: a greater epsilon, or a narrower range of what is summed"
            problems.report("SEC415", disclose.span, found, expected)


def _disclosures(actions: tuple[c.Action, ...]) -> Iterator[c.Disclose]:
    for action in actions:
        match action:
            case c.Disclose():
                yield action
            case c.Branch(yes=yes, no=no):
                yield from _disclosures((*yes, *no))
            case _:
                pass


def _bind(actions: tuple[c.Action, ...], bound: Bound) -> None:
    for action in actions:
        match action:
            case c.LetTable(name=name, table=table):
                bound.tables[name] = table
            case c.LetValue(name=name, value=value):
                bound.values[name] = value
            case c.Branch(yes=yes, no=no):
                _bind(yes, bound)
                _bind(no, bound)
            case _:
                pass


def _resolved(value: c.Expr, bound: Bound) -> c.Expr:
    """What a name stands for."""
    while isinstance(value, c.Named) and value.name in bound.values:
        value = bound.values[value.name]
    return value


def _of_groups(bound: Bound, disclose: c.Disclose) -> tuple[Sensitivity, ...]:
    table: c.TableExpr = disclose.value  # type: ignore[assignment]
    shown = tuple(table.type.columns)
    while isinstance(table, c.TableName | c.Select):
        table = table.table if isinstance(table, c.Select) else bound.tables[table.name]
    if not isinstance(table, c.Group):
        raise Unbounded("SEC413", disclose.span, f"noise on a table made by `{type(table).__name__.lower()}`", SHOWN)
    if table.type.open:
        found = "noise on groups of open keys: that a group is there tells of its rows"
        raise Unbounded("SEC413", disclose.span, found, SHOWN)
    columns = [(name, expr) for name, expr in table.fields if name in shown]
    return tuple(_of_aggregate(bound, name, expr, table.table, disclose.span) for name, expr in columns)


def _of_aggregate(bound: Bound, name: str, value: c.Expr, rows: c.TableExpr | None, span: Span) -> Sensitivity:
    if not isinstance(value, c.Aggregate) or value.reduction not in (c.Reduction.COUNT, c.Reduction.SUM):
        raise Unbounded("SEC413", span, f"noise on `{name}`, which is neither a count nor a sum", SHOWN)
    table = rows if value.table is None else c.TableName(value.span, TableType({}, value.bound), value.table)
    assert table is not None, "an aggregate has rows"
    moved = max(_moved(bound, table).values(), default=0)
    if value.value is not None:
        _row_by_row(bound, value.value)
    if value.value is None or value.reduction is c.Reduction.COUNT:
        return Sensitivity(name, moved, value.type.elem)
    lo, hi = range_of(value.value.type.elem)
    return Sensitivity(name, moved * max(-lo, hi), value.type.elem)


# ---- how many rows of a table come or go with one row of an input


def _moved(bound: Bound, table: c.TableExpr) -> Mapping[str, int]:
    match table:
        case c.TableName(name=name):
            return _moved(bound, bound.tables[name]) if name in bound.tables else {name: 1}
        case c.Select(table=before):
            return _moved(bound, before)
        case c.Extend(table=before, fields=new):
            for _, expr in new:
                _row_by_row(bound, expr)
            return _moved(bound, before)
        case c.Filter(table=before, condition=condition):
            _row_by_row(bound, condition)
            return _moved(bound, before)
        case c.Union(tables=tables):
            return _added(*((_moved(bound, part), 1) for part in tables))
        case c.Join():
            return _moved_by_join(bound, table)
        case _:
            found = f"noise on rows that went through `{type(table).__name__.lower()}`, where one row may move many"
            expected = "rows of inputs, through filter, extend, select, union and join"
            raise Unbounded("SEC414", table.span, found, expected)


def _moved_by_join(bound: Bound, join: c.Join) -> Mapping[str, int]:
    """A row on the right stands beside all rows on the left that have its key: at most one, if keys are unique there.

    Where rows stay without a partner, a row that finds one goes as it was and comes as it is now.
    """
    if not join.left.type.is_unique(join.keys):
        found = "noise on a join in which one row on the right may stand beside any number of rows on the left"
        expected = f"keys that are unique on the left, too: {', '.join(join.keys)}"
        raise Unbounded("SEC414", join.span, found, expected)
    left = 2 if join.kind is c.JoinKind.FULL else 1
    right = 2 if join.kind in (c.JoinKind.LEFT, c.JoinKind.FULL) else 1
    return _added((_moved(bound, join.left), left), (_moved(bound, join.right), right))


def _added(*parts: tuple[Mapping[str, int], int]) -> Mapping[str, int]:
    total: dict[str, int] = {}
    for part, times in parts:
        for name, rows in part.items():
            total[name] = total.get(name, 0) + times * rows
    return total


# ---- what a row alone decides


def _row_by_row(bound: Bound, expr: c.Expr) -> None:
    """What the row and public values alone decide; anything else may change with another row. Raises Unbounded."""
    parts = list(_parts(expr))
    own = {part.name for part in parts if isinstance(part, c.LetValue)}
    own |= {part.key for part in parts if isinstance(part, c.Comprehension)}
    own |= {name for part in parts if isinstance(part, c.Carried) for name in (part.inside, part.behind)}
    own |= {part.index for part in parts if isinstance(part, c.Loop)}
    for part in parts:
        far = isinstance(part, c.Aggregate | c.Rank | c.Lag)
        if far or isinstance(part, c.Named) and part.type.visibility != PUBLIC and part.name not in own:
            found = "noise on what each row has from other rows, where one row may move many"
            raise Unbounded("SEC414", expr.span, found, "values of the row itself and public ones")


def _parts(expr: c.Expr) -> Iterator[Any]:
    """All expressions and steps inside of it, itself included, each once."""
    stack: list[Any] = [expr]
    seen: set[int] = set()
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            stack.extend(part)
        elif is_dataclass(part) and not isinstance(part, Span | ValueType | Type) and id(part) not in seen:
            seen.add(id(part))
            yield part
            stack.extend(getattr(part, f.name) for f in fields(part))
