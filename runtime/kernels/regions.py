"""Loops: a region once a trip, its results fed back.

Lives here: the kernels of FOLD and ARG. What runs a region is the engine, which a step brings along (`Step.loop`).
Between trips all carried values have arrived: a barrier. Nothing is sent here but by conversions between kinds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from secfuse.compiler.circuit.types import PUBLIC, Type
from secfuse.runtime.algorithms.bits import PLANE
from secfuse.runtime.planes import words_for
from secfuse.runtime.rounds import together

from .value import Bits, Loop, Ring, Secret, Step, Value, planes, public_scalar, ring


async def arg(step: Step) -> Value:
    """An input of a region is there before its nodes run."""
    raise AssertionError("the inputs of a region are given to it")


async def fold(step: Step) -> tuple[Secret | np.ndarray, ...]:
    """The carried values after the last trip.

    1. what enters takes the kind and the width in which the region expects it, all at once;
    2. for each trip number: the region, then its results take the kinds in which they are carried, all at once.
    """
    loop, carried = step.loop, step.number("carried")
    assert loop is not None, "a loop knows its region"
    first, last = (public_scalar(step.args[i]) for i in (0, 1))
    assert first is not None, "the bounds are public"
    assert last is not None, "the bounds are public"
    given = [(step.args[i], _type(step, i)) for i in range(2, len(step.args))]
    held = await _all_entered(step, loop, given)
    for trip in range(first, last):
        results = await loop.trip((np.asarray(trip), *held))
        held[:carried] = await _all_entered(step, loop, list(zip(results, loop.results, strict=True)))
    return tuple(held[:carried])


def _type(step: Step, i: int) -> Type:
    type_ = step.types[i]
    assert isinstance(type_, Type), "a bundle is picked apart before use"
    return type_


async def _all_entered(step: Step, loop: Loop, given: list[tuple[Value, Type]]) -> list[Secret | np.ndarray]:
    """Values, for the inputs after the trip number, in the forms in which they enter."""
    inputs = zip(given, loop.inputs[1:], loop.kinds[1:], strict=False)
    return await together(*(_entered(step, value, type_, wanted, kind) for (value, type_), wanted, kind in inputs))


async def _entered(step: Step, value: Value, type_: Type, wanted: Type, kind: str) -> Secret | np.ndarray:
    """A value as ring shares or as planes of the wanted type's width, with all its elements."""
    if wanted.visibility == PUBLIC:
        assert isinstance(value, np.ndarray), "a public value is known"
        return value
    alone = replace(step, args=(value,), types=(type_,), loop=None)
    lengths = tuple(size.bind(step.row_counts) for size in wanted.shape) or (1,)
    if kind == "ring":
        shares = await ring(alone, 0, len(lengths))
        return Ring(np.broadcast_to(shares, (*shares.shape[:2], *lengths)))
    width, count = wanted.elem.width_bits, lengths[-1]
    held = (await planes(alone, 0, width, count, len(lengths)))[:, :, :width]
    return Bits(np.broadcast_to(held, (*held.shape[: PLANE + 1], *lengths[:-1], words_for(count))), count)
