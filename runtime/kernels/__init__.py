"""How each operation runs on shares: one kernel an operation, in one total table.

Lives here: KERNEL. Public nodes never come here: they are computed in the clear by every party alike (engine.py), and
so are CHECK and PRINT, whose arguments are public.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from secfuse.compiler.circuit.ops import Op

from . import arrays, elements, ends, reductions, regions, rows
from . import sorted as ordered
from .value import Step, Value

Kernel: TypeAlias = Callable[[Step], Coroutine[Any, Any, Value]]

KERNEL: dict[Op, Kernel] = {
    Op.INPUT: rows.input_,
    Op.PRESENT: rows.present,
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
    Op.BROADCAST: arrays.broadcast,
    Op.RESHAPE: arrays.reshape,
    Op.TRANSPOSE: arrays.transpose,
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
    Op.LEAST: reductions.least,
    Op.GREATEST: reductions.greatest,
    Op.LARGEST: reductions.largest_,
    Op.ARG: regions.arg,
    Op.FOLD: regions.fold,
    Op.CHECK: ends.never_secret,
    Op.PRINT: ends.never_secret,
    Op.DISCLOSE: ends.disclose,
}
