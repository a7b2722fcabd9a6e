"""Loops become regions: one circuit for all trips.

Lives here: `lower_loop`. What is inside is lowered by the function that is handed in, since values contain loops and
loops values. Not here: which values are carried, and in which types (checking/loops.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from secfuse.compiler import checked as c
from secfuse.compiler.circuit.graph import Region
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import PUBLIC, SECRET, Bundle, Size, Type
from secfuse.compiler.types import ValueType

from .arrays import stretched
from .gates import Lowering, Value, entering, merged

Inside: TypeAlias = Callable[[Lowering, tuple[Size, ...], tuple[c.Step, ...], tuple[c.Expr, ...]], list[Value]]


def lower_loop(lowering: Lowering, batch: tuple[Size, ...], loop: c.Loop, inside: Inside) -> None:
    """The region, the node that runs it, and a pick for each carried value, by its name behind the loop."""
    ends = inside(lowering, batch, (), (loop.first, loop.last))
    initial = inside(lowering, batch, (), tuple(carried.initial for carried in loop.carried))
    types = [_type(carried.type, batch) for carried in loop.carried]
    nodes = [_as_input(lowering, value, type_, len(batch)) for value, type_ in zip(initial, types, strict=True)]
    region = Lowering(
        lowering.checked,
        lowering.policies,
        1 + len(types),
        regions=lowering.regions,
        outer=lowering,
        place=lowering.place,
    )
    trip = Type(loop.index_type.elem, (), PUBLIC)
    region.values[loop.index] = Value(region.builder.add(Op.ARG, (), trip, loop.span, index=0))
    for position, (carried, type_) in enumerate(zip(loop.carried, types, strict=True)):
        node = region.builder.add(Op.ARG, (), type_, loop.span, index=position + 1)
        region.values[carried.inside] = Value(node, batch=len(batch))
    results = inside(region, batch, loop.steps, tuple(carried.result for carried in loop.carried))
    ends_of_trip = tuple(_as_input(region, v, t, len(batch)) for v, t in zip(results, types, strict=True))
    captured = tuple(region.captured)
    inputs = (trip, *types, *(entering(lowering.type(node)) for node in captured))
    lowering.regions.append(Region(inputs, tuple(region.builder.nodes), ends_of_trip))
    args = (*(value.node for value in ends), *nodes, *captured)
    sizes = {"region": len(lowering.regions) - 1, "carried": len(types)}
    bundle = lowering.builder.add(Op.FOLD, args, Bundle(tuple(types)), lowering.place or loop.span, **sizes)
    rests_on = merged(region.rests_on, *(value.rests_on for value in initial))
    for position, (carried, type_) in enumerate(zip(loop.carried, types, strict=True)):
        node = lowering.builder.add(Op.PICK, (bundle,), type_, loop.span, index=position)
        lowering.values[carried.behind] = Value(node, None, rests_on, len(batch))


def _type(type_: ValueType, batch: tuple[Size, ...]) -> Type:
    """Of a carried value: one for each row or item at hand."""
    return Type(type_.elem, (*batch, *type_.shape), PUBLIC if type_.visibility == PUBLIC else SECRET)


def _as_input(lowering: Lowering, value: Value, type_: Type, batch: int) -> int:
    """The value in the shape that is carried."""
    shape = lowering.type(value.node).shape
    own = len(shape) - value.batch
    if value.batch and value.batch < batch:
        node = lowering.shaped(
            Op.RESHAPE,
            (value.node,),
            (*shape[: value.batch], *(Size(1),) * (batch - value.batch), *shape[value.batch :]),
        )
        value = replace(value, node=node)
    assert own == len(type_.shape) - batch, "a carried value keeps its axes"
    return stretched(lowering, value.node, type_.shape)
