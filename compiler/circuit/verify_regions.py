"""Typing rules of loops: a region's inputs, and the FOLD that runs it.

Lives here: the rules of TYPE (verify.py) that know regions. The nodes of a region are verified like any others.

**The rule of totals.** A result must lie in the range that the carried input claims, else the next trip would start
outside of it. A running total (`total = total + x`) cannot show that by one trip: whatever range is claimed, the ADD
leaves it. It is allowed nevertheless, for this reason. Let the initial value lie in I, let each trip move the total by
something in S (S depends on no carried value, hence is the same in every trip), and let there be at most T trips. After
k of them the total lies in I + k S. For 0 <= k <= T that is between I and I + T S, since an end of I + k S moves in one
direction only, or stays. So if the claimed range holds I and I + T S, the total is inside it whenever a trip begins and
when the last has ended, although the ADD, which is typed from the claimed range, must claim S more. The value itself
never is there. S is found by `step_of`: ADD and SUB of terms, and choices between totals.
"""

from __future__ import annotations

from . import ranges
from .graph import Node
from .ops import Op
from .ranges import Range, range_of
from .regions import Loop, most_trips, step_of
from .typed import EFFECTS, Frame, describe, kind, number, own
from .types import PUBLIC, Bundle, Domain, Type

OUTSIDE = frozenset({Op.INPUT, Op.PRESENT, Op.ROWS, Op.PARAM}) | EFFECTS
"""What stands around a loop, never in it: a region is given what it needs."""


def arg(frame: Frame, node: Node, _: tuple[Type, ...]) -> Type:
    """An input of the region, exactly."""
    index = number(node, "index")
    assert 0 <= index < len(frame.inputs), f"no input {index} of {len(frame.inputs)}"
    assert node.type == frame.inputs[index], "an input has another type than the region says"
    return frame.inputs[index]


def fold(frame: Frame, node: Node, args: tuple[Type, ...]) -> Bundle:
    """Public bounds; initial and captured values that fit the region's inputs; results that fit the next trip."""
    index, carried = number(node, "region"), number(node, "carried")
    assert 0 <= index < len(frame.regions), f"no region {index} before this one"
    region = frame.regions[index]
    assert 0 <= carried <= len(args) - 2, f"{carried} carried values of {len(args) - 2}"
    assert len(region.inputs) == len(args) - 1, f"{len(args) - 1} values for {len(region.inputs)} inputs"
    assert len(region.results) == carried, f"{len(region.results)} results for {carried} carried values"
    _bounds(args[0], args[1], region.inputs[0])
    for place, (given, wanted) in enumerate(zip(args[2:], region.inputs[1:], strict=True)):
        _fits(given, wanted, f"input {place + 1}")
    for part in range(carried):
        _fed_back(Loop(node, region, carried), part, args)
    assert node.type == Bundle(region.inputs[1 : 1 + carried]), "the parts are not the carried inputs"
    return Bundle(region.inputs[1 : 1 + carried])


def _bounds(first: Type, last: Type, trip: Type) -> None:
    for bound, name in ((first, "first"), (last, "last"), (trip, "the trip number")):
        assert bound.elem.domain is Domain.INT, f"{name} is {describe(bound.elem)}"
        assert not bound.shape, f"{name} is not a single value"
        assert bound.visibility == PUBLIC, f"{name} is {bound.visibility}"
    if most_trips(first, last):
        _inside((first.elem.lo, last.elem.hi - 1), trip, "the trip number")


def _fed_back(loop: Loop, part: int, args: tuple[Type, ...]) -> None:
    """The part's result fits its input, or it is a running total that stays inside for as long as it runs."""
    region, wanted = loop.region, loop.region.inputs[1 + part]
    result = own(region.nodes[region.results[part]])
    what = f"result {part}"
    _alike(result, wanted, what)
    if ranges.union(range_of(result.elem), range_of(wanted.elem)) == range_of(wanted.elem):
        return
    step = step_of(loop, part, lambda i: range_of(own(region.nodes[i]).elem))
    if step is None:
        _inside(range_of(result.elem), wanted, what)
        return
    trips = most_trips(args[0], args[1])
    reached = ranges.add(range_of(args[2 + part].elem), (trips * step[0], trips * step[1]))
    _inside(reached, wanted, f"{what}, a total of {trips} trips,")


def _fits(given: Type, wanted: Type, what: str) -> None:
    _alike(given, wanted, what)
    _inside(range_of(given.elem), wanted, what)


def _alike(given: Type, wanted: Type, what: str) -> None:
    """The same kind and shape, and no more visible than is promised."""
    assert kind(given.elem) == kind(wanted.elem), f"{what} is {describe(given.elem)}, not {describe(wanted.elem)}"
    assert given.shape == wanted.shape, f"{what} has another shape"
    assert given.visibility.flows_to(wanted.visibility), f"{what} is {given.visibility}, not {wanted.visibility}"


def _inside(found: Range, wanted: Type, what: str) -> None:
    lo, hi = range_of(wanted.elem)
    assert lo <= found[0] <= found[1] <= hi, f"{what} may be {found[0]} .. {found[1]}, the input is {lo} .. {hi}"
