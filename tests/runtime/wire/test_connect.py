"""Only the parties of the run get in, each under its own name; everybody else is turned away, and told so."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from secfuse.runtime.errors import Identity, PeerLost
from secfuse.runtime.wire.frames import Kind
from secfuse.runtime.wire.identity import Credentials, throw_away
from secfuse.runtime.wire.tcp import Tcp
from tests.support.network import PARTIES, SESSION, Network, at_once, network


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Network]:
    with network(tmp_path) as made:
        yield made


def other_authority(folder: Path, now: datetime | None = None) -> dict[str, Credentials]:
    """Certificates of the right names from another authority, or of another time."""
    folder.mkdir()
    return throw_away(folder, PARTIES, now)


def meet(meeting: Network, limit_s: float = 0.5) -> list[Any]:
    """All three connect and say one HELLO; what each ended with."""

    def party(rank: int) -> None:
        channels = meeting.channels(rank, limit_s)
        carrier = Tcp(rank, PARTIES, channels, SESSION)
        carrier.talk(Kind.HELLO, b"hello", 100, limit_s, lambda peer, data: None)
        carrier.close()

    return at_once({rank: lambda rank=rank: party(rank) for rank in range(3)})


def test_every_party_gets_the_others_under_their_names(meeting: Network) -> None:
    assert meet(meeting) == [None] * 3


def test_a_certificate_of_another_authority_is_refused_at_both_ends(meeting: Network, tmp_path: Path) -> None:
    meeting.credentials["ministry"] = other_authority(tmp_path / "other")["ministry"]
    at_airline, at_weather, at_ministry = meet(meeting)
    assert isinstance(at_ministry, Identity)
    for error in (at_airline, at_weather):
        assert error.exit_code == 23
        assert error.sentence.startswith(
            'party "ministry": it did not come within 0.5 s, and the last caller was refused'
        )


def test_a_caller_whose_certificate_is_not_trusted_learns_it(meeting: Network, tmp_path: Path) -> None:
    """It trusts the others, and so sees in its HELLO at the earliest that they do not trust it."""
    wrong = other_authority(tmp_path / "other")["ministry"]
    meeting.credentials["ministry"] = Credentials(
        wrong.certificate, wrong.key, meeting.credentials["airline"].authority
    )
    for error in meet(meeting):
        assert error.exit_code == 23


def test_a_certificate_that_has_expired_is_refused(meeting: Network, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    meeting.credentials = other_authority(tmp_path / "old", now - timedelta(days=2))
    for error in meet(meeting):
        assert error.exit_code == 23


def test_a_party_cannot_come_as_another(meeting: Network) -> None:
    meeting.credentials["ministry"] = meeting.credentials["weather"]
    for error in meet(meeting):
        assert error.exit_code == 23


def test_a_party_that_answers_under_another_name_stops_the_caller(meeting: Network) -> None:
    meeting.credentials["airline"] = meeting.credentials["weather"]
    _, at_weather, at_ministry = meet(meeting)
    for error in (at_weather, at_ministry):
        assert error.sentence == 'party "airline": it came with the certificate of "weather"'


def test_strangers_do_not_keep_the_parties_apart(meeting: Network) -> None:
    callers = [socket.create_connection(address) for address in meeting.addresses.values() for _ in range(5)]
    for caller in callers[::2]:
        caller.sendall(b"GET / HTTP/1.1\r\n\r\n" * 1000)
    assert meet(meeting, 10.0) == [None] * 3
    for caller in callers:
        caller.close()


def test_a_stranger_without_a_certificate_hears_nothing(meeting: Network) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname = False
    tls.verify_mode = ssl.CERT_NONE

    def stranger() -> bytes:
        with socket.create_connection(meeting.addresses[0]) as sock, tls.wrap_socket(sock) as channel:
            return channel.recv(100)

    ends = at_once({0: lambda: meeting.channels(0, 0.5), 1: stranger})
    assert isinstance(ends[0], Identity)
    assert isinstance(ends[1], ssl.SSLError)


def test_a_party_that_never_comes_is_named(meeting: Network) -> None:
    at_airline, at_weather = at_once({rank: lambda rank=rank: meeting.channels(rank, 0.5) for rank in (0, 1)})
    for error in (at_airline, at_weather):
        assert isinstance(error, PeerLost)
        assert error.party == "ministry"


def test_older_tls_is_refused(meeting: Network) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname = False
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    own = meeting.credentials["weather"]
    tls.load_verify_locations(own.authority)
    tls.load_cert_chain(own.certificate, own.key)

    def old() -> None:
        with socket.create_connection(meeting.addresses[0]) as sock:
            tls.wrap_socket(sock).close()

    ends = at_once({0: lambda: meeting.channels(0, 0.5), 1: old})
    assert isinstance(ends[0], Identity)
    assert isinstance(ends[1], ssl.SSLError)
