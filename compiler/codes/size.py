"""6xx: size and cost."""

from __future__ import annotations

from .code import Code

SIZE: dict[str, Code] = {
    "SEC601": Code(
        "a row bound out of bounds",
        "A table has at least 1 and at most 2^31 rows.",
        "write how many rows the owner has at most",
    ),
    "SEC602": Code(
        "cells without a closed small domain",
        "A pivot is computed cell by cell: at most 1024 combinations of keys.",
        "pivot by a category, a bool, or an int with a small range",
    ),
    "SEC610": Code(
        "a function that calls itself",
        "Functions are total: what a call computes is known before the run.",
        "write a loop: for, or repeat at most N until",
    ),
    "SEC611": Code(
        "an effect where none may be",
        "Functions and loops compute; tables, disclosures, prints and asserts stand on the program's own lines.",
        "return the value, and disclose it on a line of the program",
    ),
    "SEC612": Code(
        "a return in the wrong place",
        "A function has one value, which its last line returns.",
        "keep it in a var, and return that at the end",
    ),
    "SEC613": Code(
        "a number of trips that is not known",
        "What a loop costs must be known before the run and tell nothing.",
        "write a number, or a constant",
    ),
    "SEC614": Code(
        "calls and loops that multiply",
        "A function is checked anew for each call, a loop's body a few times: inside each other they multiply.",
        "bind the value of a call with let and use it twice, rather than calling twice",
    ),
    "SEC650": Code(
        "a circuit file whose beginning is wrong",
        "A Bristol file begins with how many gates and wires it has, then the widths of inputs and outputs.",
        "compare the first lines with the format; a file that was cut off has too few gates",
    ),
    "SEC651": Code(
        "a line that is no gate",
        "A gate says how many wires go in and out, then these wires, then its kind: XOR AND OR INV EQ EQW MAND.",
        "correct the line; blanks and line ends are free, all else is exact",
    ),
    "SEC652": Code(
        "a wire that is not there",
        "Every wire is an input, or one gate writes it before others read it. The last wires are the output.",
        "put the gates in an order in which each reads what has been written",
    ),
    "SEC653": Code(
        "an operation that is not exported",
        "What is made of ANDs and XORs alone is exported: no products of secrets, fractions, joins, sorts or groups.",
        "export an output that does without it, or run the program itself",
    ),
}  # fmt: skip
