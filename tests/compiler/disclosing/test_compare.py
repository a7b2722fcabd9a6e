"""What a new version discloses that the old one did not."""

from __future__ import annotations

import pytest

from secfuse.compiler.disclosing.analyse import report_of
from secfuse.compiler.disclosing.compare import Change, Direction, compare
from secfuse.compiler.front import read_program

from .contract import with_contract

OLD = """let bands = group people by band { n = count(), total = sum(pay) }
disclose bands to third under careful because "bands"
disclose mean(people.age) as age to third under careful because "an age"
"""


def changes(old: str, new: str) -> tuple[Change, ...]:
    before, after = (report_of(read_program(with_contract(text))) for text in (old, new))
    return compare(before, after)


def said(found: tuple[Change, ...], direction: Direction) -> list[str]:
    return [f"{change.output} {change.sentence}".strip() for change in found if change.direction is direction]


def test_the_same_program_in_other_words_has_no_changes() -> None:
    assert (
        changes(
            OLD,
            "# a comment\n"
            + OLD.replace("bands", "groups").replace("groups to", "groups as bands to").replace('"groups"', '"bands"'),
        )
        == ()
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("bands to third", "bands to third, left", "bands is told to left, which is new"),
        ("age to third", "age to right", "age is told to right, which is new"),
        ("total = sum(pay)", "total = sum(pay), most = mean(age)",
         "bands has the column most (fixed(16), mean), which is new"),
        ("mean(people.age) as age to third under careful", "mean(people.age) as age to third under lax",
         "age rests on at least 1 rows instead of 10"),
        ("mean(people.age) as age to third under careful", "mean(people.age) as age to third under lax",
         "age runs: at most 100 runs per 1 days instead of at most 2 runs per 30 days"),
        ('"an age"\n', '"an age"\ndisclose sum(people.pay) as pay to third under careful because "x"\n',
         "pay is new, and tells third at most 27 bits"),
        ("mean(people.age)", "mean(people.pay)", "age is made of people.pay of left (mean), which is new"),
    ],
)  # fmt: skip
def test_more_is_told(old: str, new: str, expected: str) -> None:
    there, back = changes(OLD, OLD.replace(old, new)), changes(OLD.replace(old, new), OLD)
    assert expected in said(there, Direction.MORE)
    assert said(back, Direction.LESS)


def test_a_stricter_program_discloses_nothing_more() -> None:
    less = changes(OLD, OLD.split("disclose mean")[0])
    assert said(less, Direction.MORE) == []
    assert "age is not told to third any more" in said(less, Direction.LESS)


def test_another_reason_is_neither_more_nor_less() -> None:
    (change,) = changes(OLD, OLD.replace('"an age"', '"another"'))
    assert change.direction is Direction.OTHER


def test_a_finding_that_is_new_is_more() -> None:
    new = OLD + 'disclose sum(people.pay) as all to third under careful because "a total"\n'
    assert any("new finding SEC450" in sentence for sentence in said(changes(OLD, new), Direction.MORE))
