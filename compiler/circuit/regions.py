"""What can be said of a loop without running it: what its parts depend on, how often it runs, how far a total can get.

Lives here: questions about a FOLD and its region that several rooms ask. Not here: legality (verify_regions.py),
meaning (evaluate.py), bounds of errors (precision.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from .graph import Circuit, Node, Region
from .ops import Op
from .typed import extreme_of, number
from .types import Type

N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True)
class Loop:
    """A FOLD node taken apart."""

    node: Node
    region: Region
    carried: int

    @property
    def bounds(self) -> tuple[int, int]:
        """Arguments: the first trip number, and the one behind the last."""
        return self.node.args[0], self.node.args[1]

    @property
    def initial(self) -> tuple[int, ...]:
        """Arguments: the carried values of the first trip."""
        return self.node.args[2 : 2 + self.carried]

    @property
    def captured(self) -> tuple[int, ...]:
        """Arguments: values that are the same in every trip."""
        return self.node.args[2 + self.carried :]


def loop_of(circuit: Circuit, node: Node) -> Loop:
    """The loop that a FOLD node of a circuit is."""
    return Loop(node, circuit.regions[number(node, "region")], number(node, "carried"))


def most_trips(first: Type, last: Type) -> int:
    """No run makes more trips than this."""
    return max(0, last.elem.hi - first.elem.lo)


def behind(
    circuit: Circuit, wanted: Iterable[int], there: Callable[[int, tuple[int, ...]], bool] = lambda index, parts: False
) -> dict[int, set[int]]:
    """The nodes that the wanted ones are computed from, themselves among them; of a loop, which carried values.

    there: whether a node, with those parts of it, is known and nothing behind it is needed.
    """
    found: dict[int, set[int]] = {}
    stack: list[tuple[int, tuple[int, ...]]] = [(index, ()) for index in wanted]
    while stack:
        index, parts = stack.pop()
        if there(index, parts) or (index in found and found[index].issuperset(parts)):
            continue
        node = circuit.nodes[index]
        found.setdefault(index, set()).update(parts)
        match node.op:
            case Op.FOLD:
                places = _grown(circuit, node, found[index])
                stack.extend((node.args[place], ()) for place in places)
            case Op.PICK:
                stack.append((node.args[0], (number(node, "index"),)))
            case _:
                stack.extend((argument, ()) for argument in node.args)
    return found


def _grown(circuit: Circuit, node: Node, parts: set[int]) -> list[int]:
    """Adds to the parts those that they depend on, in any number of trips; the places of all arguments they need."""
    inner, carried = circuit.within(number(node, "region")), number(node, "carried")
    while True:
        nodes = behind(inner, (inner.outputs[part] for part in parts))
        args = (inner.nodes[i] for i in nodes if inner.nodes[i].op is Op.ARG)
        inputs = {number(arg, "index") for arg in args}
        more = {i - 1 for i in inputs if 1 <= i <= carried} - parts
        if not more:
            return [0, 1, *sorted({i + 1 for i in inputs if i} | {part + 2 for part in parts})]
        parts |= more


def varying(region: Region, carried: int) -> frozenset[int]:
    """Nodes that depend on a carried value: others are as wide in the last trip as in the first."""
    found: set[int] = set()
    for index, node in enumerate(region.nodes):
        if node.op is Op.ARG:
            if 1 <= number(node, "index") <= carried:
                found.add(index)
        elif any(a in found for a in node.args):
            found.add(index)
    return frozenset(found)


def step_of(loop: Loop, part: int, term: Callable[[int], tuple[N, N]]) -> tuple[N, N] | None:
    """Between which ends one trip moves the carried value, if it is a running total; None if it is something else.

    A total is its own input plus or minus terms that depend on no carried value, or a choice between two totals. `term`
    tells the ends of a term: its range, or the range of its error.
    """
    moving = varying(loop.region, loop.carried)

    def step(index: int) -> tuple[N, N] | None:
        node = loop.region.nodes[index]
        match node.op:
            case Op.ARG if number(node, "index") == part + 1:
                return 0, 0
            case Op.SELECT:
                x, y = step(node.args[1]), step(node.args[2])
                return None if x is None or y is None else (min(x[0], y[0]), max(x[1], y[1]))
            case Op.ADD | Op.SUB:
                return moved(node)
            case Op.RESHAPE:
                return step(node.args[0])
            case _:
                return None

    def moved(node: Node) -> tuple[N, N] | None:
        x, y = node.args
        for total, other in ((x, y), (y, x))[: 1 if node.op is Op.SUB else 2]:
            so_far = None if other in moving else step(total)
            if so_far is not None:
                lo, hi = term(other)
                lo, hi = (lo, hi) if node.op is Op.ADD else (-hi, -lo)
                return so_far[0] + lo, so_far[1] + hi
        return None

    return step(loop.region.results[part])


def clamp_of(nodes: tuple[Node, ...], index: int, side: str) -> int | None:
    """The constant that a value never passes, whatever its errors: the least ("greater") or greatest ("lesser")."""
    node = nodes[index]
    if node.op is Op.CONST:
        value = node.attr("value")
        return value if isinstance(value, int) else None
    if node.op is Op.RESHAPE:
        return clamp_of(nodes, node.args[0], side)
    if node.op is not Op.SELECT:
        return None
    found = [clamp_of(nodes, branch, side) for branch in node.args[1:]]
    known = [c for c in found if c is not None]
    inner, outer = (min, max) if side == "greater" else (max, min)
    if extreme_of(nodes, node) == side:
        return outer(known, default=None)
    return inner(known) if len(known) == 2 else None  # noqa: PLR2004 - both branches
