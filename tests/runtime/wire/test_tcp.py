"""The networked carrier does what the simulated one does, and nothing that the plan does not foresee."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from secfuse.runtime.errors import PeerLost, Stalled, UnexpectedMessage
from secfuse.runtime.rounds import together
from secfuse.runtime.wire import Carrier, Move, Wire, farewell
from secfuse.runtime.wire.frames import Cause, Kind, Notice
from secfuse.runtime.wire.simulated import Simulated
from secfuse.runtime.wire.tcp import Tcp
from tests.support.network import PARTIES, Network, at_once, network, outlast, rogue_frame

DTYPES = (np.uint8, np.uint16, np.uint32, np.uint64, np.bool_)
RANKS = range(len(PARTIES))


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Network]:
    with network(tmp_path) as made:
        yield made


def random_moves(seed: int) -> list[Move]:
    """What all three parties send in one round: several rows each, of any type and size, some to nobody."""
    rng = np.random.default_rng(seed)
    moves = []
    for _ in range(int(rng.integers(1, 12))):
        src = int(rng.integers(3))
        dst = (src + int(rng.integers(1, 3))) % 3
        size = int(rng.choice([0, 1, 3, 100, 16 * 1024, 1 << 20]))
        rows = (
            rng.integers(0, 2, (1, size, 2), np.uint8) if size < 1 << 20 else rng.integers(0, 255, (1, size), np.uint8)
        )
        moves.append(Move(src, dst, rows.astype(DTYPES[int(rng.integers(len(DTYPES)))]), "test"))
    return moves


def seen_by(moves: list[Move], rank: int) -> list[Move]:
    """The same round in the process of one party: without the rows of others."""
    return [Move(m.src, m.dst, m.rows if m.src == rank else m.rows[:0], m.masked_by) for m in moves]


def ring(n: int, dtype: type) -> Any:
    """Something to run over a wire: two rounds round the ring, and what arrives."""

    async def body(wire: Wire) -> list[np.ndarray]:
        rows = np.stack([np.arange(n, dtype=np.uint64) * (rank + 1) for rank in wire.ranks]).astype(dtype)
        first = await wire.shift(rows, "test")
        return await wire.shift(np.stack(first), "test")

    return body


def all_rings(carrier: Carrier) -> tuple[list[Any], Any]:
    """Rings of many sizes and types at once, over one carrier: results and tally."""
    wire = Wire(carrier)

    async def body() -> list[Any]:
        return await together(*[ring(n, dtype)(wire) for n in (0, 1, 9, 5000) for dtype in DTYPES])

    return wire.steps.run(body()), wire.tally


def test_every_round_brings_what_the_simulated_one_brings(meeting: Network) -> None:
    rounds = [random_moves(seed) for seed in range(30)]

    def party(carrier: Tcp) -> list[list[np.ndarray]]:
        brought = [carrier.exchange(seen_by(moves, carrier.rank)) for moves in rounds]
        carrier.close()
        return brought

    ends = at_once({carrier.rank: lambda carrier=carrier: party(carrier) for carrier in meeting.trio()})
    for i, moves in enumerate(rounds):
        for move, expected, *brought in zip(moves, Simulated().exchange(moves), *(end[i] for end in ends), strict=True):
            for rank in RANKS:
                assert brought[rank].dtype == expected.dtype
                assert brought[rank].flags.aligned
                assert np.array_equal(brought[rank], expected if rank == move.dst else expected[:0])


def test_a_program_has_the_same_results_rounds_and_bytes_on_both_carriers(meeting: Network) -> None:
    def party(carrier: Tcp) -> tuple[list[Any], Any]:
        end = all_rings(carrier)
        carrier.close()
        return end

    expected, tally = all_rings(Simulated())
    for rank, (results, own_tally) in enumerate(
        at_once({carrier.rank: lambda carrier=carrier: party(carrier) for carrier in meeting.trio()})
    ):
        assert own_tally == tally
        for theirs, ours in zip(results, expected, strict=True):
            assert np.array_equal(theirs[0], ours[rank])


def test_three_that_send_megabytes_at_once_do_not_wait_in_a_circle(meeting: Network) -> None:
    row = np.arange(1 << 21, dtype=np.uint64)[None]

    def party(carrier: Tcp) -> bool:
        moves = [Move(s, d, row if s == carrier.rank else row[:0], "test") for s in RANKS for d in RANKS if s != d]
        brought = carrier.exchange(moves)
        carrier.close()
        return all(np.array_equal(b, row) for b, m in zip(brought, moves, strict=True) if m.dst == carrier.rank)

    assert at_once({carrier.rank: lambda carrier=carrier: party(carrier) for carrier in meeting.trio()}) == [True] * 3


def test_who_has_nothing_to_do_in_a_round_does_not_wait_for_it(meeting: Network) -> None:
    first, second, third = meeting.trio()
    row = np.ones((1, 4), np.uint64)
    nothing_for_us = third.exchange([Move(0, 1, row[:0], "test")])
    assert nothing_for_us[0].shape == (0, 4)
    ends = at_once({
        0: lambda: first.exchange([Move(0, 1, row, "test")]),
        1: lambda: second.exchange([Move(0, 1, row[:0], "test")]),
    })  # fmt: skip
    assert np.array_equal(ends[1][0], row)
    at_once({carrier.rank: carrier.close for carrier in (first, second, third)})


def to_the_first(rank: int, size: int = 3) -> list[Move]:
    """The round of the tests below: party 1 sends `size` words to party 0, and party 0 as many to party 2."""
    row = np.ones((1, size), np.uint64)
    return [Move(1, 0, row if rank == 1 else row[:0], "test"), Move(0, 2, row if rank == 0 else row[:0], "test")]


def with_a_rogue(meeting: Network, frame: memoryview) -> list[Any]:
    """Parties 0 and 2 make that round; party 1 sends `frame` instead, and listens."""

    def rogue() -> None:
        channels = meeting.channels(1)
        channels[0].write(frame)
        outlast(channels)

    def honest(rank: int) -> None:
        meeting.tcp(rank).exchange(to_the_first(rank))
        raise AssertionError("party 2 must not be left waiting")

    def waiting(rank: int) -> None:
        carrier = meeting.tcp(rank)
        carrier.exchange(to_the_first(rank))
        carrier.exchange([Move(1, 2, np.ones((0, 1), np.uint64), "test")])

    return at_once({0: lambda: honest(0), 1: rogue, 2: lambda: waiting(2)})


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (rogue_frame(Kind.ROWS, bytes(32), round_=1), "has 32 bytes, planned: 24"),
        (rogue_frame(Kind.ROWS, b"", round_=1, length=1 << 60), f"has {1 << 60} bytes, planned: 24"),
        (rogue_frame(Kind.ROWS, bytes(24), round_=1, sequence=1), "has number 1 where 0 is next"),
        (rogue_frame(Kind.ROWS, bytes(24), round_=2), "it is in round 2, we are in round 1"),
        (rogue_frame(Kind.HELLO, bytes(24), round_=1), "sent HELLO where ROWS is next"),
        (rogue_frame(Kind.ROWS, bytes(24), round_=1, session=b"another!"), "another session"),
        (rogue_frame(Kind.PULSE, bytes(64)), "its PULSE has 64 bytes"),
        (memoryview(b"GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n" * 2), "does not speak the SecFuse protocol"),
    ],
    ids=["length", "huge", "sequence", "round", "kind", "session", "control", "http"],
)
def test_what_the_plan_does_not_foresee_ends_the_run_at_both_others(
    meeting: Network, frame: memoryview, why: str
) -> None:
    at_first, _, at_third = with_a_rogue(meeting, frame)
    assert isinstance(at_first, UnexpectedMessage)
    assert why in at_first.sentence
    assert 'party "weather"' in at_first.sentence
    assert at_third.exit_code == 22
    assert 'party "weather"' in at_third.sentence


def test_a_party_that_vanishes_is_named_by_both_others(meeting: Network) -> None:
    """Party 2 would wait for party 0 only, and party 0 for party 1 only."""

    def vanishing() -> None:
        for channel in meeting.channels(1).values():
            channel.close()

    def party(rank: int) -> None:
        carrier = meeting.tcp(rank)
        for _ in range(2):
            carrier.exchange([*to_the_first(rank)])

    at_first, _, at_third = at_once({0: lambda: party(0), 1: vanishing, 2: lambda: party(2)})
    for error in (at_first, at_third):
        assert error.code == "NET-201"
        assert 'party "weather": the connection is lost' in error.sentence


def test_a_party_that_gives_up_on_another_does_not_take_the_blame(meeting: Network) -> None:
    """Party 1 says that it lost party 2, of which party 0 knows nothing."""

    def party(rank: int) -> None:
        meeting.tcp(rank).exchange(to_the_first(rank))

    def giving_up() -> None:
        meeting.tcp(1).abort(PeerLost("ministry"))

    at_first, _, _ = at_once({0: lambda: party(0), 1: giving_up, 2: lambda: outlast(meeting.channels(2))})
    assert at_first.sentence.startswith('party "ministry": the connection is lost')


def test_the_silent_party_is_blamed_not_the_one_that_waits_for_it(meeting: Network) -> None:
    """Party 1 is connected and says nothing: party 0 waits for it, party 2 for party 0."""
    quiet: list[Any] = []

    def party(rank: int) -> None:
        meeting.tcp(rank, stall_s=0.4).exchange(to_the_first(rank)[::-1] if rank == 0 else to_the_first(rank))

    def waiting(rank: int) -> None:
        carrier = meeting.tcp(rank, stall_s=0.8)
        carrier.exchange(to_the_first(rank))
        carrier.exchange(to_the_first(rank))

    ends = at_once({0: lambda: party(0), 1: lambda: quiet.append(meeting.channels(1)), 2: lambda: waiting(2)})
    for channel in quiet[0].values():
        channel.close()
    assert isinstance(ends[0], Stalled)
    assert ends[0].party == "weather"
    assert ends[2].exit_code == 21
    assert 'party "weather"' in ends[2].sentence


def test_a_notice_is_heard_by_one_who_only_sends(meeting: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """Party 0 sends more than the kernel takes to party 2, which never reads; party 1 has stopped the run."""
    monkeypatch.setattr(farewell, "FAREWELL_S", 0.2)
    deaf: list[Any] = []

    def stopping() -> None:
        channels = meeting.channels(1)
        for channel in channels.values():
            channel.write(rogue_frame(Kind.ABORT, Notice(Cause.INPUT, 1).pack()))
            channel.farewell()
        outlast({0: channels[0]})
        channels[2].close()

    def sending() -> None:
        meeting.tcp(0).exchange([Move(0, 2, np.zeros((1, 1 << 23), np.uint64), "test")])

    at_first, _, _ = at_once({0: sending, 1: stopping, 2: lambda: deaf.append(meeting.channels(2))})
    for channel in deaf[0].values():
        channel.close()
    assert at_first.sentence == 'party "weather": its input was refused there, and nothing of it was sent'


def test_the_end_waits_for_those_who_still_read(meeting: Network) -> None:
    """Party 0 sends a lot, and closes at once; nothing of it is lost."""
    row = np.arange(1 << 20, dtype=np.uint64)[None]

    def party(carrier: Tcp) -> np.ndarray:
        own = row if carrier.rank == 0 else row[:0]
        brought = carrier.exchange([Move(0, 1, own, "test"), Move(0, 2, own, "test")])
        carrier.close()
        return brought[max(carrier.rank - 1, 0)]

    ends = at_once({carrier.rank: lambda carrier=carrier: party(carrier) for carrier in meeting.trio()})
    assert np.array_equal(ends[1], row)
    assert np.array_equal(ends[2], row)
