"""Progress counts rounds and bytes of those predicted; a plain line about every tenth of the way."""

from __future__ import annotations

from secfuse.runtime.engine import Progress
from secfuse.runtime.wire import Tally
from secfuse.show_progress import described, lines

EXPECTED = Tally(100, {(0, 1): 3_000_000, (1, 0): 1_000_000})


def state(rounds: int, bytes_sent: int = 0) -> Progress:
    """A run that has come so far."""
    return Progress(rounds, 0, 1, bytes_sent, {})


class Clock:
    """Shows what it is set to."""

    def __init__(self) -> None:
        self.now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


def run_of(seconds_per_round: float) -> list[str]:
    """The lines of a run of 100 rounds."""
    clock, said = Clock(), []
    watch = lines(said.append, clock)
    for rounds in range(1, 101):
        clock.now_s += seconds_per_round
        watch(state(rounds, 40_000 * rounds), EXPECTED)
    return said


def test_a_line_for_every_tenth() -> None:
    said = run_of(seconds_per_round=1.0)
    assert len(said) == 10
    assert said[0] == "10 %: 10 of 100 rounds, 0.4 of 4.0 MB, 90 s left"
    assert said[-1] == "100 %: 100 of 100 rounds, 4.0 of 4.0 MB"


def test_a_short_run_needs_no_lines_and_a_quick_one_few() -> None:
    assert run_of(seconds_per_round=0.009) == []
    assert len(run_of(seconds_per_round=0.05)) == 5 - 1


def test_the_time_left_goes_by_rounds_and_bytes() -> None:
    assert "10 s left" in described(state(100, 0), EXPECTED, 10.0)
    assert "left" not in described(state(0, 0), EXPECTED, 10.0)
    assert "left" not in described(state(3, 0), EXPECTED, 10.0), "too early to tell"
    assert "left" not in described(state(0), Tally(), 10.0)
