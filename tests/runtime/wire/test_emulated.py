"""Emulated networks: what is sent arrives whole, after the delay and no faster than the bandwidth."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from secfuse.runtime.errors import PeerLost
from secfuse.runtime.wire import Move
from secfuse.runtime.wire.emulated import Line, Lines, Relay
from secfuse.runtime.wire.simulated import Simulated
from secfuse.runtime.wire.tcp import Tcp
from tests.support.network import PARTIES, SESSION, Network, at_once, network

DELAY_S = 0.03
WORDS = 50_000  # 400 kB: 0.2 s at 2 MB/s


def moves(rank: int | None = None, words: int = 1) -> list[Move]:
    """Everybody sends to its predecessor."""
    rows = np.arange(words, dtype=np.uint64)[None]
    return [Move((r + 1) % 3, r, rows if rank in (None, (r + 1) % 3) else rows[:0], "test") for r in range(3)]


def test_the_time_of_a_round_is_the_delay_and_what_is_busiest() -> None:
    every, slow = Line(0.5, 100.0), Line(2.0, 8.0)
    row = np.zeros((1, 10), np.uint64)
    both = [Move(0, 1, row, "test"), Move(0, 2, row, "test")]
    assert Lines(every).round_s(both[:1]) == 0.5 + 0.8
    assert Lines(every).round_s(both) == 0.5 + 1.6, "they leave one after the other"
    assert Lines(every, ((0, 2, slow),)).round_s(both) == 2.0 + 10.0, "the slow link has a line of its own"
    assert Lines(every, ((0, 2, slow),)).round_s(both[:1]) == 0.5 + 0.8
    assert Lines(every).round_s([]) == 0.0


def test_a_simulation_adds_up_the_time_of_its_rounds() -> None:
    carrier = Simulated(Lines(Line(0.5, 100.0)))
    for _ in range(3):
        carrier.exchange(moves())
    assert carrier.network_s == pytest.approx(3 * (0.5 + 0.08))
    assert Simulated().network_s == 0.0


def slowed(meeting: Network, rank: int, lines: Lines) -> Tcp:
    """One party's carrier on a slower network."""
    channels = meeting.channels(rank)
    Relay(rank, channels, lines)
    return Tcp(rank, PARTIES, channels, SESSION, 20.0)


@pytest.mark.parametrize(("words", "least_s"), [(1, DELAY_S), (WORDS, DELAY_S + 0.2)])
def test_rounds_take_that_time_and_bring_what_was_sent(tmp_path: Path, words: int, least_s: float) -> None:
    rounds = 5 if words == 1 else 1
    lines = Lines(Line(DELAY_S, 2e6))

    def take_part(meeting: Network, rank: int) -> float:
        carrier = slowed(meeting, rank, lines)
        carrier.exchange(moves(rank))  # all are there
        started_s = time.monotonic()
        for _ in range(rounds):
            received = carrier.exchange(moves(rank, words))
        seconds = time.monotonic() - started_s
        assert np.array_equal(received[rank][0], np.arange(words))
        carrier.close()
        return seconds

    with network(tmp_path) as meeting:
        times = at_once({rank: lambda rank=rank: take_part(meeting, rank) for rank in range(3)})
    assert all(isinstance(seconds, float) for seconds in times), times
    assert max(times) > 0.95 * (rounds * least_s - DELAY_S), "a party may begin a delay before the last one"
    assert min(times) < 1.3 * rounds * least_s + 0.3


def go_on(carrier: Tcp, rank: int) -> None:
    """Round after round."""
    while True:
        carrier.exchange(moves(rank))


def test_a_party_that_vanishes_is_missed_behind_an_emulated_link(tmp_path: Path) -> None:
    with network(tmp_path) as meeting:
        lines = Lines(Line(0.01, 1e6))
        carriers = at_once({rank: lambda rank=rank: slowed(meeting, rank, lines) for rank in range(3)})
        for link in carriers[2]._links:
            link.channel.close()  # as when a process is killed
        ends = at_once({r: lambda r=r: go_on(carriers[r], r) for r in (0, 1)})
    assert [type(end) for end in ends] == [PeerLost, PeerLost]
