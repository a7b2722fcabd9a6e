"""What each operation costs: one rule an operation, in one total table, as KERNEL has one kernel.

Lives here: COST.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from secfuse.compiler.circuit.ops import Op

from . import arrays, elements, ends, reductions, regions, rows
from . import sorted as ordered
from .cost import Cost
from .forms import Form, Gate

Rule: TypeAlias = Callable[[Gate], tuple[Form, Cost]]

COST: dict[Op, Rule] = {
    Op.INPUT: rows.input_,
    Op.PRESENT: rows.input_,
    Op.ROWS: rows.rows,
    Op.PARAM: ends.never_secret,
    Op.CONST: ends.never_secret,
    Op.RANDOM: rows.random,
    Op.ADD: elements.add,
    Op.SUB: elements.sub,
    Op.NEG: elements.neg,
    Op.MUL: elements.mul,
    Op.DIV: elements.div,
    Op.ABS: elements.absolute,
    Op.RESCALE: elements.rescale,
    Op.LT: elements.lt,
    Op.EQ: elements.eq,
    Op.AND: elements.and_,
    Op.OR: elements.or_,
    Op.NOT: elements.not_,
    Op.SELECT: elements.select,
    Op.BIT: elements.bit,
    Op.NUMBER: elements.number,
    Op.SIZE: ends.never_secret,
    Op.IOTA: ends.never_secret,
    Op.BROADCAST: arrays.moved,
    Op.RESHAPE: arrays.moved,
    Op.TRANSPOSE: arrays.moved,
    Op.SLICE: arrays.slice_,
    Op.TAKE: arrays.take,
    Op.MATMUL: arrays.matmul,
    Op.CONCAT: arrays.concat,
    Op.JOIN: rows.join_,
    Op.SORT: ordered.sort,
    Op.SCAN: ordered.scan,
    Op.SHIFT: ordered.shift,
    Op.PICK: rows.pick,
    Op.CELLS: rows.cells,
    Op.COUNT: reductions.count,
    Op.SUM: reductions.sum_,
    Op.LEAST: reductions.extreme,
    Op.GREATEST: reductions.extreme,
    Op.LARGEST: reductions.largest_,
    Op.ARG: regions.arg,
    Op.FOLD: regions.fold,
    Op.CHECK: ends.never_secret,
    Op.PRINT: ends.never_secret,
    Op.DISCLOSE: ends.disclose,
}
