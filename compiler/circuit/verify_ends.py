"""Typing rules of sources and effects: the ends of a circuit, where visibility is decided.

Lives here: the rules of TYPE (verify.py) for what comes in and what goes out. What an owner loads is known to it, or
secret, where all of it is to be computed on shares; only a `disclose` hands out something secret, and only in cells of
a known number, never row by row.
"""

from __future__ import annotations

from .graph import Node
from .interface import Column
from .ops import Op
from .ranges import Range
from .typed import DISCLOSE_GUARDS, Frame, columns_of, describe, number, own, ranged, texts
from .types import BOOL, NOTHING, PUBLIC, SECRET, Bundle, Domain, Size, Type, Visibility, integer, known_to


def input_(frame: Frame, node: Node, _: tuple[Type, ...]) -> Type:
    """A declared column."""
    return Type(_column(frame, node).elem, _shape(node), _seen_by(frame, node))


def present(frame: Frame, node: Node, _: tuple[Type, ...]) -> Type:
    """A declared column that may miss values."""
    assert _column(frame, node).optional, "the column is not optional"
    return Type(BOOL, _shape(node), _seen_by(frame, node))


def rows(frame: Frame, node: Node, _: tuple[Type, ...]) -> Type:
    """A declared table."""
    assert node.attr("table") in frame.tables, f"no table {node.attr('table')}"
    return Type(BOOL, _shape(node), _seen_by(frame, node))


def param(frame: Frame, node: Node, _: tuple[Type, ...]) -> Type:
    """A declared parameter."""
    name = node.attr("name")
    assert name in frame.params, f"no parameter {name}"
    return Type(frame.params[str(name)].elem, (), PUBLIC)


def const(_: Frame, node: Node, __: tuple[Type, ...]) -> Type:
    """One value or several, within the claimed range."""
    value = node.attr("value")
    shape = (Size(len(value)),) if isinstance(value, tuple) else ()
    return Type(ranged(own(node).elem, _extent(value)), shape, PUBLIC)


def random(frame: Frame, node: Node, _: tuple[Type, ...]) -> Type:
    """All bits of an int; outside of loops, whose trips would toss the same coins, and of one draw only once."""
    claimed = own(node)
    assert claimed.elem.domain is Domain.INT, f"claims to be {describe(claimed.elem)}, not int"
    assert not frame.inputs, "coins are tossed outside of loops"
    twins = sum(other.op is Op.RANDOM and other.attr("draw") == node.attr("draw") for other in frame.nodes)
    assert twins == 1, f"draw {node.attr('draw')} is used {twins} times"
    return Type(integer(0, (1 << claimed.elem.width_bits) - 1), claimed.shape, SECRET)


def check(_: Frame, __: Node, args: tuple[Type, ...]) -> Bundle:
    """A public condition."""
    _public_bool(args[0], "the condition")
    return NOTHING


def print_(_: Frame, __: Node, args: tuple[Type, ...]) -> Bundle:
    """Something public that can be written down, and whether it is."""
    assert args[0].visibility == PUBLIC, f"what is printed is {args[0].visibility}"
    assert args[0].elem.domain is not Domain.IDENTIFIER, "an identifier is never printed"
    for when in args[1:]:
        _public_bool(when, "the gate")
    return NOTHING


def disclose(frame: Frame, node: Node, args: tuple[Type, ...]) -> Bundle:
    """A public gate, two guards and columns, all of the guards' shape; leading keys are public. Perhaps a count."""
    when, shown, released, *columns = args[: DISCLOSE_GUARDS + len(texts(node, "columns"))]
    _public_bool(when, "the gate")
    if not _is_sorted(frame, node):
        _cells(shown.shape)
    for guard in (shown, released):
        assert guard.elem.domain is Domain.BOOL, "a guard is not bool"
    for arg in (released, *columns):
        assert arg.shape == shown.shape, "a column is not as long as the guards"
    for column in columns:
        assert column.elem.domain is not Domain.IDENTIFIER, "an identifier is never disclosed"
    _names(frame, node, len(columns))
    keys = number(node, "keys")
    assert 0 <= keys <= len(columns), f"{keys} keys of {len(columns)} columns"
    for column in columns[:keys]:
        assert column.visibility == PUBLIC, "a key is not public"
    for rest in args[DISCLOSE_GUARDS + len(columns) :]:
        assert rest.elem.domain is Domain.INT, "what counts groups is no int"
        assert not rest.shape, "what counts groups is no single number"
    assert len(args) <= DISCLOSE_GUARDS + len(columns) + 1, "more than columns and a count"
    return NOTHING


def _names(frame: Frame, node: Node, columns: int) -> None:
    names, recipients = texts(node, "columns"), texts(node, "recipients")
    assert len(names) == columns, f"{names} are not {columns} names"
    assert recipients, "nobody receives it"
    for recipient in recipients:
        assert recipient in frame.parties, f"recipient {recipient} is not a party"


def _column(frame: Frame, node: Node) -> Column:
    table, column = node.attr("table"), node.attr("column")
    assert table in frame.tables, f"no table {table}"
    for found in frame.tables[str(table)].columns:
        if found.name == column:
            return found
    raise AssertionError(f"no column {column} in {table}")


def _seen_by(frame: Frame, node: Node) -> Visibility:
    """By the owner of the table, or by nobody."""
    owner = known_to(frame.tables[str(node.attr("table"))].owner)
    seen_by = own(node).visibility
    assert seen_by in (SECRET, owner), f"claims to be {seen_by}, is {owner}"
    return seen_by


def _shape(node: Node) -> tuple[Size, ...]:
    return (Size.rows(str(node.attr("table"))),)


def _extent(value: object) -> Range:
    numbers = value if isinstance(value, tuple) else (value,)
    return min(numbers), max(numbers)


def _public_bool(arg: Type, what: str) -> None:
    assert arg.elem.domain is Domain.BOOL, f"{what} is {describe(arg.elem)}, not bool"
    assert not arg.shape, f"{what} is not a single value"
    assert arg.visibility == PUBLIC, f"{what} is {arg.visibility}"


def _is_sorted(frame: Frame, node: Node) -> bool:
    """True if guards and columns come out of one sort: then a row tells by its place nothing but the order.

    The rows shown are those in front that the sort counts, perhaps no more than so many.
    """
    shown, released = (frame.nodes[arg] for arg in node.args[1:DISCLOSE_GUARDS])
    columns = [frame.nodes[arg] for arg in columns_of(node)]
    guards = [frame.nodes[guard.args[0]] if guard.op is Op.AND else guard for guard in (shown, released)]
    picked = [*guards, *columns]
    bundles = {part.args[0] for part in picked if part.op is Op.PICK}
    if any(part.op is not Op.PICK for part in picked) or len(bundles) != 1:
        return False
    return frame.nodes[bundles.pop()].op is Op.SORT and number(guards[0], "index") == 0


def _cells(shape: tuple[Size, ...]) -> None:
    assert len(shape) <= 1, "only a value or a list of cells can be disclosed"
    assert all(not size.terms for size in shape), "rows of a table are never disclosed"
