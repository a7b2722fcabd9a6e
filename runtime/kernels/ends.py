"""Where shares become results: the one kernel that lowers a secret.

Lives here: disclose. It opens to the recipients alone, in two steps: which rows are shown and released, then the
columns, masked inside the computation so that a suppressed row opens as zeros.
"""

from __future__ import annotations

import numpy as np

from secfuse.compiler.circuit.release import release
from secfuse.compiler.circuit.released import Released
from secfuse.compiler.circuit.typed import DISCLOSE_GUARDS, columns_of
from secfuse.compiler.circuit.types import Type
from secfuse.runtime.planes import tail_mask, to_rows, unpack
from secfuse.runtime.rounds import together

from .value import Ring, Step, Value, flag, planes


async def never_secret(step: Step) -> Value:
    """Parameters, constants, checks and prints are public: a secret one is a mistake of ours."""
    raise AssertionError(f"{step.node.op.value} of a secret must not reach the runtime")


async def disclose(step: Step) -> Released | None:
    """Open to the recipients: one round for the guards, one for the columns. None where no recipient is played here.

    A recipient learns which rows are shown, which of them are released, and the released rows' columns: for all other
    rows it gets shares of zero, so nothing of a suppressed row leaves the computation. What circuits leave in the tails
    of planes depends on secrets: `shown` is cleared of it before it is opened, all else is masked by `shown`. Where the
    policy says so, it also learns one number, of the groups that are not among the rows.
    """
    p, count = step.scheme, step.count_of(_type(step, 1))
    shown, released = await flag(step, 1, count) & tail_mask(count), await flag(step, 2, count)
    visible = shown if _is_true(step.args[2]) else await p.and_(shown, released)
    columns = range(DISCLOSE_GUARDS, DISCLOSE_GUARDS + len(columns_of(step.node)))
    opened = await together(
        _open_bits(step, shown, count, "rows shown"),
        _open_bits(step, visible, count, "rows released"),
        *(_open_column(step, i, visible, count) for i in columns),
        *(_open_number(step, i, "groups held back") for i in range(columns.stop, len(step.args))),
    )
    if opened[0] is None:
        return None
    single = not _type(step, 1).shape
    values = [column[0] if single else column for column in opened[: 2 + len(columns)]]
    types = tuple(_type(step, i) for i in columns)
    return release(step.node, types, values[0], values[1], values[2:], *opened[2 + len(columns) :])


def _type(step: Step, i: int) -> Type:
    type_ = step.types[i]
    assert isinstance(type_, Type), "a bundle cannot be disclosed"
    return type_


def _is_true(value: object) -> bool:
    return isinstance(value, np.ndarray) and bool(np.all(value))


async def _open_bits(step: Step, plane: np.ndarray, count: int, what: str) -> np.ndarray | None:
    opened = await _opened(step, plane, np.bitwise_xor, what)
    return None if opened is None else unpack(opened, count)


async def _open_column(step: Step, i: int, visible: np.ndarray, count: int) -> np.ndarray | None:
    """Column i, zero in rows that are not visible: integers (count,)."""
    value, elem, what = step.args[i], step.elem_of(i), f"column {i - 3}"
    if isinstance(value, np.ndarray):
        return np.broadcast_to(np.atleast_1d(value), (count,)) if _played(step) else None
    if isinstance(value, Ring):
        opened = await _opened(step, await step.scheme.select_ring(visible, value.shares), np.add, what)
        return None if opened is None else opened.view(np.int64)
    masked = await step.scheme.and_(await planes(step, i, elem.width_bits, count), visible[:, :, None])
    opened = await _opened(step, masked[:, :, : elem.width_bits], np.bitwise_xor, what)
    if opened is None:
        return None
    low = np.uint64(64 - elem.width_bits)
    rows = to_rows(opened, count) << low  # shifted back arithmetically, so that the top plane is the sign
    return rows.view(np.int64) >> low.astype(np.int64) if elem.signed else rows >> low


async def _open_number(step: Step, i: int, what: str) -> np.ndarray | None:
    """One number, as (1,); what else stands in its word is cleared."""
    if isinstance(value := step.args[i], np.ndarray):
        return np.atleast_1d(value) if _played(step) else None
    width = step.elem_of(i).width_bits
    opened = await _opened(step, (await planes(step, i, width))[:, :, :width] & tail_mask(1), np.bitwise_xor, what)
    return None if opened is None else to_rows(opened, 1)


def _recipients(step: Step) -> tuple[int, ...]:
    names = step.node.attr("recipients")
    assert isinstance(names, tuple), "recipients are a list of parties"
    return tuple(sorted(step.ranks[str(name)] for name in names))


def _played(step: Step) -> list[int]:
    """Rows of the party axis that belong to recipients."""
    rows = [step.scheme.row_of(rank) for rank in _recipients(step)]
    return [row for row in rows if row is not None]


async def _opened(step: Step, x: np.ndarray, combine: np.ufunc, what: str) -> np.ndarray | None:
    opened = await step.scheme.reconstruct(x, combine, _recipients(step), f"{step.text('name')}: {what}")
    played = _played(step)
    for row in played[1:]:
        assert np.array_equal(opened[row], opened[played[0]]), "recipients played here disagree on a result"
    return opened[played[0]] if played else None
