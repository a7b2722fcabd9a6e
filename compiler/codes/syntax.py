"""1xx: how a program is written, whatever it means."""

from __future__ import annotations

from .code import Code

SYNTAX: dict[str, Code] = {
    "SEC101": Code(
        "this does not belong here",
        "The words and signs at this place form no statement of the language.",
        "compare with the language reference, docs/language.md",
    ),
    "SEC102": Code(
        "a character outside the language",
        "Outside texts and comments only letters, digits, _ and the signs of the language may stand.",
        "remove the character, or put it inside a text or a comment",
    ),
    "SEC103": Code(
        "a text that is not closed",
        'A text begins and ends with " on the same line.',
        'add the closing "',
    ),
    "SEC104": Code(
        "brackets that do not match",
        "Each ( [ { needs its own ) ] } and none may be left over.",
        "close the bracket that is open, or remove the one that closes nothing",
    ),
    "SEC105": Code(
        "nested too deeply",
        "Brackets, branches and chains of operators may be 200 levels deep.",
        "give parts of the expression names of their own with let",
    ),
    "SEC106": Code(
        "a source that is too long",
        "A program has at most 1 MiB of text.",
        "split the program; data belong into tables",
    ),
    "SEC107": Code(
        "a reserved word used as a name",
        "Words that the grammar needs, such as to, on, with, if, join, cannot name anything.",
        "choose another name, for example with an underscore behind it",
    ),
    "SEC108": Code(
        "a number with too many digits",
        "A number has at most 36 digits.",
        "write fewer digits",
    ),
    "SEC109": Code(
        "a source with too much in it",
        "A program has at most 12,000 statements, and at most 120,000 words, numbers, texts and signs.",
        "split the program; data belong into tables",
    ),
    "SEC110": Code(
        "a statement with too many words and signs",
        "A statement, with all that stands in its brackets, has at most 10,000 words, numbers, texts and signs.",
        "split the statement; data belong into tables",
    ),
}  # fmt: skip
