"""What the typing rules share: what they look at, how shapes broadcast, how a mean is recognised.

Lives here: `Frame` and small questions about types. Not here: the rules themselves (verify_*.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from .graph import Node, Region
from .interface import Param, Table
from .ops import Op
from .ranges import Range
from .types import MOST_BYTES, PUBLIC, Domain, Elem, Size, Type, Visibility

EFFECTS = frozenset({Op.CHECK, Op.PRINT, Op.DISCLOSE})

PLAIN = frozenset({Domain.INT, Domain.FIXED})
"""Numbers without a unit."""

ADDABLE = PLAIN | {Domain.MONEY}
"""What is added, multiplied, summed."""

NUMBERS = ADDABLE | {Domain.DATE}
"""What is ordered: has less and greater, least and greatest."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a rule may look at besides its node: the declarations by name, and all nodes.

    inputs: of the region that is verified. regions: those that its loops may run.
    """

    tables: Mapping[str, Table]
    params: Mapping[str, Param]
    parties: tuple[str, ...]
    nodes: Sequence[Node]
    inputs: tuple[Type, ...] = ()
    regions: tuple[Region, ...] = ()


def kind(elem: Elem) -> tuple[object, ...]:
    """What two operands must have in common to be added, compared or chosen between: all but the range."""
    return elem.domain, elem.fraction_bits, elem.category, elem.labels, elem.decimals


def text_bytes(elem: Elem) -> int:
    """How long texts may be: what a literal needs, or as many bytes as the greatest code has."""
    return max(len(elem.hi.to_bytes(MOST_BYTES, "big").rstrip(b"\0")), 1)


def describe(elem: Elem) -> str:
    """The kind in words."""
    match elem.domain:
        case Domain.FIXED:
            return f"fixed({elem.fraction_bits})"
        case Domain.MONEY:
            return f"money({elem.decimals})"
        case Domain.TEXT:
            return f"text({text_bytes(elem)})"
        case Domain.CATEGORY:
            return f"category {elem.category}"
        case Domain.BOOL | Domain.INT | Domain.DATE | Domain.IDENTIFIER:
            return str(elem.domain.value)


def number(node: Node, name: str) -> int:
    """An attribute that is an integer; its form has been verified."""
    value = node.attr(name)
    assert isinstance(value, int), f"attribute {name} is {value!r}, not a number"
    return value


def texts(node: Node, name: str) -> tuple[str, ...]:
    """An attribute that is a list of texts; its form has been verified."""
    value = node.attr(name)
    assert isinstance(value, tuple), f"attribute {name} is {value!r}, not texts"
    return tuple(str(v) for v in value)


DISCLOSE_GUARDS = 3
"""Arguments of a `disclose` before its columns: when, shown, released."""


def columns_of(node: Node) -> tuple[int, ...]:
    """Of a `disclose`, the nodes of its columns."""
    return node.args[DISCLOSE_GUARDS : DISCLOSE_GUARDS + len(texts(node, "columns"))]


def withheld_of(node: Node) -> int | None:
    """Of a `disclose`, the node that says how many groups it does not show, if it has one."""
    rest = node.args[DISCLOSE_GUARDS + len(texts(node, "columns")) :]
    return rest[0] if rest else None


def is_sealed(node: Node) -> bool:
    """True for a `disclose` whose result stays shared: a guard of its policy, like the others."""
    return "sealed" in texts(node, "guards")


def own(node: Node) -> Type:
    """The type that the node claims, for rules whose result depends on it."""
    assert isinstance(node.type, Type), "claims to be a bundle"
    return node.type


def ranged(elem: Elem, found: Range) -> Elem:
    """The same kind with another range."""
    return replace(elem, lo=found[0], hi=found[1])


def broadcast(*types: Type) -> tuple[Size, ...]:
    """The common shape, by NumPy's rule: aligned at the last axis, a length of 1 stretches."""
    return reduce(_broadcast, (t.shape for t in types))


def _broadcast(x: tuple[Size, ...], y: tuple[Size, ...]) -> tuple[Size, ...]:
    if x == y or not y:
        return x
    if not x:
        return y
    length = max(len(x), len(y))
    one = Size(1)
    x, y = ((one,) * (length - len(s)) + s for s in (x, y))
    for a, b in zip(x, y, strict=True):
        assert a == b or one in (a, b), f"lengths {a} and {b} do not go together"
    return tuple(b if a == one else a for a, b in zip(x, y, strict=True))


def joined(types: tuple[Type, ...]) -> Visibility:
    """The visibility of what is computed from all of them."""
    return reduce(Visibility.join, (t.visibility for t in types), PUBLIC)


@dataclass(frozen=True, slots=True)
class Reduced:
    """What a sum or a count is over: rows under a mask; where they lie group by group, where groups start.

    Several masks: it is added up of so many parts, each with its x; in the order of the masks.
    """

    masks: tuple[int, ...]
    starts: int | None
    xs: tuple[int, ...]


MOST_PARTS = 16
"""Of a total that is recognised."""


def summed(nodes: Sequence[Node], node: Node) -> Reduced | None:
    """sum(mask, x), or the scan of select(mask, x, 0), or what is added up of such sums."""
    return _of_parts(nodes, node, _one_sum)


def counted(nodes: Sequence[Node], node: Node) -> Reduced | None:
    """count(mask), or the scan of select(mask, 1, 0), or what is added up of such counts."""
    return _of_parts(nodes, node, _one_count)


def _of_parts(
    nodes: Sequence[Node], node: Node, one: Callable[[Sequence[Node], Node], Reduced | None]
) -> Reduced | None:
    """One, or several that are added up; groups that lie one after the other are not."""
    if node.op is not Op.ADD:
        return one(nodes, node)
    found: list[tuple[int, int]] = []
    pending = list(node.args)
    while pending and len(found) + len(pending) <= MOST_PARTS:
        part = nodes[pending.pop()]
        if part.op is Op.ADD:
            pending.extend(part.args)
            continue
        single = one(nodes, part)
        if single is None or single.starts is not None:
            return None
        found.append((single.masks[0], single.xs[0]))
    found.sort()
    return None if pending else Reduced(tuple(mask for mask, _ in found), None, tuple(x for _, x in found))


def _one_sum(nodes: Sequence[Node], node: Node) -> Reduced | None:
    if node.op is Op.SUM:
        return Reduced(node.args[:1], None, node.args[1:])
    if node.op is not Op.SCAN or node.attr("what") != "sum" or nodes[node.args[1]].op is not Op.SELECT:
        return None
    mask, x, otherwise = nodes[node.args[1]].args
    return Reduced((mask,), node.args[0], (x,)) if _is_constant(nodes[otherwise], 0) else None


def _one_count(nodes: Sequence[Node], node: Node) -> Reduced | None:
    if node.op is Op.COUNT:
        return Reduced(node.args, None, (-1,))
    found = _one_sum(nodes, node) if node.op is Op.SCAN else None
    if found is None or not _is_constant(nodes[found.xs[0]], 1):
        return None
    return replace(found, xs=(-1,))


def _is_constant(node: Node, value: int) -> bool:
    return node.op is Op.CONST and node.attr("value") == value


def mean_of(nodes: Sequence[Node], node: Node) -> tuple[int, ...]:
    """The x of each part where the node is sum(x) / count() over the same rows: it lies in their ranges, or is 0."""
    if node.op is not Op.DIV:
        return ()
    number_ = counted(nodes, nodes[node.args[1]])
    total = summed(nodes, nodes[node.args[0]]) if number_ is not None else None
    if total is None or number_ is None:
        return ()
    return total.xs if (total.masks, total.starts) == (number_.masks, number_.starts) else ()


def variance_of(nodes: Sequence[Node], node: Node) -> tuple[int, ...]:
    """The x of each part where the node is (n sum(x x) - sum(x)^2) / n^2 with n = count, all over the same rows and
    without truncation.

    That is the mean squared distance from the mean: not negative, at most a quarter of x's width squared, or 0.
    """
    if node.op is not Op.DIV:
        return ()
    difference, whole = (nodes[a] for a in node.args)
    if difference.op is not Op.SUB or not _is_square(whole):
        return ()
    product, square = (nodes[a] for a in difference.args)
    if product.op is not Op.MUL or not _is_square(square) or whole.args[0] not in product.args:
        return ()
    (other,) = {*product.args} - {whole.args[0]} or {whole.args[0]}
    count, squares = counted(nodes, nodes[whole.args[0]]), summed(nodes, nodes[other])
    total = summed(nodes, nodes[square.args[0]])
    if count is None or squares is None or total is None:
        return ()
    same = (count.masks, count.starts) == (squares.masks, squares.starts) == (total.masks, total.starts)
    if not same or not all(
        _is_exact_square(nodes, power, x, square) for power, x in zip(squares.xs, total.xs, strict=True)
    ):
        return ()
    return total.xs


def _is_exact_square(nodes: Sequence[Node], power: int, x: int, like: Node) -> bool:
    """power = x x, of as many fraction bits as the other square, which is twice as many as those of x."""
    bits = [own(node).elem.fraction_bits for node in (nodes[power], like)]
    return (
        _is_square(nodes[power]) and nodes[power].args[0] == x and set(bits) == {2 * own(nodes[x]).elem.fraction_bits}
    )


def whole_range(nodes: Sequence[Node], parts: tuple[int, ...]) -> Elem:
    """An element of the kind of these nodes, around the ranges of all."""
    elems = [own(nodes[part]).elem for part in parts]
    return ranged(elems[0], (min(e.lo for e in elems), max(e.hi for e in elems)))


def _is_square(node: Node) -> bool:
    return node.op is Op.MUL and node.args[0] == node.args[1]


def extreme_of(nodes: Sequence[Node], node: Node) -> str:
    """'greater' for select(lt(x, y), y, x), 'lesser' for select(lt(x, y), x, y), else an empty text.

    Also the second half of a clamp whose comparison is with x itself, not with what the first half made of it:
    'lesser' for select(lt(b, x), b, max(x, a)), which is min(max(x, a), b) if a <= b.
    """
    found = _extreme(nodes, node)
    if found is not None:
        return found.side
    if node.op is not Op.SELECT or nodes[node.args[0]].op is not Op.LT:
        return ""
    compared, chosen = nodes[node.args[0]].args, node.args[1:]
    for place, bound in enumerate(compared):
        if bound in chosen:
            side = "lesser" if chosen.index(bound) == place else "greater"
            inner = clamped(nodes, chosen[1 - chosen.index(bound)], bound, side)
            if inner == compared[1 - place]:
                return side
    return ""


@dataclass(frozen=True, slots=True)
class _Extreme:
    side: str
    compared: tuple[int, ...]


def _extreme(nodes: Sequence[Node], node: Node) -> _Extreme | None:
    """select(lt(x, y), y, x) or select(lt(x, y), x, y)."""
    if node.op is not Op.SELECT or nodes[node.args[0]].op is not Op.LT:
        return None
    compared = nodes[node.args[0]].args
    if node.args[1:] not in (compared, compared[::-1]):
        return None
    return _Extreme("lesser" if node.args[1:] == compared else "greater", compared)


def clamped(nodes: Sequence[Node], inner: int, bound: int, side: str) -> int | None:
    """x if inner is max(x, a), the bound is never below a, and the lesser of the two is taken; likewise the greater.

    Both ends are public, x is not.
    """
    found = _extreme(nodes, nodes[inner])
    if found is None or found.side == side or own(nodes[bound]).visibility != PUBLIC:
        return None
    end = own(nodes[bound]).elem
    for place, other in enumerate(found.compared):
        if own(nodes[other]).visibility != PUBLIC or own(nodes[inner]).visibility == PUBLIC:
            continue
        first = own(nodes[other]).elem
        if first.hi <= end.lo if side == "lesser" else first.lo >= end.hi:
            return found.compared[1 - place]
    return None


def clamp_in(nodes: Sequence[Node], node: Node) -> tuple[int, int] | None:
    """(inner, x) where the node is the lesser of inner and a bound, and inner is max(x, a); likewise the greater."""
    found = _extreme(nodes, node)
    for place, inner in enumerate(found.compared if found is not None else ()):
        assert found is not None, "there is one to take apart"
        x = clamped(nodes, inner, found.compared[1 - place], found.side)
        if x is not None:
            return inner, x
    return None
