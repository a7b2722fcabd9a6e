"""What is left of an output when its recipient takes its own rows away.

Lives here: `own_taken_away`. A united table's sum is its owners' sums together; who owns one of two knows the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .closure import WHO, forms_of
from .evidence import Evidence, Total
from .quantities import ONE
from .report import Finding, Level
from .told import Told


def own_taken_away(evidence: Evidence) -> Iterator[Finding]:
    """By output; the same of several recipients is said once."""
    found: dict[Finding, dict[str, None]] = {}
    for told in evidence.told:
        for recipient in () if told.open else told.recipients:
            for form in forms_of(evidence, told):
                for finding in _without_own(evidence, told, recipient, evidence.totals(form), len(form)):
                    found.setdefault(finding, {})[recipient] = None
    for finding, names in found.items():
        yield replace(finding, sentence=finding.sentence.replace(WHO, " or ".join(names)))


def _without_own(
    evidence: Evidence, told: Told, recipient: str, totals: list[Total], terms: int
) -> Iterator[Finding]:  # fmt: skip
    owners = {total.number: evidence.follower.rows.owners(total.universe) for total in totals}
    own = [total for total in totals if evidence.is_own(total, recipient)]
    others = [total for total in totals if total not in own]
    if len(own) == len(totals) == terms and own:
        sentence = f"{told.output} tells {WHO} nothing but what it knows: its own rows"
        yield Finding("SEC443", Level.INFO, told.span, sentence, (told.output,))
    if not own or not others or evidence.guarded(told, others):
        return
    names = sorted(set().union(*(owners[total.number] for total in others)))
    if len(names) > 1:
        sentence = f"the threshold of {told.output} also counts rows of {WHO}, which knows them"
        yield Finding("SEC453", Level.INFO, told.span, sentence, (told.output,))
        return
    level = Level.WARN if all(total.quantity == ONE for total in others) else Level.BLOCK
    left = f"is left with those of {', '.join(names)} alone, however few they are"
    sentence = f"{WHO} can take its own rows out of {told.output} and {left}"
    yield Finding("SEC452", level, told.span, sentence, (told.output,))
