"""Before the first round: everybody is who it should be, wants the same, and has seen everybody else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from secfuse.compiler.circuit.interface import Table
from secfuse.runtime.errors import InputError, RunError, UnexpectedMessage
from secfuse.runtime.network import session
from secfuse.runtime.network.session import MESSAGE_BYTES, Agreement, Greeting, Session, greet, settle
from secfuse.runtime.wire.frames import Kind
from secfuse.runtime.wire.tcp import Tcp
from tests.support.network import PARTIES, SESSION, Network, at_once, network, outlast, rogue_frame

TABLES = (Table("flights", "airline", 100, ()), Table("hours", "weather", 10, ()))
OWN: tuple[dict[str, int], ...] = ({"flights": 7}, {"hours": 3}, {})
AGREED = Agreement(SESSION, PARTIES, "replicated3", "d1" * 32, {"strong_from": 20}, TABLES)


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Network]:
    with network(tmp_path) as made:
        yield made


def greeting_of(meeting: Network, rank: int, wants: Agreement = AGREED) -> Greeting:
    """One party's way to the end of its greeting."""
    return greet(meeting.tcp(rank), wants, meeting.credentials[PARTIES[rank]])


def session_of(meeting: Network, rank: int, wants: Agreement = AGREED) -> Session:
    """One party's way to a session."""
    greeting = greeting_of(meeting, rank, wants)
    made = settle(greeting, OWN[rank])
    greeting.tcp.close()
    return made


def all_three(meeting: Network, **odd: Agreement) -> list[Any]:
    """Sessions or errors of all three; odd: what a party wants that does not want what is agreed."""
    wants = {rank: odd.get(name, AGREED) for rank, name in enumerate(PARTIES)}
    return at_once({rank: lambda rank=rank: session_of(meeting, rank, wants[rank]) for rank in range(3)})


def with_a_rogue(meeting: Network, rogue: Callable[[], None]) -> list[RunError]:
    """What the airline and the weather service end with when the ministry does `rogue`."""
    return at_once({0: lambda: session_of(meeting, 0), 1: lambda: session_of(meeting, 1), 2: rogue})[:2]


def test_everybody_ends_with_the_same_counts_and_salt_and_each_pair_with_a_key(meeting: Network) -> None:
    made = all_three(meeting)
    assert {s.salt for s in made} == {made[0].salt}
    assert [s.rows for s in made] == [{"flights": 7, "hours": 3}] * 3
    assert [sorted(s.pair_keys) for s in made] == [[0, 1], [1, 2], [0, 2]], "party i holds shares i and i+1"
    for j in range(3):
        assert len({s.pair_keys[j] for s in made if j in s.pair_keys}) == 1
    assert len({key for s in made for key in s.pair_keys.values()}) == 3
    assert {len(key) for s in made for key in s.pair_keys.values()} == {32}


def test_keys_and_salt_are_new_in_every_session(tmp_path: Path) -> None:
    seen: set[bytes] = set()
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        with network(tmp_path / name) as meeting:
            made = all_three(meeting)
        seen |= {made[0].salt, *(key for s in made for key in s.pair_keys.values())}
    assert len(seen) == 8


def test_keys_are_not_printed(meeting: Network) -> None:
    made = all_three(meeting)[0]
    assert not any(repr(key)[2:-1] in repr(made) for key in made.pair_keys.values())


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"digest": "d2" * 32}, "plan digest"),
        ({"params": {"strong_from": 21}}, 'parameter "strong_from"'),
        ({"params": {}}, "list of parameters"),
        ({"params": {"strong_from": 20, "more": 1}}, "list of parameters"),
        ({"protocol": "clear"}, "protocol"),
        ({"version": "0"}, "version"),
        ({"parties": PARTIES[::-1]}, "list of parties"),
    ],
)
def test_who_wants_something_else_is_told_what_differs(meeting: Network, change: dict[str, Any], what: str) -> None:
    at_airline, at_weather, at_ministry = all_three(meeting, ministry=replace(AGREED, **change))
    for error in (at_airline, at_weather, at_ministry):
        assert error.exit_code == 22
    assert f"{what} differs from ours" in at_ministry.sentence
    for error in (at_airline, at_weather):
        assert 'party "ministry"' in error.sentence
    assert any(f"{what} differs from ours" in error.sentence for error in (at_airline, at_weather))


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"\x80\x04\x95", "malformed"),
        (b"{}", "malformed"),
        (b'{"rank": 2, "extra": 1}', "malformed"),
        (b"[" * 60_000, "malformed"),
        (bytes(MESSAGE_BYTES + 1), "planned: at most 65536"),
    ],
    ids=["pickle", "empty", "unknown-field", "deep", "oversize"],
)
def test_a_hello_that_is_none_is_refused(meeting: Network, payload: bytes, why: str) -> None:
    def rogue() -> None:
        channels = meeting.channels(2)
        for channel in channels.values():
            channel.write(rogue_frame(Kind.HELLO, payload))
        outlast(channels)

    ends = with_a_rogue(meeting, rogue)
    for error in ends:
        assert error.exit_code == 22
        assert 'party "ministry"' in error.sentence
    assert any(why in error.sentence for error in ends)


def hello_with(**change: Any) -> Callable[[session.Hello], session.Hello]:
    """A HELLO that is right but for some fields."""

    def changed(hello: session.Hello) -> session.Hello:
        return session.Hello(**{name: change.get(name, getattr(hello, name)) for name in hello.__struct_fields__})

    return changed


@pytest.mark.parametrize(
    ("change", "exit_code", "why"),
    [
        ({"rank": 1}, 23, "claims the place of another"),
        ({"certificates": ("00",) * 3}, 23, "somebody stands between us"),
        ({"public_key": "00" * 32}, 22, "not fit for use"),
        ({"nonce": "short"}, 22, "malformed"),
    ],
)
def test_a_hello_that_lies_is_refused(
    meeting: Network, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], exit_code: int, why: str
) -> None:
    honest = session._hello

    def lying(carrier: Tcp, *rest: Any) -> session.Hello:
        hello = honest(carrier, *rest)
        return hello_with(**change)(hello) if carrier.rank == 2 else hello

    monkeypatch.setattr(session, "_hello", lying)
    ends = all_three(meeting)[:2]
    assert [error.exit_code for error in ends] == [exit_code] * 2
    assert any(why in error.sentence for error in ends)


def test_a_transcript_signed_with_another_key_is_refused(meeting: Network, tmp_path: Path) -> None:
    """Somebody in the middle has the TLS connections, but not the key of the ministry's certificate."""
    (tmp_path / "other").mkdir()
    with network(tmp_path / "other") as elsewhere:
        other = elsewhere.credentials["airline"]

    def rogue() -> None:
        carrier = meeting.tcp(2)
        own = meeting.credentials["ministry"]
        greet(carrier, AGREED, replace(own, key=other.key)).tcp.close()

    for error in with_a_rogue(meeting, rogue):
        assert error.exit_code == 23
        assert 'party "ministry"' in error.sentence


def test_a_refused_input_stops_the_others_without_a_word_about_the_data(meeting: Network) -> None:
    refusal = InputError("INP-107", "hours", "wind", 1815, "a value is below 0")

    def refusing() -> None:
        greeting_of(meeting, 1).tcp.abort(refusal)

    at_airline, _, at_ministry = at_once({
        0: lambda: session_of(meeting, 0),
        1: refusing,
        2: lambda: session_of(meeting, 2),
    })  # fmt: skip
    for error in (at_airline, at_ministry):
        assert error.code == "NET-206"
        assert 'party "weather": its input was refused there' in error.sentence
        assert "1815" not in error.sentence
        assert "wind" not in error.sentence


@pytest.mark.parametrize("counts", [{"flights": 7}, {"hours": 11}, {"hours": -1}, {}, {"hours": 3, "more": 1}])
def test_counts_are_those_of_the_partys_own_tables_and_within_bounds(meeting: Network, counts: dict[str, int]) -> None:
    def lying() -> None:
        carrier = greeting_of(meeting, 1).tcp
        carrier.talk(Kind.COUNTS, json.dumps(counts).encode(), MESSAGE_BYTES, 5.0, lambda rank, data: None)
        carrier.talk(Kind.CONFIRM, b"", MESSAGE_BYTES, 5.0, lambda rank, data: None)

    ends = at_once({0: lambda: session_of(meeting, 0), 1: lying, 2: lambda: session_of(meeting, 2)})
    assert isinstance(ends[0], UnexpectedMessage) or isinstance(ends[2], UnexpectedMessage)
    for error in (ends[0], ends[2]):
        assert error.exit_code == 22
        assert 'party "weather"' in error.sentence


def test_nobody_starts_before_everybody_has_confirmed(meeting: Network) -> None:
    """The ministry says everything but its CONFIRM; nobody gets a session."""

    def hesitating() -> None:
        carrier = greeting_of(meeting, 2).tcp
        carrier.talk(Kind.COUNTS, b"{}", MESSAGE_BYTES, 5.0, lambda rank, data: None)
        carrier.close()

    ends = at_once({0: lambda: session_of(meeting, 0), 1: lambda: session_of(meeting, 1), 2: hesitating})
    for error in ends[:2]:
        assert error.code == "NET-201"
        assert 'party "ministry"' in error.sentence


def test_a_hello_that_does_not_come_is_not_waited_for_long(meeting: Network) -> None:
    quiet: list[Any] = []

    def party(rank: int) -> None:
        greet(meeting.tcp(rank), AGREED, meeting.credentials[PARTIES[rank]], limit_s=0.5)

    ends = at_once({0: lambda: party(0), 1: lambda: party(1), 2: lambda: quiet.append(meeting.channels(2))})
    for channel in quiet[0].values():
        channel.close()
    for error in ends[:2]:
        assert error.exit_code == 21
        assert 'party "ministry"' in error.sentence
