"""What each number that is disclosed is made of, and which guards stand before it.

Lives here: `Told`, `Guard`, `told_of`. Not here: what may be concluded (the finding files).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secfuse.compiler.circuit.graph import Circuit, Node, Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import columns_of, number, own, texts
from secfuse.compiler.circuit.types import PUBLIC
from secfuse.compiler.policy import Policy

from .conditions import TRUE
from .follow import Follower, Result
from .forms import Form, Value
from .grids import Grid, dims_of
from .quantities import ONE, Kind


@dataclass(frozen=True, slots=True)
class Guard:
    """At least so many rows, of (universe, condition) together."""

    parts: frozenset[tuple[int, int]]
    least: int


@dataclass(frozen=True, slots=True)
class Told:
    """One number. place: which of the column's; -1 for groups of open keys, whose value is that of a row.

    guards: what is counted before it is released. cell: numbers of one cell are released together.
    """

    output: str
    column: str
    place: int
    value: Value
    guards: tuple[Guard, ...]
    recipients: tuple[str, ...]
    policy: Policy
    span: Span | None

    @property
    def form(self) -> Form:
        """Of a single value."""
        return self.value[0].form

    @property
    def open(self) -> bool:
        """Whether it belongs to groups of open keys."""
        return self.place < 0

    @property
    def least(self) -> int:
        """The smallest group of the policy; 1 if it sets none."""
        return max(self.policy.groups or 1, 1)


def told_of(follower: Follower, grids: list[Result], policies: Mapping[str, Policy]) -> tuple[Told, ...]:
    """All numbers of all outputs that are not public anyway, in program order."""
    circuit = follower.circuit
    found: list[Told] = []
    for index in circuit.outputs:
        node = circuit.nodes[index]
        if node.op is Op.DISCLOSE:
            found += _of_output(follower, grids, node, policies[str(node.attr("policy"))])
    return tuple(found)


def _of_output(follower: Follower, grids: list[Result], node: Node, policy: Policy) -> list[Told]:
    circuit = follower.circuit
    found = []
    released = _grid(circuit, grids, node.args[2])
    for column, arg in zip(texts(node, "columns"), columns_of(node), strict=True):
        if own(circuit.nodes[arg]).visibility == PUBLIC:
            continue
        grid = _grid(circuit, grids, arg)
        is_open = None in dims_of(own(circuit.nodes[arg]).shape)
        for place, value in enumerate(grid.cells):
            gate = released.cells[min(place, len(released.cells) - 1)]
            guards = () if is_open else guards_of(follower, gate[0].form)
            shown = (str(node.attr("name")), column, -1 if is_open else place, value, guards)
            found.append(Told(*shown, texts(node, "recipients"), policy, node.span))
    return found


def _grid(circuit: Circuit, grids: list[Result], index: int) -> Grid:
    """What a column is; of columns that were only put in order, what they were before."""
    node = circuit.nodes[index]
    while node.op is Op.PICK and circuit.nodes[node.args[0]].op is Op.SORT:
        shape = own(node).shape
        if None in dims_of(shape):
            break
        index = circuit.nodes[node.args[0]].args[number(node, "index")]
        node = circuit.nodes[index]
    grid = grids[index]
    assert isinstance(grid, Grid), "a column is one value"
    return grid


def guards_of(follower: Follower, form: Form) -> tuple[Guard, ...]:
    """The counts among the tests that a release depends on."""
    quantities = follower.algebra.quantities
    if len(form) != 1 or form[0][0] != TRUE:
        return ()
    quantity = quantities[form[0][1]]
    if quantity.kind is not Kind.TEST:
        return ()
    head, *rest = quantity.key
    if head == "and":
        return tuple(dict.fromkeys(g for part in rest for g in guards_of(follower, part)))  # type: ignore[arg-type]
    return _count(follower, rest[1]) if head == "test" else ()  # type: ignore[arg-type]


def _count(follower: Follower, difference: Form) -> tuple[Guard, ...]:
    """least - 1 - count < 0"""
    parts, least = set(), 1
    for _, quantity, factor in difference:
        key = follower.algebra.quantities[quantity].key
        if quantity == ONE:
            least += int(factor)
        elif key[0] == "total" and key[3] == ONE and factor == -1:
            assert isinstance(key[1], int)
            assert isinstance(key[2], int), "a total names its universe and its condition"
            parts.add((key[1], key[2]))
        else:
            return ()
    return (Guard(frozenset(parts), least),) if parts else ()
