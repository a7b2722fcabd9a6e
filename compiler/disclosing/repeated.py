"""What repeated runs tell: parameters that move a condition, and thresholds and run limits that are missing.

Lives here: `repeated`, `unlimited`. Not here: what one run tells (the other finding files).
"""

from __future__ import annotations

from collections.abc import Iterator

from .conditions import Cut
from .evidence import Evidence
from .quantities import Kind
from .report import Finding, Level
from .told import Told

PARAM = frozenset({Kind.PARAM})


def repeated(evidence: Evidence) -> Iterator[Finding]:
    """By output and parameter: is each run's choice another question about the same rows?"""
    for told in evidence.told:
        for name in _shifting(evidence, told):
            yield _search(evidence, told, name)


def _shifting(evidence: Evidence, told: Told) -> list[str]:
    """The parameters in conditions on rows that the number is over, and in comparisons of extremes."""
    numbers = {q for piece in told.value for _, q, _ in piece.form}
    behind = evidence.follower.algebra.quantities.behind(numbers)
    conditions: set[int] = set()
    for number in numbers | (behind or frozenset()):
        total = evidence.total(number)
        if total is not None:
            conditions.add(total.condition)
    found: set[str] = set()
    for condition in sorted(conditions):
        for quantity, cuts in evidence.looks_at(condition).items():
            if evidence.quantity(quantity).per_row and not _is_point(cuts):
                found |= _params(evidence, quantity)
    for number in numbers:
        known = evidence.quantity(number)
        extreme = any(evidence.quantity(q).kind is Kind.EXTREME for q in behind or ())
        if known.kind is Kind.TEST and extreme:
            found |= _params(evidence, number)
    return sorted(found)


def _is_point(cuts: set[Cut]) -> bool:
    """Whether a quantity is compared with one value: other runs then look at other rows, not at more or fewer."""
    return len(cuts) == 2 and len({cut[0] for cut in cuts if cut}) == 1  # noqa: PLR2004 - both sides of a value


def _params(evidence: Evidence, number: int) -> set[str]:
    """Names of the parameters that a quantity is made of, down to columns."""
    behind = evidence.down(number, frozenset({Kind.COLUMN, Kind.TOTAL, Kind.EXTREME}))
    return {str(known.key[1]) for part in behind if (known := evidence.quantity(part)).kind is Kind.PARAM}


def _search(evidence: Evidence, told: Told, name: str) -> Finding:
    param = next(p for p in evidence.follower.circuit.params if p.name == name)
    values = param.elem.hi - param.elem.lo + 1
    enough = max(2, (values - 1).bit_length())
    runs = told.policy.runs
    if runs is not None and runs[0] < enough:
        sentence = f"two runs of {told.output} with neighbouring values of {name} differ in the rows between them alone"
        return Finding("SEC456", Level.WARN, told.span, sentence, (told.output,))
    budget = "without a limit" if runs is None else f"up to {runs[0]} times in {runs[1]} days"
    sentence = f"{told.output} may be asked for {budget} with other values of {name}; {enough} find one row's value"
    return Finding("SEC455", Level.BLOCK, told.span, sentence, (told.output,))


def unlimited(evidence: Evidence) -> Iterator[Finding]:
    """Policies without a smallest group, or without a limit of runs."""
    for told in evidence.told:
        if told.least < 2 and told.policy.noise is None:  # noqa: PLR2004 - a group of one
            sentence = f"{told.policy.name} asks for no smallest group: {told.output} may be about one row"
            yield Finding("SEC444", Level.WARN, told.span, sentence, (told.output,))
    for policy in dict.fromkeys(told.policy for told in evidence.told if told.policy.runs is None):
        under = [told for told in evidence.told if told.policy == policy]
        names = tuple(dict.fromkeys(told.output for told in under))
        yield Finding("SEC445", Level.INFO, under[0].span, f"{policy.name} sets no limit of runs", names)
