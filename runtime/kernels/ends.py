"""Where shares become results: the one kernel that lowers a secret.

Lives here: disclose. Everything is masked inside the computation, so that a suppressed row opens as zeros, and then
opened to the recipients alone; or kept as it is, where the policy says `sealed`.
"""

from __future__ import annotations

import numpy as np

from secfuse.compiler.circuit.released import Released
from secfuse.compiler.circuit.typed import DISCLOSE_GUARDS, columns_of, is_sealed
from secfuse.compiler.circuit.types import Type
from secfuse.runtime.planes import tail_mask
from secfuse.runtime.rounds import together
from secfuse.runtime.sealed import COMBINE, PLANES, PUBLIC, RING, Part, Sealed, handed_out

from .value import Ring, Step, Value, flag, planes


async def never_secret(step: Step) -> Value:
    """Parameters, constants, checks and prints are public: a secret one is a mistake of ours."""
    raise AssertionError(f"{step.node.op.value} of a secret must not reach the runtime")


async def disclose(step: Step) -> Released | Sealed | None:
    """Mask, then open to the recipients in one round; None where no recipient is played here.

    A recipient learns which rows are shown, which of them are released, and the released rows' columns: for all other
    rows it gets shares of zero, so nothing of a suppressed row leaves the computation. What circuits leave in the tails
    of planes depends on secrets: `shown` is cleared of it before it is opened, all else is masked by `shown`. Where the
    policy says so, it also learns one number, of the groups that are not among the rows. What is sealed is not opened:
    nothing is sent, and each party keeps the shares it has. They are those of gates, random but for what they add up
    to, so all of them together say no more than the result.
    """
    parts = await _masked(step)
    columns = columns_of(step.node)
    elems = tuple(step.elem_of(i) for i in range(DISCLOSE_GUARDS, DISCLOSE_GUARDS + len(columns)))
    single = not _type(step, 1).shape
    if is_sealed(step.node):
        return Sealed(step.node, elems, single, tuple(parts))
    opened = await together(*(_opened(step, part) for part in parts))
    return handed_out(step.node, elems, single, opened) if _played(step) else None


async def _masked(step: Step) -> list[Part]:
    """Which rows are shown, which are released, the columns, zero in all other rows, and how many groups are not."""
    p, count = step.scheme, step.count_of(_type(step, 1))
    shown, released = await flag(step, 1, count) & tail_mask(count), await flag(step, 2, count)
    visible = shown if _is_true(step.args[2]) else await p.and_(shown, released)
    end = DISCLOSE_GUARDS + len(columns_of(step.node))
    guards = [Part("rows shown", PLANES, False, count, shown[:, :, None]),
              Part("rows released", PLANES, False, count, visible[:, :, None])]  # fmt: skip
    columns = await together(*(_column(step, i, visible, count) for i in range(DISCLOSE_GUARDS, end)))
    return [*guards, *columns, *[await _number(step, i) for i in range(end, len(step.args))]]


def _type(step: Step, i: int) -> Type:
    type_ = step.types[i]
    assert isinstance(type_, Type), "a bundle cannot be disclosed"
    return type_


def _is_true(value: object) -> bool:
    return isinstance(value, np.ndarray) and bool(np.all(value))


async def _column(step: Step, i: int, visible: np.ndarray, count: int) -> Part:
    """Column i, zero in rows that are not visible."""
    value, elem, what = step.args[i], step.elem_of(i), f"column {i - DISCLOSE_GUARDS}"
    if isinstance(value, np.ndarray):
        return Part(what, PUBLIC, elem.signed, count, np.broadcast_to(np.atleast_1d(value), (count,)))
    if isinstance(value, Ring):
        return Part(what, RING, elem.signed, count, await step.scheme.select_ring(visible, value.shares))
    masked = await step.scheme.and_(await planes(step, i, elem.width_bits, count), visible[:, :, None])
    return Part(what, PLANES, elem.signed, count, masked[:, :, : elem.width_bits])


async def _number(step: Step, i: int) -> Part:
    """How many groups are held back; what else stands in its word is cleared."""
    if isinstance(value := step.args[i], np.ndarray):
        return Part("groups held back", PUBLIC, False, 1, np.atleast_1d(value))
    width = step.elem_of(i).width_bits
    held = (await planes(step, i, width))[:, :, :width] & tail_mask(1)
    return Part("groups held back", PLANES, False, 1, held)


def _recipients(step: Step) -> tuple[int, ...]:
    names = step.node.attr("recipients")
    assert isinstance(names, tuple), "recipients are a list of parties"
    return tuple(sorted(step.ranks[str(name)] for name in names))


def _played(step: Step) -> list[int]:
    """Rows of the party axis that belong to recipients."""
    rows = [step.scheme.row_of(rank) for rank in _recipients(step)]
    return [row for row in rows if row is not None]


async def _opened(step: Step, part: Part) -> np.ndarray | None:
    """The integers (count,), where a recipient is played."""
    played = _played(step)
    if part.form == PUBLIC:
        return part.words if played else None
    purpose = f"{step.text('name')}: {part.what}"
    opened = await step.scheme.reconstruct(part.words, COMBINE[part.form], _recipients(step), purpose)
    for row in played[1:]:
        assert np.array_equal(opened[row], opened[played[0]]), "recipients played here disagree on a result"
    return part.read(opened[played[0]]) if played else None
