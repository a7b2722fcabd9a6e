"""docs/statistics.md says of each function how exact it is; some of the data sets are measured again."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.learning_errors import LEARNING
from scripts.statistics_errors import DATA_SETS, MEASURED, Measured, errors, precisions

PAGE = Path(__file__).resolve().parents[2] / "docs" / "statistics.md"
FEW = 2


def said(measured: Measured) -> list[float]:
    """The errors in the page's row."""
    (row,) = (line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| `{measured.shown}` |"))
    return [float(cell) for cell in row.split("|")[2:-1] if cell.strip()]


def assert_said(measured: Measured, data_sets: int) -> None:
    bounds = said(measured)
    assert len(bounds) == len(precisions(measured))
    for bits, bound in zip(precisions(measured), bounds, strict=True):
        worst = max(errors(measured, bits, data_sets))
        assert worst <= bound
        if data_sets == DATA_SETS:
            assert worst >= 0.8 * bound, "the page is of yesterday"


@pytest.mark.parametrize("measured", [*MEASURED, *LEARNING], ids=lambda m: m.shown)
def test_errors_are_at_most_what_the_page_says(measured: Measured) -> None:
    assert_said(measured, FEW)


@pytest.mark.long
@pytest.mark.parametrize("measured", [*MEASURED, *LEARNING], ids=lambda m: m.shown)
def test_errors_are_what_the_page_says(measured: Measured) -> None:
    assert_said(measured, DATA_SETS)


def test_more_bits_are_not_less_exact() -> None:
    for measured in MEASURED:
        bounds = said(measured)
        assert bounds[-1] <= bounds[0]
