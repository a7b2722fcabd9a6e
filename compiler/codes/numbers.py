"""5xx: ranges and precision of numbers."""

from __future__ import annotations

from .code import Code

NUMBERS: dict[str, Code] = {
    "SEC501": Code(
        "a value that may leave the ring",
        "Every number must be smaller than 2^62 in magnitude, else it would wrap around silently.",
        "declare narrower ranges or fewer fraction bits for what it is computed from",
    ),
    "SEC502": Code(
        "a division by what may be zero or negative",
        "The divisor's range must lie above zero.",
        "write max(x, 1) as the divisor",
    ),
    "SEC503": Code(
        "an empty range",
        "A range goes from a smaller to a greater number.",
        "swap the two ends",
    ),
    "SEC504": Code(
        "a value outside its range",
        "The value is not in the range that was declared for it.",
        "change the value or the range",
    ),
    "SEC505": Code(
        "a precision out of bounds",
        "Fixed-point numbers have 1 to 40 fraction bits, amounts of money 0 to 9 decimals.",
        "write fixed for the usual 16 bits, money(2) for cents",
    ),
    "SEC506": Code(
        "a date outside the calendar",
        "Dates lie in 0001-01-01 .. 9999-12-31, whatever is added to them.",
        "declare narrower ranges for the date or the number of days",
    ),
    "SEC510": Code(
        "a place outside its array",
        "Places are counted from 0 and end before the length.",
        "compare the place with the length of the axis",
    ),
    "SEC511": Code(
        "a var whose range keeps growing",
        "A loop runs the same circuit each time, so a var needs one range that holds before and after every trip.",
        "declare the range with var and assign clamp(…) inside it",
    ),
}  # fmt: skip
