"""The executable grammar of circuits: what every stage after lowering may rely on.

Lives here: `verify`, the walk over the nodes, and TYPE, the total table from operation to typing rule. A rule is given
a node and the types of its arguments and returns the least type the node may claim: the same kind of element, shape
and visibility, and at least that range. Not here: the rules (verify_elements.py, verify_arrays.py and so on).
Every breach is our own mistake, hence an AssertionError.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from . import verify_arrays as arrays
from . import verify_elements as elements
from . import verify_ends as ends
from . import verify_regions as regions
from . import verify_rows as rows
from . import verify_sorted as ordered
from .graph import Attr, Circuit, Node, Region
from .interface import Param, Table
from .ops import Op
from .ranges import fits_ring, range_of
from .typed import EFFECTS, Frame, describe, kind
from .types import CALENDAR, MOST_BYTES, MOST_DECIMALS, NOTHING, SECRET, Bundle, Domain, Elem, NodeType, Type

Rule: TypeAlias = Callable[[Frame, Node, tuple[Type, ...]], NodeType]

ATTRIBUTES: dict[Op, dict[str, str]] = {
    Op.INPUT: {"column": "text", "table": "text"},
    Op.PRESENT: {"column": "text", "table": "text"},
    Op.ROWS: {"table": "text"},
    Op.PARAM: {"name": "text"},
    Op.CONST: {"value": "numbers"},
    Op.RANDOM: {"draw": "number"},
    Op.BIT: {"index": "number"},
    Op.SIZE: {"size": "size"},
    Op.TRANSPOSE: {"axes": "numbers"},
    Op.SLICE: {"axis": "number"},
    Op.TAKE: {"axis": "number"},
    Op.JOIN: {"in_order": "number", "left": "number", "right": "number"},
    Op.SORT: {"descending": "flags", "keys": "number"},
    Op.SCAN: {"what": "text"},
    Op.SHIFT: {"distance": "number"},
    Op.PICK: {"index": "number"},
    Op.LARGEST: {"how_many": "number"},
    Op.ARG: {"index": "number"},
    Op.FOLD: {"carried": "number", "region": "number"},
    Op.CHECK: {"message": "text"},
    Op.PRINT: {"label": "text"},
    Op.DISCLOSE: {
        "columns": "texts",
        "guards": "texts",
        "keys": "number",
        "name": "text",
        "policy": "text",
        "reason": "text",
        "recipients": "texts",
    },
}
"""Attributes and their forms; operations that are not listed have none."""

ARITY: dict[Op, tuple[int, int | None]] = {
    Op.INPUT: (0, 0),
    Op.PRESENT: (0, 0),
    Op.ROWS: (0, 0),
    Op.PARAM: (0, 0),
    Op.CONST: (0, 0),
    Op.RANDOM: (0, 0),
    Op.NEG: (1, 1),
    Op.ABS: (1, 1),
    Op.RESCALE: (1, 1),
    Op.NOT: (1, 1),
    Op.SELECT: (3, 3),
    Op.BIT: (1, 1),
    Op.NUMBER: (1, None),
    Op.SIZE: (0, 0),
    Op.IOTA: (0, 0),
    Op.BROADCAST: (1, 1),
    Op.RESHAPE: (1, 1),
    Op.TRANSPOSE: (1, 1),
    Op.CONCAT: (1, None),
    Op.JOIN: (4, None),
    Op.SORT: (1, None),
    Op.SHIFT: (1, 1),
    Op.PICK: (1, 1),
    Op.CELLS: (2, None),
    Op.COUNT: (1, 1),
    Op.ARG: (0, 0),
    Op.FOLD: (2, None),
    Op.CHECK: (1, 1),
    Op.PRINT: (1, 2),
    Op.DISCLOSE: (4, None),
}
"""Least and greatest number of arguments; operations that are not listed have two."""


def verify(circuit: Circuit) -> None:
    """Assert that the circuit is well-formed: see the rules."""
    parties = tuple(p.name for p in circuit.parties)
    _verify_header(circuit, parties)
    tables, params = {t.name: t for t in circuit.tables}, {p.name: p for p in circuit.params}
    for index, region in enumerate(circuit.regions):
        before = circuit.regions[:index]
        try:
            _verify_region(Frame(tables, params, parties, region.nodes, region.inputs, before), region)
        except AssertionError as breach:
            raise AssertionError(f"region {index}: {breach}") from None
    _verify_nodes(Frame(tables, params, parties, circuit.nodes, (), circuit.regions))
    effects = [i for i, node in enumerate(circuit.nodes) if node.op in EFFECTS]
    assert sorted(circuit.outputs) == effects, f"outputs are {circuit.outputs}, the effects are {effects}"


def _verify_header(circuit: Circuit, parties: tuple[str, ...]) -> None:
    named: list[Table | Param] = [*circuit.tables, *circuit.params]
    assert len(set(parties)) == len(parties), "two parties have the same name"
    assert len({x.name for x in named}) == len(named), "two tables or parameters have the same name"
    assert len(set(circuit.compute)) == len(circuit.compute), "a compute party is named twice"
    assert set(circuit.compute) <= set(parties), "a compute party is not a party"
    for table in circuit.tables:
        assert table.owner in parties, f"table {table.name} belongs to nobody"
        assert table.max_rows >= 0, f"table {table.name} has a negative bound"
        names = [c.name for c in table.columns]
        assert len(set(names)) == len(names), f"table {table.name} has two columns of the same name"
        for column in table.columns:
            _verify_elem(column.elem)
        for together in table.unique_together:
            assert set(together) <= set(names), f"table {table.name} has not all of {together}"
    for param in circuit.params:
        _verify_elem(param.elem)
        assert param.elem.lo <= param.default <= param.elem.hi, f"default of {param.name} is out of its range"


def _verify_region(frame: Frame, region: Region) -> None:
    """No effects and no sources, and results that are there."""
    assert region.inputs, "there is no trip number"
    for node in region.nodes:
        assert node.op not in regions.OUTSIDE, f"{node.op.value} in a loop"
    for type_ in region.inputs:
        _verify_elem(type_.elem)
    _verify_nodes(frame)
    for result in region.results:
        assert 0 <= result < len(region.nodes), f"there is no result %{result}"
        assert isinstance(region.nodes[result].type, Type), f"result %{result} is a bundle"


def _verify_nodes(frame: Frame) -> None:
    for index, node in enumerate(frame.nodes):
        try:
            verify_node(frame, index, node)
        except AssertionError as breach:
            raise AssertionError(f"%{index} = {node.op.value}: {breach}") from None


def verify_node(frame: Frame, index: int, node: Node) -> None:
    """Assert that one node is well-formed, given those before it."""
    for argument in node.args:
        assert 0 <= argument < index, f"%{argument} is not an earlier node"
        assert frame.nodes[argument].op not in EFFECTS, f"%{argument} is an effect and has no value"
    _verify_attributes(node)
    least, most = ARITY.get(node.op, (2, 2))
    count = len(node.args)
    assert least <= count <= (count if most is None else most), f"{count} arguments, takes {least} .. {most or 'many'}"
    _verify_fits(node.type, TYPE[node.op](frame, node, _operands(frame, node)))


def _operands(frame: Frame, node: Node) -> tuple[Type, ...]:
    """Types of the arguments; of a pick, those of the bundle's parts."""
    types: list[Type] = []
    for argument in node.args:
        found = frame.nodes[argument].type
        match found:
            case Type():
                assert node.op is not Op.PICK, f"%{argument} is not a bundle"
                types.append(found)
            case Bundle():
                assert node.op is Op.PICK, f"%{argument} is a bundle; pick a part of it"
                types.extend(found.parts)
    return tuple(types)


def _verify_attributes(node: Node) -> None:
    wanted = ATTRIBUTES.get(node.op, {})
    names = [name for name, _ in node.attrs]
    assert names == sorted(wanted), f"attributes are {names}, not {sorted(wanted)}"
    for name, value in node.attrs:
        assert _has_form(value, wanted[name]), f"attribute {name} is {value!r}, not {wanted[name]}"


def _has_form(value: Attr, form: str) -> bool:
    number = isinstance(value, int) and not isinstance(value, bool)
    match form:
        case "text":
            return isinstance(value, str)
        case "number":
            return number
        case "texts":
            return isinstance(value, tuple) and all(isinstance(v, str) for v in value)
        case "numbers":
            return number or (
                isinstance(value, tuple) and len(value) > 0 and all(_has_form(v, "number") for v in value)
            )
        case "flags":
            return isinstance(value, tuple) and all(_has_form(v, "number") and v in (0, 1) for v in value)
        case "size":
            return isinstance(value, tuple) and len(value) > 0 and _has_form(value[0], "number") and _terms(value[1:])
        case _:
            raise AssertionError(f"unknown form {form}")


def _terms(value: tuple[Attr, ...]) -> bool:
    """Pairs of a table and a coefficient."""
    pairs = [v for v in value if isinstance(v, tuple) and len(v) == 2]
    return len(pairs) == len(value) and all(isinstance(t, str) and _has_form(c, "number") for t, c in pairs)


def _verify_elem(elem: Elem) -> None:
    assert elem.domain is Domain.FIXED or elem.fraction_bits == 0, f"{elem.domain.value} has fraction bits"
    assert elem.fraction_bits >= 0, "a negative number of fraction bits"
    assert elem.domain is Domain.MONEY or elem.decimals == 0, f"{elem.domain.value} has decimals"
    assert 0 <= elem.decimals <= MOST_DECIMALS, f"{elem.decimals} decimals"
    assert elem.domain is Domain.CATEGORY or not (elem.category or elem.labels), "labels without a category"
    match elem.domain:
        case Domain.BOOL:
            assert 0 <= elem.lo <= elem.hi <= 1, f"a bool in {elem.lo} .. {elem.hi}"
        case Domain.CATEGORY:
            assert 0 <= elem.lo <= elem.hi < len(elem.labels), f"{elem.category} has no label {elem.hi}"
            assert len(set(elem.labels)) == len(elem.labels), f"{elem.category} has a label twice"
        case Domain.IDENTIFIER:
            assert 0 <= elem.lo <= elem.hi < 1 << 64, f"an identifier in {elem.lo} .. {elem.hi}"
        case Domain.TEXT:
            assert 0 <= elem.lo <= elem.hi < 256**MOST_BYTES, f"a text in {elem.lo} .. {elem.hi}"
        case Domain.DATE:
            assert CALENDAR.lo <= elem.lo <= elem.hi <= CALENDAR.hi, f"a date in {elem.lo} .. {elem.hi}"
        case Domain.INT | Domain.FIXED | Domain.MONEY:
            assert fits_ring(range_of(elem)), f"{elem.lo} .. {elem.hi} leaves the ring"


def _verify_fits(claimed: NodeType, least: NodeType) -> None:
    """The claimed type is the least one, but for a wider range."""
    match claimed, least:
        case Type(), Type():
            _verify_part(claimed, least)
        case Bundle(parts), Bundle(least_parts):
            assert len(parts) == len(least_parts), f"{len(parts)} parts, not {len(least_parts)}"
            for part, least_part in zip(parts, least_parts, strict=True):
                _verify_part(part, least_part)
        case _:
            raise AssertionError("an effect has no value" if least == NOTHING else "bundle and single value confused")


def _verify_part(claimed: Type, least: Type) -> None:
    _verify_elem(claimed.elem)
    x, y = claimed.elem, least.elem
    assert kind(x) == kind(y), f"claims {describe(x)}, is {describe(y)}"
    assert x.lo <= y.lo <= y.hi <= x.hi, f"claims {x.lo} .. {x.hi}, may be {y.lo} .. {y.hi}"
    shapes = [", ".join(str(s) for s in t.shape) for t in (claimed, least)]
    assert claimed.shape == least.shape, f"claims shape [{shapes[0]}], has [{shapes[1]}]"
    same = claimed.visibility == least.visibility
    hidden = claimed.visibility == SECRET and least.visibility.level == "known"  # an owner need not know what it could
    assert same or hidden, f"claims to be {claimed.visibility}, is {least.visibility}"


TYPE: dict[Op, Rule] = {
    Op.INPUT: ends.input_,
    Op.PRESENT: ends.present,
    Op.ROWS: ends.rows,
    Op.PARAM: ends.param,
    Op.CONST: ends.const,
    Op.RANDOM: ends.random,
    Op.ADD: elements.add,
    Op.SUB: elements.sub,
    Op.NEG: elements.neg,
    Op.MUL: elements.mul,
    Op.DIV: elements.div,
    Op.ABS: elements.absolute,
    Op.RESCALE: elements.rescale,
    Op.LT: elements.lt,
    Op.EQ: elements.eq,
    Op.AND: elements.logic,
    Op.OR: elements.logic,
    Op.NOT: elements.logic,
    Op.SELECT: elements.select,
    Op.BIT: elements.bit,
    Op.NUMBER: elements.number,
    Op.SIZE: arrays.size,
    Op.IOTA: arrays.iota,
    Op.BROADCAST: arrays.broadcast_,
    Op.RESHAPE: arrays.reshape,
    Op.TRANSPOSE: arrays.transpose,
    Op.SLICE: arrays.slice_,
    Op.TAKE: arrays.take,
    Op.MATMUL: arrays.matmul,
    Op.CONCAT: rows.concat,
    Op.JOIN: rows.join,
    Op.SORT: ordered.sort,
    Op.SCAN: ordered.scan,
    Op.SHIFT: ordered.shift,
    Op.PICK: rows.pick,
    Op.CELLS: rows.cells,
    Op.COUNT: rows.count,
    Op.SUM: rows.sum_,
    Op.LEAST: rows.extreme,
    Op.GREATEST: rows.extreme,
    Op.LARGEST: rows.largest,
    Op.ARG: regions.arg,
    Op.FOLD: regions.fold,
    Op.CHECK: ends.check,
    Op.PRINT: ends.print_,
    Op.DISCLOSE: ends.disclose,
}
