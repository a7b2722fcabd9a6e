"""What is wrong with a program, as data.

Lives here: `CODES`, the one table of all diagnostics, `Diagnostic`, `CompileErrors`. Not here: how they look
(diagnostics.py renders them), and the rules that raise them (layout, parse, check_*).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .circuit.graph import Span
from .source import Source


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of mistake: what it is, why it is refused, what to do."""

    title: str
    explanation: str
    fix: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake at one place: what was found, what was expected, one hint."""

    code: str
    file: str
    span: Span
    found: str
    expected: str
    hint: str


class CompileErrors(Exception):
    """All mistakes of one program, in the order of their places."""

    def __init__(self, source: Source, diagnostics: Sequence[Diagnostic]) -> None:
        self.source = source
        self.diagnostics = tuple(sorted(diagnostics, key=lambda d: (d.span.start, d.code)))
        super().__init__("; ".join(f"{d.code} {d.file}:{d.span.line}:{d.span.column}" for d in self.diagnostics))


MOST_PROBLEMS = 200


class Problems:
    """Collects the diagnostics of one source. One per code and place: the second would say the same again.

    After MOST_PROBLEMS the search ends: nobody reads more, and each costs time.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: dict[tuple[str, int, int], Diagnostic] = {}

    def report(self, code: str, span: Span, found: str, expected: str, hint: str = "") -> None:
        """Note a mistake; without a hint, the code's own remedy is given."""
        diagnostic = Diagnostic(code, self.source.file, span, found, expected, hint or CODES[code].fix)
        self.found.setdefault((code, span.start, span.end), diagnostic)
        if len(self.found) >= MOST_PROBLEMS:
            self.raise_if_any()

    def raise_if_any(self) -> None:
        """End here with all mistakes that were found, if there are any."""
        if self.found:
            raise CompileErrors(self.source, tuple(self.found.values()))


CODES: dict[str, Code] = {
    # 1xx: syntax
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
        "Words that the grammar needs, such as to, by, on, if, join, cannot name anything.",
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
    # 2xx: names and types
    "SEC201": Code(
        "an unknown name",
        "Every name is declared once, before it is used.",
        "declare the name above this line",
    ),
    "SEC202": Code(
        "a name declared twice",
        "A name means one thing in the whole program; a column's name one thing in its table.",
        "choose another name for one of the two",
    ),
    "SEC203": Code(
        "an unknown column",
        "The table has no column of that name.",
        "use one of the table's columns",
    ),
    "SEC204": Code(
        "an unknown label",
        "A category is a closed list of labels.",
        "use one of the category's labels, or add the label to it",
    ),
    "SEC205": Code(
        "an unknown type",
        "Types are bool, int, fixed, fixed(bits), money(decimals), date, identifier and the program's own categories.",
        "declare the category above, or correct the type",
    ),
    "SEC206": Code(
        "operands that do not fit",
        "An operator takes values of certain types, and both of the same kind.",
        "convert one of them with int(x) or fixed(x), or use values of one category, money of equal decimals, dates",
    ),
    "SEC207": Code(
        "a condition that is no condition",
        "if, where, and, or, not, assert take a truth value.",
        "compare the value with something",
    ),
    "SEC208": Code(
        "arguments that do not fit",
        "The function takes another number or another kind of arguments.",
        "look up the function in docs/language.md",
    ),
    "SEC209": Code(
        "an unknown function",
        "Functions are count, sum, mean, variance, min, max, any, all, abs, present, coalesce, int and fixed.",
        "use one of the functions of the language",
    ),
    "SEC210": Code(
        "a table and a single value mixed up",
        "A table stands where a value is needed, or the other way round.",
        "take a column of the table inside count, sum, mean, min or max, or name a table",
    ),
    "SEC211": Code(
        "a column outside its rows",
        "A column has one value per row; where there are no rows it must be aggregated.",
        "put it inside count, sum, mean, min or max",
    ),
    "SEC212": Code(
        "an aggregate inside an aggregate",
        "An aggregate takes values of rows, not the result of another aggregate over the same rows.",
        "compute the inner one first with let",
    ),
    "SEC213": Code(
        "a missing value that is not dealt with",
        "The value may be NULL, and here something definite is needed.",
        "say what a missing value counts as: coalesce(x, 0), or test present(x)",
    ),
    "SEC214": Code(
        "a declaration is missing",
        "A program says its name, purpose, parties, who computes, and what is assumed.",
        "add the declaration at the top of the program",
    ),
    "SEC215": Code(
        "a declaration too late",
        "The contract comes first: all declarations stand before the first computation.",
        "move the declaration up",
    ),
    "SEC216": Code(
        "a join key that does not fit",
        "Both tables of a join have the key, of the same type, without missing values.",
        "use a column that both tables have, an identifier, int or category",
    ),
    "SEC217": Code(
        "a join without a unique side",
        "A key occurs once in one table, the right one of a left, semi or anti join; else there is no bound.",
        "declare the key `unique` in that table, several keys with a line `unique together …`",
    ),
    "SEC218": Code(
        "tables that cannot be united",
        "The tables of a union have the same columns with the same types.",
        "bring the tables to the same columns with select and extend",
    ),
    "SEC219": Code(
        "a value that is not what was announced",
        "The annotation promises another type than the value has.",
        "change the annotation or convert the value",
    ),
    "SEC220": Code(
        "a test row that does not fit its table",
        "A row of a test has one cell per column, in order, each of the column's type.",
        "write the cells in the order of the columns",
    ),
    "SEC221": Code(
        "an unknown assumption",
        "This version knows: honest majority, semi-honest.",
        "write: assume honest majority, semi-honest",
    ),
    "SEC222": Code(
        "a value that is not constant",
        "This part of the contract is fixed before anything runs: only literals may stand here.",
        "write the number itself",
    ),
    "SEC223": Code(
        "a declaration that stands twice",
        "This line may stand only once.",
        "remove one of the two",
    ),
    "SEC224": Code(
        "a date that does not exist",
        "A date is written year-month-day, with four, two and two digits.",
        'write it as in date "2013-05-01"',
    ),
    "SEC225": Code(
        "an amount with too many decimals",
        "money(2) holds whole hundredths and nothing in between; a literal is not rounded silently.",
        "write fewer decimals, or declare money with more",
    ),
    "SEC226": Code(
        "join keys that cannot be combined",
        "Several keys are counted through as one number: closed domains, fewer than 2^62 combinations.",
        "declare narrower ranges, or let the owners join the parts into one identifier",
    ),
    # 3xx: visibility and flow
    "SEC301": Code(
        "a secret value called public",
        "What derives from an input is secret, whatever it is assigned to. Only disclose lowers.",
        "remove `public`, and disclose the value to a party under a policy",
    ),
    "SEC302": Code(
        "a secret value called known to a party",
        "What derives from an input is secret, whatever it is assigned to. Only disclose lowers.",
        "remove `known to`, and disclose the value to that party under a policy",
    ),
    "SEC303": Code(
        "a secret value printed",
        "A print is seen by everybody who takes part.",
        "disclose it instead: disclose NAME to PARTY under POLICY because \"…\"",
    ),
    "SEC304": Code(
        "a run that stops because of a secret",
        "Everybody sees whether a run stops, and so learns the condition.",
        "assert something public, or disclose the value",
    ),
    "SEC305": Code(
        "a branch on a secret",
        "Everybody sees which statements run, and so learns the condition.",
        "choose between values: if c then a else b",
    ),
    "SEC306": Code(
        "a size that depends on a secret",
        "Everybody sees how long tables are.",
        "write a number as the bound",
    ),
    "SEC307": Code(
        "a parameter that depends on a secret",
        "Range and default of a parameter are part of the public contract.",
        "write a literal",
    ),
    "SEC308": Code(
        "a policy that depends on a secret",
        "Every party must be able to read what the policy demands.",
        "write a number",
    ),
    "SEC309": Code(
        "a precision that depends on a secret",
        "The precision of a number is part of its public type.",
        "write a number of bits",
    ),
    "SEC310": Code(
        "a range that depends on a secret",
        "The range of a column or value is part of its public type.",
        "write a literal",
    ),
    # 4xx: disclosure and policy
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
        "groups of at least 1 or more; top 1 or more below 1% to 100%; at most 1 run or more per 1 day or more",
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
    # 5xx: range and precision
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
    # 6xx: size and cost
    "SEC601": Code(
        "a row bound out of bounds",
        "A table has at least 1 and at most 2^31 rows.",
        "write how many rows the owner has at most",
    ),
    "SEC602": Code(
        "groups without a closed small domain",
        "Groups are computed cell by cell, so that nobody learns which exist: at most 1024 cells.",
        "group by a category, a bool, or an int with a small range",
    ),
}  # fmt: skip
