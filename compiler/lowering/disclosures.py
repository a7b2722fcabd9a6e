"""Policies become guards, disclosures become the circuit's outputs.

Lives here: what must hold inside the computation before a value is released, and which rows a recipient sees as
suppressed. Not here: whether a disclosure is allowed at all (check_flow.py).
"""

from __future__ import annotations

from dataclasses import replace

from secfuse.compiler import checked as c
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import joined
from secfuse.compiler.circuit.types import BOOL, NOTHING, PUBLIC, Size
from secfuse.compiler.policy import Policy
from secfuse.compiler.sensitivity import spreads
from secfuse.compiler.spread import Spread
from secfuse.compiler.types import ValueType

from .arranged import arranged
from .arrays import stretched
from .dominance import not_dominated
from .expressions import Scope, lower_value
from .gates import Contribution, Lowering, TableValue, Value, merged
from .noise import noisy
from .reductions import counted
from .rounding import rounded
from .segments import most_rows
from .tables import lower_table


def lower_disclose(lowering: Lowering, disclose: c.Disclose, when: int | None) -> None:
    """A single value or a grouped table; `when`: None for always."""
    policy = lowering.policies[disclose.policy]
    spread = {} if policy.noise is None else spreads(lowering.checked, disclose, policy.epsilon)
    if isinstance(disclose.value.type, ValueType):
        value = lower_value(lowering, Scope(), disclose.value)
        value = _as_shown(lowering, disclose, policy, value, spread.get(disclose.name))
        released = _released(lowering, policy, value.rests_on, None)
        if disclose.value.type.shape:
            _array(lowering, disclose, policy, when, released, value)
            return
        shown = lowering.constant(1, BOOL)
        _output(lowering, disclose, policy, when, shown, released, {disclose.name: value})
        return
    table = lower_table(lowering, disclose.value)
    columns = {
        name: value if name in table.keys else _as_shown(lowering, disclose, policy, value, spread.get(name))
        for name, value in table.columns.items()
    }
    table = replace(table, columns=columns)
    rests_on = merged(table.rests_on, *(value.rests_on for value in table.columns.values()))
    cells = table.valid if table.open else _shown(lowering, policy, table.valid)
    released = _released(lowering, policy, rests_on, table.valid if policy.noise is None else cells)
    shown = released if table.open else cells
    found = arranged(lowering, table, shown, released)
    withheld = _withheld(lowering, table, released) if policy.counts_suppressed and table.open else ()
    _output(lowering, disclose, policy, when, found.shown, found.released, dict(found.columns), withheld)


def _withheld(lowering: Lowering, table: TableValue, released: int) -> tuple[int]:
    """How many open groups there are that nobody is shown: only groups of closed keys leave a marker."""
    hidden = lowering.apply(Op.NOT, (released,), BOOL)
    groups = lowering.apply(Op.AND, (table.valid, hidden), BOOL)
    return (counted(lowering, groups, None, most_rows(lowering, groups)),)


def _as_shown(
    lowering: Lowering, disclose: c.Disclose, policy: Policy, value: Value, spread: Spread | None
) -> Value:  # fmt: skip
    """The value as the policy lets it be known: with its noise, then rounded. Keys, which say what a row is about, are
    shown as they are.
    """
    if spread is not None:
        value = noisy(lowering, value, spread, disclose.span)
    return value if policy.rounding is None else rounded(lowering, value, policy.rounding)


def _array(
    lowering: Lowering, disclose: c.Disclose, policy: Policy, when: int | None, released: int, value: Value
) -> None:
    """A vector as one column, a matrix as one per item of its last axis; all of it is released, or nothing."""
    shape = lowering.type(value.node).shape
    rows = (1,) * shape[0].constant
    every = stretched(lowering, released, shape[:1])
    columns = {disclose.name: value}
    if len(shape) == 2:
        columns = {f"{disclose.name}_{i}": Value(_column(lowering, value.node, i)) for i in range(shape[1].constant)}
    _output(lowering, disclose, policy, when, lowering.constant(rows, BOOL), every, columns)


def _column(lowering: Lowering, node: int, place: int) -> int:
    """One column of a matrix."""
    rows = lowering.type(node).shape[0]
    sliced = lowering.shaped(Op.SLICE, (node, lowering.number(place)), (rows, Size(1)), axis=1)
    return lowering.shaped(Op.RESHAPE, (sliced,), (rows,))


def _shown(lowering: Lowering, policy: Policy, exists: int) -> int:
    """Which rows the recipient learns of. All, where small groups are hidden, as empty ones must look like them; and
    where noise is to hide even the only row of a group.
    """
    if policy.noise is None and (policy.groups is None or policy.groups < 2):
        return exists
    shape = lowering.type(exists).shape
    return lowering.constant((1,) * shape[0].constant if shape else 1, BOOL)


def _released(lowering: Lowering, policy: Policy, rests_on: tuple[Contribution, ...], exists: int | None) -> int:
    """All guards, for each set of rows that the values rest on."""
    found = exists
    for mask in dict.fromkeys(contribution.mask for contribution in rests_on):
        same = [contribution for contribution in rests_on if contribution.mask == mask]
        needed = policy.noise is None and any(contribution.needed for contribution in same)
        least = max(policy.groups or 0, int(needed))
        if least:
            found = lowering.both(found, _enough(lowering, same[0], least))
    for contribution in rests_on:
        if contribution.values is not None and policy.bounds_contributions:
            found = lowering.both(found, not_dominated(lowering, contribution, policy))
    return lowering.constant(1, BOOL) if found is None else found


def _enough(lowering: Lowering, contribution: Contribution, least: int) -> int:
    """count >= least, as least - 1 < count"""
    count = counted(lowering, contribution.mask, contribution.starts, contribution.bound)
    return lowering.apply(Op.LT, (lowering.number(least - 1), count), BOOL)


def _output(
    lowering: Lowering,
    disclose: c.Disclose,
    policy: Policy,
    when: int | None,
    shown: int,
    released: int,
    columns: dict[str, Value],
    withheld: tuple[int, ...] = (),
) -> None:
    nodes = tuple(value.node for value in columns.values())
    always = lowering.constant(1, BOOL) if when is None else when
    index = lowering.builder.add(
        Op.DISCLOSE,
        (always, shown, released, *nodes, *withheld),
        NOTHING,
        disclose.span,
        name=disclose.name,
        columns=tuple(columns),
        keys=0 if isinstance(disclose.value.type, ValueType) else _keys(lowering, nodes),
        recipients=disclose.recipients,
        policy=disclose.policy,
        guards=policy.guards,
        reason=disclose.reason,
    )
    lowering.outputs.append(index)


def _keys(lowering: Lowering, nodes: tuple[int, ...]) -> int:
    """How many leading columns are public, and so name the row even where it is suppressed."""
    for index, node in enumerate(nodes):
        if joined((lowering.type(node),)) != PUBLIC:
            return index
    return len(nodes)
