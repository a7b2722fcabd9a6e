"""The operations a circuit can hold. Adding one is a line here and a line in each total table.

Tables over `Op`: TYPE (verify.py), CLEAR (evaluate.py), ERROR (precision.py), and KERNEL in the runtime. A test
proves each of them total.

Rows of notation: `n` rows of a table, `c` cells of a group, `[c, n]` one row of membership bits per cell. Element-wise
operations broadcast their shapes as NumPy does.
"""

from __future__ import annotations

from enum import Enum


class Op(Enum):
    """Every operation, ordered by role. Arguments in brackets; attributes after the semicolon."""

    # sources
    INPUT = "input"  # []; table, column -> [n]. A missing value of an optional column is 0
    PRESENT = "present"  # []; table, column -> bool[n]: which values of an optional column are not NULL
    ROWS = "rows"  # []; table -> bool[n]: which rows count (all that the owner loaded)
    PARAM = "param"  # []; name -> public scalar
    CONST = "const"  # []; value (int or tuple of int) -> public scalar or [c]
    RANDOM = (
        "random"  # []; draw (a number that no other has) -> int of its own shape, each of its bits a fair coin that
    )
    #                    nobody knows. Where no coins are given, all of them show 0

    # arithmetic on integers and scaled integers; the two operands of add, sub, lt, eq, select have equal fraction bits
    ADD = "add"  # [x, y]
    SUB = "sub"  # [x, y]
    NEG = "neg"  # [x]
    MUL = "mul"  # [x, y]: fraction bits add up to at most those of the result, a truncation by the difference follows
    DIV = "div"  # [x, y]: x / y rounded to the result's fraction bits, half away from zero; 0 where y is 0; y >= 0
    ABS = "abs"  # [x]
    RESCALE = "rescale"  # [x]: to the result's fraction bits; fewer bits round to nearest, ties away from zero, and a
    #                      protocol may be off by one unit of a fixed result, as of a product. Also a date as the int
    #                      of its day, and back; a category as its index

    # comparison and logic; results are bool
    LT = "lt"  # [x, y]: x < y
    EQ = "eq"  # [x, y]: x == y
    AND = "and"  # [x, y]
    OR = "or"  # [x, y]
    NOT = "not"  # [x]
    SELECT = "select"  # [condition, x, y]: x where the condition holds, else y
    BIT = "bit"  # [x]; index -> bool: that bit of an int in two's complement, index 0 the lowest
    NUMBER = "number"  # [b0, b1, ...] -> a number: so many units of its last place as the sum of 2 ** i over the bits
    #                    b_i that are set

    # arrays; indices, starts and sizes are public; what lies outside the array stops the run (CheckFailed)
    SIZE = "size"  # []; size (constant, (table, coefficient), ...) -> that length, a public int
    IOTA = "iota"  # [] -> public int[n]: 0, 1, 2, ...; n is that of its own shape
    BROADCAST = "broadcast"  # [x] -> its own shape, as NumPy stretches x to it
    RESHAPE = "reshape"  # [x] -> its own shape: the same elements, the last axis fastest
    TRANSPOSE = "transpose"  # [x]; axes: axis i of the result is axis axes[i] of x
    SLICE = "slice"  # [x, start]; axis -> as many as its own shape says, from start on, along that axis
    TAKE = "take"  # [x, indices]; axis -> that axis gives way to those of indices: numpy.take(x, indices, axis)
    MATMUL = "matmul"  # [x, y]: [..., m, k] times [..., k, n] -> [..., m, n]; one truncation, as of MUL, at the end

    # rows of tables
    CONCAT = "concat"  # [x1, x2, ...]: [n1 + n2 + ..., the other axes, which are alike]
    JOIN = "join"  # [left key, left valid, right key, right valid, *left columns, *right columns]; left, right
    #               (numbers of columns), in_order (1: both sides come sorted by their key, none negative). Inner join,
    #               right keys are unique. -> bundle of (key, valid, *left columns, *right columns), each
    #               [n_left + n_right], sorted by key
    SORT = "sort"  # [valid, *keys, *columns], each [n]; keys (how many), descending (1 or 0 for each key) -> bundle of
    #               (valid, *keys, *columns): rows that count first, then by the keys one after the other, stable
    SCAN = "scan"  # [starts, x]; what ("sum", "least", "greatest", "first") -> [n]: of x[j], .., x[i], j the last
    #               start up to i. The first element starts whatever `starts` says
    SHIFT = "shift"  # [x]; distance -> [n]: element i is x[i - distance], 0 where there is none; may be negative
    PICK = "pick"  # [bundle]; index -> that part of it
    CELLS = "cells"  # [valid, key1, key2, ...]; -> bool[c, n]: row i lies in cell j. Cells count through the keys'
    #                  closed domains lo..hi, the last key fastest

    # reductions of the last axis under a mask bool[..., n]; x is [n], or [..., n] as the mask (LARGEST: [n])
    COUNT = "count"  # [mask] -> int[...]
    SUM = "sum"  # [mask, x] -> [...]
    LEAST = "least"  # [mask, x] -> smallest x under the mask, the domain's hi where there is none
    GREATEST = "greatest"  # [mask, x] -> greatest x under the mask, the domain's lo where there is none
    LARGEST = "largest"  # [mask, x]; how_many -> sum of that many greatest x under the mask; x >= 0

    # loops
    ARG = "arg"  # []; index -> that input of the region
    FOLD = "fold"  # [first, last, *initial, *captured]; region, carried (how many values) -> bundle of the carried
    #   types. The region's inputs are (trip number, *carried, *captured), its results the carried values of the next
    #   trip. Runs for the trip numbers first .. last - 1, in order; without a trip the initial values are the result.

    # effects: the circuit's outputs
    CHECK = "check"  # [public bool]; message: the run stops before anything is sent unless it holds
    PRINT = "print"  # [public value] or [public value, when]; label: shown with the results where `when` holds
    DISCLOSE = "disclose"  # [when, shown, released, *columns], perhaps withheld; name, columns, keys (how many leading
    #   columns are public and name the row), recipients, policy, guards, reason. The only way down from secret.
    #   when: public bool; false: nothing happens. shown: bool[c] or bool, rows that exist for the recipient.
    #   released: bool of the same shape; false: the row is a suppression marker. withheld: an int, how many groups
    #   are not among the rows.
