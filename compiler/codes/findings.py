"""430 to 469: what the disclosure report finds in programs that are accepted. Not here: the searches (disclosing/)."""

from __future__ import annotations

from .code import Code

FINDINGS: dict[str, Code] = {
    "SEC430": Code(
        "a value of a single row",
        "Where a row stands in its owner's table picks it out, whatever is done with it afterwards.",
        "disclose a sum or mean over all rows",
    ),
    "SEC431": Code(
        "a row picked out by a literal",
        "A condition on a column without duplicates that only one value meets is about one row.",
        "leave the condition on that column out",
    ),
    "SEC432": Code(
        "a count that tells whether a row is there",
        "A count of rows of which there is one at most is 0 or 1: an answer about one person.",
        "count by something that many rows share",
    ),
    "SEC433": Code(
        "a row picked out by a parameter",
        "Whoever starts the run chooses the row, and run after run another one.",
        "leave the parameter out of that condition",
    ),
    "SEC434": Code(
        "too few rows",
        "However large the tables are, no more rows can meet the condition.",
        "let it rest on as many rows as the policy asks for",
    ),
    "SEC435": Code(
        "the only row of a table",
        "A sum over a table of one row is that row's value.",
        "add up several owners' values, or disclose a comparison",
    ),
    "SEC436": Code(
        "a function of one value",
        "What is computed from one value of one row alone tells of it, also if it cannot be turned back.",
        "compute it from many rows",
    ),
    "SEC437": Code(
        "an extreme",
        "A least or greatest value is one row's, however many rows there are. Without a smallest group it blocks.",
        "disclose a mean, or let the policy ask for large groups",
    ),
    "SEC438": Code(
        "a value at a place in an order",
        "The first of an order, a median, a quantile is a row's value, or of two. Without a smallest group it blocks.",
        "disclose a mean, or let the policy ask for large groups",
    ),
    "SEC439": Code(
        "several values packed into one number",
        "If one term is greater than all that the others can add up to, each can be read off.",
        "disclose each value by itself, under its own name and policy",
    ),
    "SEC440": Code(
        "rows weighed by where they stand",
        "Weights that differ by the place in an owner's table tell rows apart, and have no other use.",
        "let all rows weigh alike, or by a column",
    ),
    "SEC441": Code(
        "rows that no threshold counts",
        "The threshold counts all rows that could have a part in a value, not those that a choice inside it leaves.",
        "filter first, so that the threshold counts these rows alone",
    ),
    "SEC442": Code(
        "an output that never comes out",
        "It rests on fewer rows than its policy asks for, whatever the tables are.",
        "leave it out, or let it rest on more rows",
    ),
    "SEC443": Code(
        "nothing but the recipient's own rows",
        "The recipient could compute it at home.",
        "leave that recipient out",
    ),
    "SEC444": Code(
        "no smallest group",
        "Without one, what comes out may be about a single row.",
        "add `groups of at least 10` to the policy",
    ),
    "SEC445": Code(
        "no limit of runs",
        "Where tables change between runs, the difference of two results tells of what changed.",
        "add `at most 4 runs per 30 days` to the policy",
    ),
    "SEC450": Code(
        "suppression undone",
        "A number that is held back follows from others that are not, by subtraction.",
        "disclose no total beside the groups, or to somebody else",
    ),
    "SEC451": Code(
        "rows singled out by a difference",
        "The difference of two numbers is about rows that are in one and not in the other; no threshold counts them.",
        "disclose groups in place of overlapping totals, so that each part is counted",
    ),
    "SEC452": Code(
        "the other owner's part",
        "Who takes its own rows out of the sum of two is left with the other's, of which there may be any number.",
        "disclose it to a third party, or unite a third owner's rows",
    ),
    "SEC453": Code(
        "a threshold that counts the recipient's own rows",
        "The recipient knows its own rows; of the others' there may be fewer than the policy asks for.",
        "ask for larger groups",
    ),
    "SEC454": Code(
        "groups held back, told by their total",
        "Groups of open keys that are held back leave no marker, but their sum is what is missing of a known total.",
        "disclose no total beside the groups, or to somebody else",
    ),
    "SEC455": Code(
        "a search by repeated runs",
        "A parameter moves a threshold, and the runs allowed are enough to halve its range down to one value.",
        "make the parameter a constant, or allow fewer runs",
    ),
    "SEC456": Code(
        "runs that differ by few rows",
        "Two runs with neighbouring values of a parameter differ in the rows between them alone.",
        "agree on the values beforehand, or make the parameter a constant",
    ),
    "SEC460": Code(
        "a loop or model that is not followed",
        "What comes out of it may depend on single rows in ways that the report does not see.",
        "disclose as few of its numbers as needed, and have them looked at by hand",
    ),
    "SEC469": Code(
        "not checked",
        "There is too much of it: the report says so rather than nothing.",
        "disclose less to one recipient, or have it looked at by hand",
    ),
}  # fmt: skip
