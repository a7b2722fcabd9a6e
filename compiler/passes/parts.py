"""Parts: what can be done to each owner's rows of a union is done by that owner, and the results are put together.

    before   %4 = concat %0 %1, %5 = concat %2 %3, %6 = sum %4 %5          one owner's rows below the other's
    after    %4 = sum %0 %2, %5 = sum %1 %3, %6 = add %4 %5                likewise count, least, greatest, largest of 1
    before   %4 = concat %0 %1, %5 = lt %4 %9
    after    %4 = lt %0 %9, %5 = lt %1 %9, %6 = concat %4 %5               likewise every element-wise operation

Condition: each part of the result is known to an owner, who computes it in the clear and shares no more than it: a bit
a row instead of a number, or one number instead of all rows. The whole claims the range it claimed before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import Range, range_of
from secfuse.compiler.circuit.typed import number, own, ranged
from secfuse.compiler.circuit.types import BOOL, Bundle, Elem, Size, Type
from secfuse.compiler.circuit.verify_arrays import numbers

from .draft import ELEMENTWISE, Draft

ONE = Size(1)
EXTREMES = frozenset({Op.LEAST, Op.GREATEST})
REDUCTIONS = EXTREMES | {Op.COUNT, Op.SUM, Op.LARGEST}
SPLIT = ELEMENTWISE | {Op.CELLS, Op.RESHAPE, Op.TRANSPOSE, Op.SLICE, Op.CONCAT}
"""What is done to the parts of its arguments. A slice's start, and what else all rows share, is not split."""


def parts(circuit: Circuit) -> Circuit:
    """Take unions apart. Regions have no rows of owners."""
    work = _Parts(circuit)
    instead: list[int] = []
    for old in circuit.nodes:
        instead.append(work.written(old.on(tuple([instead[a] for a in old.args]))))
    return replace(circuit, nodes=tuple(work.draft.nodes), outputs=tuple(instead[o] for o in circuit.outputs))


@dataclass(frozen=True, slots=True)
class _Split:
    """The parts of a node along one of its axes, which is counted from the last one, 0."""

    axis: int
    nodes: tuple[int, ...]


class _Parts:
    """of: how a node is split."""

    def __init__(self, circuit: Circuit) -> None:
        self.draft = Draft(circuit)
        self.of: dict[int, _Split] = {}

    def written(self, node: Node) -> int:
        """The node, or what gives the same."""
        if isinstance(node.type, Bundle):
            return self.draft.keep(node)
        if node.op in REDUCTIONS:
            return self._reduced(node)
        if node.op is Op.CONCAT and self._known(node.args):
            return self._noted(self.draft.keep(node), _Split(len(node.type.shape) - 1, node.args))
        found = self._split(node) if node.op in SPLIT else None
        if found is None or not self._known(found.nodes):
            return self.draft.keep(node)
        if found.axis == len(node.type.shape) - 1:  # the first one, along which arrays are put together
            node = Node(Op.CONCAT, found.nodes, node.type, (), node.span)
        return self._noted(self.draft.keep(node), found)

    def _noted(self, index: int, found: _Split) -> int:
        self.of.setdefault(index, found)
        return index

    def _known(self, nodes: tuple[int, ...]) -> bool:
        """True if every one has somebody who can compute it, not the same for all."""
        seen = {self.draft.type(index).visibility for index in nodes}
        return len(seen) > 1 and all(v.level == "known" for v in seen)

    def _split(self, node: Node) -> _Split | None:
        """The node part by part; None if its arguments have not all the same parts, or one for all."""
        axis, sizes = self._sizes(node.args)
        after = self._axis_after(node, axis)
        if not sizes or after is None:
            return None
        found = []
        for place, size in enumerate(sizes):
            args = self._args(node, axis, place, size)
            if args is None or (node.op is Op.CELLS and not self._same_range(node, args)):
                return None
            found.append(self._piece(node, args, after, size))
        return _Split(after, tuple(found))

    def _sizes(self, args: tuple[int, ...]) -> tuple[int, tuple[Size, ...]]:
        """The axis along which all arguments that are split are split alike, and the lengths; no lengths if there is
        none.
        """
        found = set()
        for split in (self.of[a] for a in args if a in self.of):
            found.add((split.axis, tuple(self.draft.type(p).shape[-1 - split.axis] for p in split.nodes)))
        return found.pop() if len(found) == 1 else (0, ())

    def _axis_after(self, node: Node, axis: int) -> int | None:
        """Where the operation puts that axis of its arguments; None if it does not let it be."""
        shape, before = own(node).shape, self.draft.type(node.args[0]).shape
        match node.op:
            case Op.CELLS:
                return axis
            case Op.RESHAPE:
                long = [i for i, size in enumerate(reversed(shape)) if size != ONE]
                alone = all(size == ONE for i, size in enumerate(reversed(before)) if i != axis)
                return long[0] if alone and len(long) == 1 else None
            case Op.TRANSPOSE:
                axes = numbers(node, "axes")
                return len(shape) - 1 - axes.index(len(before) - 1 - axis)
            case Op.SLICE | Op.CONCAT:
                cut = number(node, "axis") if node.op is Op.SLICE else 0
                return axis if cut != len(before) - 1 - axis else None
            case _:
                return axis

    def _args(self, node: Node, axis: int, place: int, size: Size) -> tuple[int, ...] | None:
        """That part of each argument; the argument itself if it is the same for all rows."""
        found = [self._part(a, axis, place, size) for a in node.args]
        return None if any(a is None for a in found) else tuple(a for a in found if a is not None)

    def _part(self, index: int, axis: int, place: int, size: Size) -> int | None:
        if index in self.of:
            return self.of[index].nodes[place]
        node, type_ = self.draft.nodes[index], self.draft.type(index)
        if len(type_.shape) <= axis or type_.shape[-1 - axis] == ONE:
            return index
        if node.op is Op.BROADCAST and _is_one_along(self.draft.type(node.args[0]), axis):
            return self.draft.keep(replace(node, type=replace(type_, shape=_with(type_.shape, axis, size))))
        return None

    def _piece(self, node: Node, args: tuple[int, ...], axis: int, size: Size) -> int:
        """The same operation on fewer rows; a reduction of them claims what so many can give."""
        type_ = own(node)
        reduces = node.op in REDUCTIONS
        shape = type_.shape if reduces else _with(type_.shape, axis, size)
        piece = replace(node, args=args, type=replace(type_, shape=shape))
        least = self.draft.least(piece)
        if reduces and node.op not in EXTREMES:
            rows = size.span(self.draft.max_rows)[1]
            each = (0, 1) if node.op is Op.COUNT else range_of(self.draft.type(args[1]).elem)
            least = replace(least, elem=ranged(least.elem, _total(each, rows, type_.elem)))
        return self.draft.keep(replace(piece, type=least))

    def _reduced(self, node: Node) -> int:
        """The results of the parts, put together; the node itself if that is not possible."""
        draft, elem = self.draft, own(node).elem
        axis, sizes = self._sizes(node.args)
        if axis or not sizes or (node.op is Op.LARGEST and number(node, "how_many") > 1):
            return draft.keep(node)
        pieces = []
        for place, size in enumerate(sizes):
            args = self._args(node, axis, place, size)
            if args is None or (node.op in EXTREMES and not self._same_range(node, args)):
                return draft.keep(node)
            pieces.append(self._piece(node, args, axis, size))
        if not self._known(tuple(pieces)):
            return draft.keep(node)
        total = reduce(lambda x, y: self._together(node, x, y), pieces)
        if not elem.lo <= draft.type(total).elem.lo <= draft.type(total).elem.hi <= elem.hi:
            return draft.keep(node)
        return draft.keep(replace(draft.nodes[total], type=own(node), span=node.span))

    def _same_range(self, node: Node, args: tuple[int, ...]) -> bool:
        """The ends are extremes of no rows, and decide which cells there are: so parts must have those of the whole."""
        pairs = zip(args[1:], node.args[1:], strict=True)
        return all(self.draft.type(part).elem == self.draft.type(whole).elem for part, whole in pairs)

    def _together(self, node: Node, x: int, y: int) -> int:
        elem = own(node).elem
        if node.op in (Op.COUNT, Op.SUM):
            return self.draft.add(Op.ADD, (x, y), elem, node.span)
        less = self.draft.add(Op.LT, (x, y), BOOL, node.span)
        return self.draft.add(Op.SELECT, (less, x, y) if node.op is Op.LEAST else (less, y, x), elem, node.span)


def _with(shape: tuple[Size, ...], axis: int, size: Size) -> tuple[Size, ...]:
    """The shape with another length along that axis, counted from the last."""
    place = len(shape) - 1 - axis
    return (*shape[:place], size, *shape[place + 1 :])


def _is_one_along(type_: Type, axis: int) -> bool:
    return len(type_.shape) <= axis or type_.shape[-1 - axis] == ONE


def _total(each: Range, rows: int, whole: Elem) -> Range:
    """Of so many rows, none of which need count; if none takes anything away, no part is more than the whole."""
    lo, hi = rows * min(each[0], 0), rows * max(each[1], 0)
    return lo, min(hi, whole.hi) if lo == 0 else hi
