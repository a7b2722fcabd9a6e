"""What the outputs to one recipient say together: the linear closure.

Lives here: `closure`. Each total is a sum over the parts of the rows that the conditions in sight make; a part's sum is
an unknown. What a recipient is told, what it owns and what everybody knows are equations, solved exactly. Not here:
numbers by themselves (singled.py), other runs (repeated.py).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from secfuse.compiler.circuit.graph import Span

from .conditions import TRUE, Cut
from .evidence import Evidence, Total
from .forms import Form
from .linear import Row, combined, dependencies, independent, reduced, vanishing
from .quantities import ONE, Kind
from .regions import Regions, Where, regions_of
from .report import Finding, Level
from .singled import FEW
from .told import Guard, Told

MOST_EQUATIONS, MOST_UNKNOWNS = 240, 4000
"""Of one recipient; beyond, it is said that nothing was checked."""
NARROW = Fraction(1, 10)
"""A part of a range that is so small that few may lie in it."""

Unknown: TypeAlias = Hashable
"""("other", quantity), or (universe, quantity, part)."""


@dataclass(frozen=True, slots=True)
class Equation:
    """A combination of unknowns that a recipient knows. event: guards of its release. told: None for what is public."""

    row: Row
    event: frozenset[Guard]
    told: Told | None
    form: Form


@dataclass(frozen=True, slots=True)
class Sight:
    """What one recipient sees."""

    evidence: Evidence
    recipient: str
    regions: dict[int, Regions]
    equations: tuple[Equation, ...]


WHO = "\0"
"""Stands for the recipients until those of one finding are known."""


def closure(evidence: Evidence) -> Iterator[Finding]:
    """What each recipient could compute; the same of several is said once."""
    found: dict[Finding, dict[str, None]] = {}
    for party in evidence.follower.circuit.parties:
        for finding in _of_recipient(evidence, party.name):
            found.setdefault(finding, {})[party.name] = None
    for finding, names in found.items():
        yield replace(finding, sentence=finding.sentence.replace(WHO, " or ".join(names)))


def _of_recipient(evidence: Evidence, recipient: str) -> Iterator[Finding]:
    mine = [t for t in evidence.told if recipient in t.recipients and not t.open and not evidence.never_released(t)]
    if not mine:
        return
    if len(mine) > MOST_EQUATIONS:
        yield _unchecked(mine, f"{len(mine)} numbers")
        return
    sight = _seen(evidence, recipient, mine)
    if sight is None:
        yield _unchecked(mine, "too many different conditions")
        return
    unknowns = {unknown for equation in sight.equations for unknown in equation.row}
    if len(unknowns) > MOST_UNKNOWNS:
        yield _unchecked(mine, f"{len(unknowns)} unknowns")
        return
    undone = [*_undone(sight), *_open_groups(sight)]
    yield from undone
    yield from _differences(sight, {name for finding in undone for name in finding.outputs})


def _unchecked(mine: list[Told], why: str) -> Finding:
    sentence = f"what {WHO} learns from all outputs together was not checked: {why}"
    return Finding("SEC469", Level.WARN, mine[-1].span, sentence, tuple(dict.fromkeys(t.output for t in mine)))


# ---- equations


def _seen(evidence: Evidence, recipient: str, mine: list[Told]) -> Sight | None:
    """All equations of a recipient; None where its conditions are too many."""
    forms = [(told, form) for told in mine for form in forms_of(evidence, told)]
    totals = [total for _, form in forms for total in evidence.totals(form)]
    shown = [t for t in evidence.told if t.open and recipient in t.recipients]
    totals += [total for told in shown for form in _sums_of_groups(evidence, told) for total in evidence.totals(form)]
    conditions: dict[int, set[int]] = {}
    for total in totals:
        conditions.setdefault(total.universe, {TRUE}).add(total.condition)
    for told in mine:
        for guard in told.guards:
            for universe, condition in guard.parts:
                if universe in conditions:
                    conditions[universe].add(condition)
    regions: dict[int, Regions] = {}
    for universe, used in sorted(conditions.items()):
        found = regions_of(evidence.follower.algebra, used)
        if found is None:
            return None
        regions[universe] = found
    sight = Sight(evidence, recipient, regions, ())
    equations = [_public_size(sight, universe) for universe in sorted(regions) if _is_table(evidence, universe)]
    equations += [
        Equation(row, frozenset(told.guards), told, form) for told, form in forms if (row := _row(sight, form))
    ]
    unique: dict[object, Equation] = {}
    for equation in equations:
        unique.setdefault((frozenset(equation.row.items()), equation.event), equation)
    return Sight(evidence, recipient, regions, tuple(e for e in unique.values() if e.row))


def forms_of(evidence: Evidence, told: Told) -> list[Form]:
    """What a number says, in totals: of a mean also the sum, once the count beside it is known."""
    form = told.form
    if len(form) == 1 and evidence.quantity(form[0][1]).kind is Kind.MEAN:
        total, count = evidence.quantity(form[0][1]).key[1:3]
        assert isinstance(total, tuple)
        assert isinstance(count, tuple), "a mean is of two forms"
        if _count_is_known(evidence, told, count):
            return [total]
    return [form]


def _count_is_known(evidence: Evidence, told: Told, count: Form) -> bool:
    """Whether the recipients see the count, in this output or by the public sizes of tables."""
    if all(t.condition == TRUE and _is_table(evidence, t.universe) for t in evidence.totals(count)):
        return True
    return any(t.form == count and set(told.recipients) <= set(t.recipients) for t in evidence.told if not t.open)


def _is_table(evidence: Evidence, universe: int) -> bool:
    return universe > 0 and bool(evidence.follower.rows.universes[universe].table)


def _public_size(sight: Sight, universe: int) -> Equation:
    """Everybody knows how many rows a table has."""
    total = Total(-1, universe, TRUE, ONE)
    row = dict.fromkeys(_unknowns(sight, total), Fraction(1))
    return Equation(row if not _own(sight, total) else {}, frozenset(), None, ())


def _row(sight: Sight, form: Form) -> dict[Unknown, Fraction]:
    """The form in unknowns; what is public, or the recipient's own, is known."""
    row: dict[Unknown, Fraction] = {}
    for _, quantity, factor in form:
        total = sight.evidence.total(quantity)
        if total is not None and _own(sight, total):
            continue
        known = sight.evidence.quantity(quantity)
        if total is None and (quantity == ONE or (known.about == frozenset() and known.kind in _PUBLIC)):
            continue
        for unknown in [("other", quantity)] if total is None else _unknowns(sight, total):
            row[unknown] = row.get(unknown, Fraction(0)) + factor
    return {unknown: factor for unknown, factor in row.items() if factor}


_PUBLIC = frozenset({Kind.PUBLIC, Kind.PARAM})


def _own(sight: Sight, total: Total) -> bool:
    """Whether the recipient can compute the total from its own rows."""
    return sight.evidence.is_own(total, sight.recipient)


def _unknowns(sight: Sight, total: Total) -> list[Unknown]:
    bits = sight.regions[total.universe].bits[total.condition]
    return [(total.universe, total.quantity, part) for part in _bits(bits)]


def _bits(bits: int) -> list[int]:
    return [i for i in range(bits.bit_length()) if bits >> i & 1]


# ---- suppression undone


def _undone(sight: Sight) -> Iterator[Finding]:
    """Numbers held back that follow from numbers that are not.

    A combination of all rows that is zero, without a part in what is held back at the same time, says what its other
    rows together are. So it is enough to look at a basis of these combinations.
    """
    rows = [equation.row for equation in sight.equations]
    if independent(rows):
        return
    zeros = dependencies(rows)
    events = [equation.event for equation in sight.equations]
    for event in dict.fromkeys(e for e in events if any(guard.least > 1 for guard in e)):
        hidden = {i for i, other in enumerate(events) if other == event}
        falling = frozenset(i for i, e in enumerate(events) if e != event and _falls_with(sight, e, event))
        for zero in vanishing(zeros, falling):
            inside = {i: k for i, k in zero.items() if i in hidden}
            if combined(rows, inside):
                yield _told_by_others(sight, [sight.equations[i] for i in inside], [
                    sight.equations[i] for i in zero if i not in hidden
                ])  # fmt: skip


def _falls_with(sight: Sight, other: frozenset[Guard], event: frozenset[Guard]) -> bool:
    """Whether what `other` guards is held back whenever what `event` guards is: it counts some of the same rows."""
    return any(
        h.least >= g.least and all(any(u == v and _inside(sight, u, c, d) for v, d in g.parts) for u, c in h.parts)
        for h in other
        for g in event
    )


def _inside(sight: Sight, universe: int, first: int, second: int) -> bool:
    regions = sight.regions.get(universe)
    if regions is None or first not in regions.bits or second not in regions.bits:
        return first == second
    return not regions.bits[first] & ~regions.bits[second]


def _told_by_others(sight: Sight, hidden: list[Equation], others: list[Equation]) -> Finding:
    counts = all(t.quantity == ONE for e in hidden for t in sight.evidence.totals(e.form))
    rounded = any(e.told and (e.told.policy.rounding or e.told.policy.noise) for e in hidden)
    told = next(e.told for e in hidden if e.told)
    by = [e.told for e in others if e.told and e.told.output != told.output]
    names = tuple(dict.fromkeys(t.output for t in by))
    public = any(e.told is None for e in others)
    means = " and ".join((*names, *["the other groups"] * (not by), *["the public numbers of rows"] * public))
    level = Level.WARN if counts or rounded else Level.BLOCK
    sentence = f"where {told.output} holds back {told.column} of one group, {WHO} can compute it from {means}"
    return Finding("SEC450", level, _latest(told, by), sentence, (told.output, *names))


def _open_groups(sight: Sight) -> Iterator[Finding]:
    """Groups of open keys that are held back leave no marker; but their sum is what is missing of a known total."""
    evidence = sight.evidence
    for told in evidence.told:
        if not told.open or sight.recipient not in told.recipients or told.least < 2:  # noqa: PLR2004 - none held back
            continue
        for form in _sums_of_groups(evidence, told):
            row, rows = _row(sight, form), [e.row for e in sight.equations]
            if not row or not _follows(rows, row):
                continue
            counts = all(total.quantity == ONE for total in evidence.totals(form))
            by = [e.told for e in sight.equations if e.told and any(unknown in e.row for unknown in row)]
            names = tuple(dict.fromkeys(t.output for t in by))
            means = " and ".join(names) or "the public numbers of rows"
            sentence = (
                f"what {told.column} is in all groups that {told.output} holds back together, {WHO} can compute from"
            )
            level = Level.WARN if counts else Level.BLOCK
            yield Finding("SEC454", level, _latest(told, by), f"{sentence} {means}", (told.output, *names))


def _follows(rows: list[Row], row: Row) -> bool:
    """Whether a row is a combination of others."""
    return any(len(rows) in zero for zero in dependencies([*rows, row]))


def _sums_of_groups(evidence: Evidence, told: Told) -> list[Form]:
    """What a column of sums in open groups adds up to over all of them."""
    forms = []
    for piece in told.value:
        if len(piece.form) != 1:
            return []
        head, *rest = evidence.quantity(piece.form[0][1]).key
        if head != "scan" or ("what", "sum") not in rest[0]:  # type: ignore[operator]
            return []
        one = evidence.follower.algebra.number(1)
        forms.append(evidence.follower.rows.total(one, (replace(piece, form=rest[2]),)))  # type: ignore[arg-type]
    return [evidence.follower.algebra.form(term for form in forms for term in form)]


def _latest(told: Told, others: list[Told]) -> Span | None:
    """The place of the last of the lines that it takes."""
    places = [t.span for t in (told, *others) if t.span is not None]
    return max(places, key=lambda span: span.start, default=None)


# ---- differences


def _differences(sight: Sight, known: set[str]) -> Iterator[Finding]:
    """Rows that no guard counts, whose sum follows from two outputs, or from all together: the gravest of each kind."""
    seen: set[tuple[int, int, int]] = set()
    found: dict[tuple[tuple[str, ...], Level, bool], list[Finding]] = {}
    for universe, quantity, bits, told in _derivable(sight):
        key = universe, quantity, bits
        names = tuple(dict.fromkeys(t.output for t in told))
        if key in seen or _is_guarded(sight, universe, bits, told) or set(names) <= known:
            continue
        seen.add(key)
        finding = _apart(sight, universe, quantity, bits, told)
        found.setdefault((names, finding.level, quantity == ONE), []).append(finding)
    for same in found.values():
        more = f" (and {len(same) - 1} more such)" if len(same) > 1 else ""
        yield replace(same[0], sentence=same[0].sentence + more)


def _derivable(sight: Sight) -> Iterator[tuple[int, int, int, list[Told]]]:
    """(universe, quantity, parts, outputs it takes) of sums that are not told themselves."""
    single = []
    for equation in sight.equations:
        totals = [t for t in sight.evidence.totals(equation.form) if not _own(sight, t)]
        keys = {unknown[:2] for unknown in equation.row if isinstance(unknown, tuple)}
        if equation.told is not None and len(keys) == 1 and len(totals) == 1:
            bits = sight.regions[totals[0].universe].bits[totals[0].condition]
            single.append((totals[0].universe, totals[0].quantity, bits, equation.told))
    told_already = {(u, q, b) for u, q, b, _ in single}
    for universe, quantity, bits, told in single:
        same = [(b, t) for u, q, b, t in single if (u, q) == (universe, quantity) and b != bits and not b & ~bits]
        unions: dict[str, list[tuple[int, Told]]] = {}
        for b, t in same:
            unions.setdefault(t.output, []).append((b, t))
        for b, t in same:
            if (universe, quantity, bits & ~b) not in told_already:
                yield universe, quantity, bits & ~b, [told, t]
        for parts in unions.values():
            rest = bits
            for b, _ in parts:
                rest &= ~b
            if len(parts) > 1 and rest and (universe, quantity, rest) not in told_already:
                yield universe, quantity, rest, [told, parts[0][1]]
    for pivot, row in reduced([e.row for e in sight.equations]):
        assert isinstance(pivot, tuple)
        if len(row) == 1 and pivot[0] != "other" and (pivot[0], pivot[1], 1 << pivot[2]) not in told_already:
            touching = [e.told for e in sight.equations if pivot in e.row and e.told]
            if touching:
                yield pivot[0], pivot[1], 1 << pivot[2], touching


def _is_guarded(sight: Sight, universe: int, bits: int, told: list[Told]) -> bool:
    """Whether some guard of these outputs counts nothing but such rows."""
    for guard in {g for t in told for g in t.guards if g.least > 1}:
        if all(u == universe and not sight.regions[u].bits[c] & ~bits for u, c in guard.parts):
            return True
    return False


def _apart(sight: Sight, universe: int, quantity: int, bits: int, told: list[Told]) -> Finding:
    names = list(dict.fromkeys(t.output for t in told))
    wheres = [where for part in _bits(bits) for where in sight.regions[universe].parts[part]]
    few, narrow, where = _how_few(sight, wheres)
    least = max(t.least for t in told)
    counts = quantity == ONE
    is_block = few is not None and few < max(least, FEW) or (narrow and not counts)
    rounded = any(t.policy.rounding or t.policy.noise for t in told)
    what = (
        "how many rows there are" if counts else f"the sum of {sight.evidence.words.quantity(quantity)} over the rows"
    )
    sentence = f"from {' and '.join(names)} {WHO} can compute {what} for which {where}; no threshold counts these"
    level = Level.BLOCK if is_block and not rounded else Level.WARN
    return Finding("SEC451", level, _latest(told[0], told[1:]), sentence, tuple(names))


def _how_few(sight: Sight, wheres: list[Where]) -> tuple[int | None, bool, str]:
    """At most how many rows, whether they share one value or a narrow range of some column, and which they are."""
    rows = sight.evidence.follower.rows
    total: int | None = 0
    for where in wheres:
        bounds = [n for q, (low, high) in where.items() if (n := rows.rows_between(q, low, high)) is not None]
        total = None if total is None or not bounds else total + min(bounds)
    quantities = sorted({q for where in wheres for q in where})
    narrow, texts = False, []
    for quantity in quantities:
        spans = {where[quantity] for where in wheres}
        low: Cut = None if any(s[0] is None for s in spans) else min(s[0] for s in spans if s[0])
        high: Cut = None if any(s[1] is None for s in spans) else max(s[1] for s in spans if s[1])
        if low is None and high is None:
            continue
        known = sight.evidence.quantity(quantity)
        width = known.width
        low_end = low[0] if low else known.low
        high_end = high[0] if high else known.high
        if known.kind in (Kind.COLUMN, Kind.PLACE) and width and low_end is not None and high_end is not None:
            first = low_end + 1 if low and low[1] and known.whole else low_end
            last = high_end - 1 if high and not high[1] and known.whole else high_end
            narrow = narrow or last <= first or (last - first) / width < NARROW
        texts.append(sight.evidence.words.interval(quantity, low, high))
    return total, narrow, " and ".join(texts)[:160] or "every row"
