"""How much a disclosure can tell at most: as many bits as tell apart all that may come out."""

from __future__ import annotations

import pytest

from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.errors import CompileErrors
from secfuse.compiler.front import read_program
from secfuse.compiler.program import disclosures

HEADER = """program capacity version "1.0"
purpose "test/language" "Counted by hand."
party left  "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest
category Band {{ low, mid, high }}
param few : int in 1 .. 5 = 2
input a from left at most 100 rows {{
  b : Band                  may be grouped, compared
  k : int in 0 .. 999_999   may be grouped
  x : int in 0 .. 9         may be aggregated, compared
}}
policy p {{ {lines} }}
"""
TWO = "let r = group a by b { n = count(), s = sum(x) }"
TOP = "let r = top {} of (group a by k {{ n = count() }}) by n"


def capacity(lines: str, *statements: str) -> tuple[int, int, int]:
    """(rows, bits of each, bits of the count) of the one disclosure."""
    program = read_program(HEADER.format(lines=lines) + "\n".join(statements) + ' to third under p because "test"\n')
    (found,) = disclosures(program)
    return found.capacity.rows, found.capacity.row_bits, found.capacity.count_bits


@pytest.mark.parametrize(
    ("lines", "statements", "rows", "outcomes", "counts"),
    [
        ("round to 1", ("disclose sum(a.x) as s",), 1, 901, 0),
        ("groups of at least 1", ("disclose sum(a.x) as s",), 1, 902, 0),
        ("round to 10", ("disclose sum(a.x) as s",), 1, 91, 0),
        ("groups of at least 2\n round to 10", ("disclose sum(a.x) as s",), 1, 92, 0),
        ("round to 1", ("disclose sum(a.x) > 100 as s",), 1, 2, 0),
        ("round to 1", ("disclose [sum(a.x), 10 * count(a)] as s",), 2, 1001, 0),
        # three cells, each a size or not there; where small groups are hidden, a size or the marker
        ("round to 1", ("let r = group a by b { n = count() }", "disclose r"), 3, 102, 0),
        ("groups of at least 2", ("let r = group a by b { n = count() }", "disclose r"), 3, 102, 0),
        ("groups of at least 2", (TWO, "disclose r"), 3, 101 * 901 + 1, 0),
        # of open keys the key itself is told, and each of 100 rows may be a group
        ("groups of at least 2", ("let r = group a by k { n = count() }", "disclose r"), 100, 10**6 * 101 + 1, 0),
        (
            "groups of at least 2\n show suppressed count",
            ("let r = group a by k { n = count() }", "disclose r"), 100, 10**6 * 101 + 1, 101,
        ),
        # in order, the place of a key is told, too; the first few are no more than few
        ("groups of at least 2", ("let r = sort (group a by b { n = count() }) by n", "disclose r"), 3, 3 * 101 + 1, 0),
        ("groups of at least 2", (TOP.format(2), "disclose r"), 2, 10**6 * 101 + 1, 0),
        ("groups of at least 2", (TOP.format("few"), "disclose r"), 5, 10**6 * 101 + 1, 0),
        (
            "groups of at least 2\n round to 10",
            (TOP.format(2), "disclose r"), 2, 10**6 * 11 + 1, 0,
        ),
    ],
)  # fmt: skip
def test_the_count_is_that_of_a_person(
    lines: str, statements: tuple[str, ...], rows: int, outcomes: int, counts: int
) -> None:
    assert capacity(lines, *statements) == (rows, (outcomes - 1).bit_length(), max(counts - 1, 0).bit_length())


@pytest.mark.parametrize(("bits", "refused"), [(9, True), (10, False)])
def test_the_bound_is_met_exactly(bits: int, refused: bool) -> None:
    lines = f"bits at most {bits}"
    if not refused:
        assert capacity(lines, "disclose sum(a.x) as s") == (1, 10, 0)
        return
    with pytest.raises(CompileErrors) as caught:
        capacity(lines, "disclose sum(a.x) as s")
    (found,) = caught.value.diagnostics
    assert (found.code, found.found, found.expected) == ("SEC412", "up to 10 bits", "at most 9 under p")


def test_it_is_counted_on_what_is_disclosed_not_on_what_it_is_made_of() -> None:
    program = read_program(
        HEADER.format(lines="round to 1") + 'disclose sum(a.x) - sum(a.x) as s to third under p because "t"\n'
    )
    (node,) = (n for n in program.circuit.nodes if n.op is Op.DISCLOSE)
    assert disclosures(program)[0].capacity.bits == 11, "a bound from ranges: -900 .. 900, though it is always 0"
    assert node.attr("name") == "s"
