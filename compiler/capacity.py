"""How much a disclosure can tell at most, in bits, whatever is in the rows.

Lives here: `Capacity`, `capacity_of`, and the refusal of what tells more than its policy's `bits at most`. It counts
what may come out: the values in the proven range of each column, the marker, the row that is not there. Whoever learns
one of N things learns at most log2(N) bits (Smith, On the foundations of quantitative information flow, FoSSaCS 2009).
Not here: ranges (checking/, circuit/ranges.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from .circuit.graph import Circuit, Node
from .circuit.ops import Op
from .circuit.ranges import range_of
from .circuit.typed import columns_of, number, own, withheld_of
from .circuit.types import PUBLIC
from .errors import Problems
from .policy import Policy


@dataclass(frozen=True, slots=True)
class Capacity:
    """rows: how many there may be. row_bits: of each. count_bits: of the number of groups held back, if it is told."""

    rows: int
    row_bits: int
    count_bits: int = 0

    @property
    def bits(self) -> int:
        """Of all of it."""
        return self.rows * self.row_bits + self.count_bits

    def __str__(self) -> str:
        rows = f" in {self.rows:,} rows of {self.row_bits:,}" if self.rows > 1 else ""
        count = f" and {self.count_bits} for a count" if self.count_bits else ""
        return f"{self.bits:,} bit{'s' if self.bits != 1 else ''}{rows}{count}"


def capacity_of(circuit: Circuit, node: Node) -> Capacity:
    """Of a `disclose`: per row all that may stand there, times the most rows there may be."""
    shown, released = node.args[1:3]
    nodes = circuit.nodes
    outcomes = prod(values_of(circuit, column) for column in columns_of(node))
    may_be_marked = released != shown and not _is_always(nodes[released])
    outcomes += may_be_marked + (not _is_always(nodes[shown]))
    count = withheld_of(node)
    count_bits = 0 if count is None else (values_of(circuit, count) - 1).bit_length()
    return Capacity(_most_rows(circuit, shown), (outcomes - 1).bit_length(), count_bits)


def values_of(circuit: Circuit, index: int) -> int:
    """How many values a node may have, one by one: as many as its range, or as what decides it, if that has fewer."""
    if own(circuit.nodes[index]).visibility == PUBLIC:
        return 1
    found, source = _values(circuit.nodes[index]), _source(circuit, index)
    while source is not None:
        found, source = min(found, _values(circuit.nodes[source])), _source(circuit, source)
    return found


def _values(node: Node) -> int:
    lo, hi = range_of(own(node).elem)
    return hi - lo + 1


def _source(circuit: Circuit, index: int) -> int | None:
    """The one node that decides the value of this one, if there is one: of a multiple, how often."""
    node, nodes = circuit.nodes[index], circuit.nodes
    match node.op:
        case Op.PICK if nodes[node.args[0]].op is Op.SORT:
            return nodes[node.args[0]].args[number(node, "index")]
        case Op.MUL if nodes[node.args[1]].op is Op.CONST:
            return node.args[0]
        case Op.BROADCAST:
            return node.args[0]
        case _:
            return None


def _is_always(node: Node) -> bool:
    """True for a guard that holds whatever the rows are."""
    value = node.attr("value") if node.op is Op.CONST else 0
    return bool(value) if isinstance(value, int) else isinstance(value, tuple) and all(value)


def _most_rows(circuit: Circuit, shown: int) -> int:
    """As many as there are, or the first few of them, where only those are shown."""
    most: Mapping[str, int] = {table.name: table.max_rows for table in circuit.tables}
    found = prod(size.bind(most) for size in own(circuit.nodes[shown]).shape)
    return min([found, *_firsts(circuit, circuit.nodes[shown])])


def _firsts(circuit: Circuit, shown: Node) -> list[int]:
    nodes = circuit.nodes
    guards = [nodes[arg] for arg in shown.args] if shown.op is Op.AND else []
    firsts = [guard.args for guard in guards if guard.op is Op.LT and nodes[guard.args[0]].op is Op.IOTA]
    return [max(own(nodes[most]).elem.hi, 0) for _, most in firsts]


def refuse_excess(circuit: Circuit, policies: Mapping[str, Policy], problems: Problems) -> None:
    """SEC412 for every disclosure that may tell more than its policy lets it."""
    for node in (circuit.nodes[index] for index in circuit.outputs):
        policy = policies[str(node.attr("policy"))] if node.op is Op.DISCLOSE else None
        if policy is None or policy.bits is None or node.span is None:
            continue
        found = capacity_of(circuit, node)
        if found.bits > policy.bits:
            problems.report("SEC412", node.span, f"up to {found}", f"at most {policy.bits:,} under {policy.name}")
