"""What a recording of a run holds: every round, and local work by node, in the order of time."""

from __future__ import annotations

from itertools import count, pairwise
from pathlib import Path

from secfuse.compiler.compile import compile_source
from secfuse.compiler.testing import rows_of
from secfuse.runtime.run import simulate
from secfuse.runtime.trace import Recorder, Recording

GOOD = Path(__file__).resolve().parents[1] / "programs" / "good"


def recorded(name: str) -> tuple[Recording, int, int]:
    """With a clock that ticks at every look: a recording, and the rounds and bytes of the run."""
    program = compile_source((GOOD / f"{name}.sec").read_text(encoding="utf-8"))
    ticks = count()
    outcome = simulate(
        program.circuit, rows_of(program, program.tests[0]), {}, recorder=Recorder(lambda: float(next(ticks)))
    )
    (recording,) = outcome.recordings.values()
    sent = sum(traffic.bytes_sent for traffic in outcome.traffic.values())
    return recording, next(iter(outcome.traffic.values())).rounds, sent


def test_rounds_and_bytes_are_those_of_the_run() -> None:
    for name in ("delays_by_wind", "loops"):
        recording, rounds, sent = recorded(name)
        assert len(recording.rounds) == rounds
        assert sum(made.size_bytes for made in recording.rounds) == sent


def test_work_stands_between_the_rounds_and_nothing_overlaps() -> None:
    recording, _, _ = recorded("loops")
    spans = sorted((x.start_s, x.start_s + x.seconds) for x in (*recording.work, *recording.rounds))
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(x.seconds > 0 for x in (*recording.work, *recording.rounds))


def test_work_of_a_loop_counts_with_the_loop() -> None:
    program = compile_source((GOOD / "loops.sec").read_text(encoding="utf-8"))
    recording, _, _ = recorded("loops")
    ops = {program.circuit.nodes[work.node].op.value for work in recording.work if work.node >= 0}
    assert {"fold", "disclose"} <= ops


def test_a_run_that_is_not_recorded_records_nothing() -> None:
    program = compile_source((GOOD / "pay_gap.sec").read_text(encoding="utf-8"))
    assert simulate(program.circuit, rows_of(program, program.tests[0]), {}).recordings == {}
