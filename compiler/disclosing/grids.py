"""Arrays of values: the axes of known length are written out, the axis of rows is inside each value.

Lives here: `Grid` and what moves its cells about. Not here: what values are (forms.py), what gates do (follow.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TypeAlias

from secfuse.compiler.circuit.types import Size

from .forms import Value

Dims: TypeAlias = tuple[int | None, ...]
"""The length of each axis; None for that of rows."""

MOST_CELLS = 4096


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells in row-major order over the axes of known length. lost: one cell stands for all of them."""

    dims: Dims
    cells: tuple[Value, ...]
    lost: bool = False


def dims_of(shape: tuple[Size, ...]) -> Dims:
    """The axes of a type."""
    return tuple(None if size.terms else size.constant for size in shape)


def fits(dims: Dims) -> bool:
    """True if cells can be written out: not too many, and one axis of rows."""
    return dims.count(None) <= 1 and prod(d for d in dims if d is not None) <= MOST_CELLS


def places(dims: Dims) -> Iterator[tuple[int, ...]]:
    """All cells; the axis of rows counts as one place."""
    return product(*(range(1 if d is None else d) for d in dims))


def at(grid: Grid, place: tuple[int, ...]) -> Value:
    """The cell at a place of a wider grid, as NumPy stretches."""
    if grid.lost:
        return grid.cells[0]
    index = 0
    for length, i in zip(grid.dims, place[len(place) - len(grid.dims) :], strict=True):
        if length is not None:
            index = index * length + (0 if length == 1 else i)
    return grid.cells[index]


def filled(dims: Dims, cell: Callable[[tuple[int, ...]], Value]) -> Grid:
    """A grid made cell by cell."""
    return Grid(dims, tuple(cell(place) for place in places(dims)))


def transposed(grid: Grid, dims: Dims, axes: tuple[int, ...]) -> Grid:
    """Axis i of the result is axis axes[i]."""

    def cell(place: tuple[int, ...]) -> Value:
        source = [0] * len(axes)
        for i, axis in enumerate(axes):
            source[axis] = place[i]
        return at(grid, tuple(source))

    return filled(dims, cell)


def reshaped(grid: Grid, dims: Dims) -> Grid | None:
    """The same cells with other axes; None where the rows would be mixed with other axes."""
    if None in grid.dims or None in dims:
        if None not in grid.dims or None not in dims:
            return None
        before, after = (d[: d.index(None)] for d in (grid.dims, dims))
        if prod(d or 1 for d in before) != prod(d or 1 for d in after):
            return None
    return Grid(dims, grid.cells) if len(grid.cells) == prod(1 if d is None else d for d in dims) else None
