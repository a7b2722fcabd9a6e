"""2xx: names and types."""

from __future__ import annotations

from .code import Code

NAMES: dict[str, Code] = {
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
    "SEC227": Code(
        "a column without an order",
        "Numbers, amounts, dates, truth values and labels are less or greater; identifiers only equal or not.",
        "sort by another column",
    ),
    "SEC228": Code(
        "a function outside its rows",
        "rank and lag look at the rows before one, inside a window; there, only what grows row by row is computed.",
        "window T order k { r = rank() }; a median, a quantile, count_distinct and first belong into a group",
    ),
    "SEC229": Code(
        "a pivot on something without labels",
        "Each label of a category becomes a column; other values are no names.",
        "pivot on a category, or extend the table with one first",
    ),
    "SEC230": Code(
        "a text that is too long",
        "Short texts are held as one number: at most 7 bytes of UTF-8.",
        "shorten it, use a category of the texts there are, or an identifier where equality is all that is needed",
    ),
    "SEC240": Code(
        "shapes that do not go together",
        "Arrays are combined element by element: their lengths are equal, or 1, counted from the last axis.",
        "bring both to one shape, by a part x[a:b], a new axis or a comprehension",
    ),
    "SEC241": Code(
        "an array where a single value belongs, or the other way round",
        "Conditions, columns and places are single values; @, reductions and comprehensions take arrays.",
        "take an element, reduce the array, or write [f(v) for v in xs]",
    ),
    "SEC242": Code(
        "too many axes",
        "Arrays have at most four axes; those that are disclosed at most two, of lengths that are known.",
        "use fewer axes, or disclose a reduction",
    ),
    "SEC243": Code(
        "a length that is not known",
        "How much is computed may depend on sizes and constants only, so that it tells nothing.",
        "write ends whose distance is a constant or a size, as in x[i : i + 8]",
    ),
    "SEC244": Code(
        "a place that is no single int",
        "Elements are counted from 0, axes as well.",
        "write an int",
    ),
    "SEC245": Code(
        "a record where a value belongs, or the other way round",
        "A record is a handful of named values; arithmetic takes the values.",
        "write NAME.FIELD",
    ),
    "SEC246": Code(
        "an assignment to what is no var",
        "A let binds once; only what var declares may be assigned again, within its own function.",
        "declare it with var, or use a new name with let",
    ),
}  # fmt: skip
