"""4xx: what is disclosed, and under which policy."""

from __future__ import annotations

from .code import Code

DISCLOSURE: dict[str, Code] = {
    "SEC401": Code(
        "a use that the program did not request",
        "Owners grant uses of their columns one by one; a program says which it needs.",
        "add the use to the column's declaration, so that its owner can decide on it",
    ),
    "SEC402": Code(
        "rows disclosed",
        "Only groups, and values computed from many rows, may be disclosed.",
        "group the table first",
    ),
    "SEC403": Code(
        "an identifier disclosed",
        "Identifiers name persons and things; they may be joined and compared, never shown.",
        "leave the column out",
    ),
    "SEC404": Code(
        "a party that does not compute",
        "In this version owners and recipients are among the parties that compute.",
        "add the party to `compute by`",
    ),
    "SEC405": Code(
        "a threshold that protects nothing",
        "A policy's numbers lie in certain bounds.",
        "groups of at least 1; top 1 or more below 1% to 100%; p-percent 1 to 100; noise epsilon 0.0001 to 20; "
        "round to 1 or more; bits at most 1 or more; at most 1 run or more per 1 day",
    ),
    "SEC406": Code(
        "two outputs of one name",
        "Recipients and tests tell outputs apart by their names.",
        "give one of them another name with `as`",
    ),
    "SEC407": Code(
        "groups used as rows",
        "A table made by group stands for people already summed up; the policy's thresholds would count groups.",
        "join, unite or aggregate first, and group last",
    ),
    "SEC408": Code(
        "an output without a name",
        "Recipients and tests know an output by its name.",
        "give it one: disclose … as NAME to …",
    ),
    "SEC409": Code(
        "groups of open keys without a threshold",
        "Where every value may be a key, a group of one row shows that row: only groups of several may be shown.",
        "add `groups of at least 10` to the policy, or group by a small closed domain",
    ),
    "SEC410": Code(
        "groups chosen behind top",
        "top takes the first of those groups that may be shown, which is settled when they are disclosed.",
        "filter first, then take the top",
    ),
    "SEC411": Code(
        "a bound on single contributions where none can be told apart",
        "`top` and `p-percent` compare the greatest contributions with the whole; what a matrix went into is no sum of "
        "contributions.",
        "disclose it under a policy without `top` and `p-percent`, or aggregate the columns themselves",
    ),
    "SEC412": Code(
        "more told than the policy lets through",
        "Whatever is in the rows, a recipient learns no more bits than it takes to tell apart all that may come out.",
        "disclose fewer groups or columns, `round to` a greater step, narrow the ranges, or raise `bits at most`",
    ),
    "SEC413": Code(
        "noise on what is no count or sum",
        "Noise hides a row in a count or a sum, of which it is known how far one row moves it; of a mean, of an "
        "extreme, of whether a group is there it is not known.",
        "disclose a count and a sum, whose quotient is a mean, or take a policy without `noise`",
    ),
    "SEC414": Code(
        "noise where one row may move a result without bound",
        "How much noise hides a row follows from how many rows of a table come or go with it.",
        "make keys unique, take the values of other rows out, or take a policy without `noise`",
    ),
    "SEC415": Code(
        "more noise than numbers can hold",
        "The wider the range of what is summed and the smaller epsilon, the more noise it takes to hide a row.",
        "narrow the range of what is summed with `clamp`, or raise epsilon",
    ),
}  # fmt: skip
