"""Outputs that tell of one row, or of few, or of rows that no guard counts.

Lives here: `singled_out`. Each number is looked at by itself: what several say together is closure.py.
"""

from __future__ import annotations

from collections.abc import Iterator

from .evidence import Evidence, Total
from .quantities import ONE, Kind
from .report import Finding, Level
from .told import Told

FEW = 3
"""Rows that are too few even where a policy asks for none."""
IN_ORDER = "is the value of one row, or of two, by a place in an order"
BY_PLACE = "weighs rows by where they stand in the table, so that single ones can be told apart"


def singled_out(evidence: Evidence) -> Iterator[Finding]:
    """By output, in program order."""
    for told in evidence.told:
        if told.open:
            continue
        if evidence.never_released(told):
            yield _found("SEC442", Level.INFO, told, f"rests on fewer rows than {told.policy.name} asks for, always")
            continue
        yield from _of_totals(evidence, told)
        yield from _of_extremes(evidence, told)
        yield from _unguarded(evidence, told)


def _found(code: str, level: Level, told: Told, sentence: str) -> Finding:
    return Finding(code, level, told.span, f"{told.output} {sentence}", (told.output,))


def _of_totals(evidence: Evidence, told: Told) -> Iterator[Finding]:
    """Sums of one row or of few, by themselves, or behind what was made of them."""
    direct = evidence.totals(told.form)
    behind = evidence.behind(told.form)
    hidden = [t for n in sorted(behind or ()) if (t := evidence.total(n)) is not None and t not in direct]
    for total in direct:
        few = evidence.chosen_rows(total)
        if few is not None and few <= max(FEW, told.least) - 1:
            yield _chosen(evidence, told, total, few)
        elif evidence.follower.rows.universes[max(total.universe, 0)].most == 1 and len(direct) == 1:
            yield _found("SEC435", Level.BLOCK, told, "is the value of the only row of a table")
        elif _weighed(evidence, total):
            yield _found("SEC440", Level.BLOCK, told, BY_PLACE)
    for total in hidden:
        few = evidence.chosen_rows(total)
        one_row = evidence.follower.rows.universes[max(total.universe, 0)].most == 1
        if behind is not None and len(behind) == 1 and (few == 1 or one_row):
            yield _found("SEC436", Level.BLOCK, told, "is computed from one value of one row alone")
        elif few is not None and few < max(FEW, told.least) and not _is_rank(evidence, total):
            yield _chosen(evidence, told, total, few)
        elif few is not None and few < max(FEW, told.least):
            yield _found("SEC438", Level.WARN if told.least > 1 else Level.BLOCK, told, IN_ORDER)
        elif _weighed(evidence, total):
            yield _found("SEC440", Level.BLOCK, told, BY_PLACE)


def _chosen(evidence: Evidence, told: Told, total: Total, few: int) -> Finding:
    """The rows are chosen by a place, a literal, a parameter."""
    where = evidence.words.condition(total.condition)
    looked_at = evidence.looks_at(total.condition)
    unique = [evidence.quantity(q) for q in looked_at if evidence.quantity(q).unique]
    if few > 1 and not (_is_rank(evidence, total) and told.least > 1):
        return _found("SEC434", Level.BLOCK, told, f"tells of at most {few} rows: {where}")
    if any(evidence.reads_place(q) for q in looked_at):
        return _found("SEC430", Level.BLOCK, told, "tells of a single row, by where it stands in the table")
    if not unique or any(q.kind is Kind.PLACE for q in unique):
        return _found("SEC438", Level.BLOCK, told, IN_ORDER)
    if any(evidence.contains(q, frozenset({Kind.PARAM})) for q in looked_at):
        return _found("SEC433", Level.BLOCK, told, f"tells of the one row that a parameter names: {where}")
    if total.quantity == ONE:
        return _found("SEC432", Level.BLOCK, told, f"tells whether there is a row for which {where}")
    return _found("SEC431", Level.BLOCK, told, f"tells of the one row for which {where}")


def _is_rank(evidence: Evidence, total: Total) -> bool:
    """Whether places in an order decide which rows they are."""
    return any(
        evidence.quantity(q).positional and not evidence.reads_place(q) for q in evidence.looks_at(total.condition)
    )


def _weighed(evidence: Evidence, total: Total) -> bool:
    """Whether each row weighs by where it stands in its owner's table: no order that anybody has reason to ask for."""
    return evidence.reads_place(total.quantity)


def _of_extremes(evidence: Evidence, told: Told) -> Iterator[Finding]:
    """A least or greatest is somebody's value, also where it chooses the rows of a sum."""
    behind = evidence.behind(told.form) or frozenset(q for _, q, _ in told.form)
    extremes = [n for n in sorted(behind) if evidence.quantity(n).kind is Kind.EXTREME]
    chooses = any(
        evidence.contains(q, frozenset({Kind.EXTREME}))
        for total in evidence.totals(told.form)
        for q in evidence.looks_at(total.condition)
    )
    alone = len(behind) == len(extremes)
    if not extremes and not chooses:
        return
    level = Level.BLOCK if told.least < 2 and (alone or chooses) else Level.WARN  # noqa: PLR2004 - a group of one
    what = "rests on the rows that have an extreme value" if chooses else "is a least or greatest value"
    yield _found("SEC437", level, told, f"{what}, which is one row's however many there are")


def _unguarded(evidence: Evidence, told: Told) -> Iterator[Finding]:
    """Part of the rows, where the guard counts others, too."""
    if told.least < 2 or not told.guards:  # noqa: PLR2004 - nothing is asked for
        return
    for total in evidence.totals(told.form):
        if not evidence.guarded(told, evidence.totals(told.form)) and evidence.chosen_rows(total) is None:
            where = evidence.words.condition(total.condition)
            yield _found("SEC441", Level.WARN, told, f"is of rows for which {where}; the threshold counts others, too")


def beyond_sight(evidence: Evidence) -> Iterator[Finding]:
    """Outputs that are made by loops or models, or of which too much was left out to say anything."""
    if evidence.follower.exhausted:
        last = evidence.told[-1].span if evidence.told else None
        yield Finding("SEC469", Level.WARN, last, "the program computes more than can be followed: not all was checked")
    for told in evidence.told:
        if any(evidence.contains(q, frozenset({Kind.LOOP})) for piece in told.value for _, q, _ in piece.form):
            yield _found("SEC460", Level.WARN, told, "comes out of a loop or model over rows, which is not followed")
        elif not told.open and evidence.behind(told.form) is None:
            yield _found("SEC469", Level.WARN, told, "is made of so many values of rows that not each was looked at")
