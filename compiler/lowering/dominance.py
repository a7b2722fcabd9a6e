"""Bounds on single contributions: a policy's `top` and `p-percent`.

Lives here: `not_dominated`. Whoever made one of the greatest contributions to a sum knows it, and could take it off; so
the rest must be large enough. Not here: which disclosures have contributions that can be told apart (checking/flow.py).
"""

from __future__ import annotations

from dataclasses import replace

from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import ranged
from secfuse.compiler.circuit.types import BOOL, Elem
from secfuse.compiler.policy import Policy

from .aggregates import total_of
from .gates import Contribution, Lowering
from .open_groups import largest_of_groups
from .reductions import totalled


def not_dominated(lowering: Lowering, contribution: Contribution, policy: Policy) -> int:
    """Whether a sum may be shown, of one value or one per group."""
    assert contribution.values is not None, "only sums can be dominated"
    sizes, elem = _magnitudes(lowering, contribution.values)
    total = totalled(lowering, contribution.mask, contribution.starts, sizes, total_of(elem, contribution.bound))
    found = None
    if policy.top is not None:
        how_many, percent = policy.top
        largest = _largest(lowering, contribution, sizes, elem, how_many)
        sides = (_times(lowering, largest, 100), _times(lowering, total, percent))
        found = lowering.apply(Op.LT, sides, BOOL)
    if policy.percent is not None:
        first, two = (_largest(lowering, contribution, sizes, elem, how_many) for how_many in (1, 2))
        found = lowering.both(found, _is_vague(lowering, total, first, two, policy.percent))
    assert found is not None, "the policy bounds contributions"
    return found


def _is_vague(lowering: Lowering, total: int, first: int, two: int, percent: int) -> int:
    """The p% rule: total - first - second >= percent / 100 * first.

    Then the second greatest contributor, who takes off its own, still errs about the greatest by that much (Hundepool
    et al., Statistical Disclosure Control, Wiley 2012, chapter 4). As not 100 total < 100 (first + second) + percent
    first.
    """
    least = _sum(lowering, _times(lowering, two, 100), _times(lowering, first, percent))
    betrays = lowering.apply(Op.LT, (_times(lowering, total, 100), least), BOOL)
    return lowering.apply(Op.NOT, (betrays,), BOOL)


def _magnitudes(lowering: Lowering, values: int) -> tuple[int, Elem]:
    """|x| of each row: a great loss dominates like a great gain."""
    elem = lowering.type(values).elem
    if elem.lo >= 0:
        return values, elem
    lo, hi = ranges.absolute(range_of(elem))
    elem = replace(elem, lo=lo, hi=hi)
    return lowering.apply(Op.ABS, (values,), elem), elem


def _largest(lowering: Lowering, contribution: Contribution, sizes: int, elem: Elem, how_many: int) -> int:
    """The sum of the so many greatest; of all where there are fewer."""
    greatest = total_of(elem, min(how_many, contribution.bound))
    if contribution.starts is None:
        return lowering.reduce(Op.LARGEST, (contribution.mask, sizes), greatest, how_many=how_many)
    return largest_of_groups(lowering, contribution, sizes, greatest, how_many)


def _times(lowering: Lowering, node: int, factor: int) -> int:
    elem = lowering.type(node).elem
    wanted = ranged(elem, (elem.lo * factor, elem.hi * factor))
    return lowering.apply(Op.MUL, (node, lowering.number(factor)), wanted)


def _sum(lowering: Lowering, x: int, y: int) -> int:
    elem = lowering.type(x).elem
    found = ranges.add(range_of(elem), range_of(lowering.type(y).elem))
    return lowering.apply(Op.ADD, (x, y), ranged(elem, found))
