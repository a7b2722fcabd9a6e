"""Forty bytes in front of every message, and two bytes to say why one stops."""

from __future__ import annotations

import pytest

from secfuse.runtime.errors import FAULTS
from secfuse.runtime.wire.frames import (
    HEADER_BYTES,
    MEANING,
    READER,
    BadFrame,
    Cause,
    Frame,
    Kind,
    Notice,
    cause_of,
    error_of,
    pack,
    unpack,
    unpack_notice,
)

PARTIES = ("airline", "weather", "ministry")
FRAME = Frame(Kind.ROWS, b"session!", 7, 2**40, 2**33)


def test_a_header_has_forty_bytes_and_reads_back() -> None:
    assert len(pack(*FRAME)) == HEADER_BYTES == 40
    assert unpack(pack(*FRAME)) == FRAME


@pytest.mark.parametrize(
    ("place", "byte", "why"), [(0, 0, "does not speak"), (4, 2, "version 2, ours 1"), (5, 99, "unknown kind 99")]
)
def test_other_bytes_are_refused_with_a_reason(place: int, byte: int, why: str) -> None:
    data = bytearray(pack(*FRAME))
    data[place] = byte
    with pytest.raises(BadFrame, match=why):
        unpack(data)


def test_every_error_has_a_cause_that_the_others_may_know() -> None:
    assert {cause_of(code) for code in FAULTS if code.startswith("INP-")} == {Cause.INPUT}
    assert {code for code in FAULTS if cause_of(code) is Cause.LOST} == {"NET-201"}
    assert set(MEANING) == set(Cause)
    assert {code for code, _ in MEANING.values()} <= set(FAULTS)


@pytest.mark.parametrize("cause", Cause)
def test_a_notice_reads_back_and_ends_the_run_with_a_coded_error(cause: Cause) -> None:
    notice = Notice(cause, 2)
    assert unpack_notice(notice.pack(), 3) == notice
    error = error_of(notice, 2, 0, PARTIES)
    assert error.code in FAULTS
    assert 'party "ministry"' in error.sentence


@pytest.mark.parametrize("data", [b"\x00\x00", b"\x63\x00", b"\x01\x03"])
def test_a_notice_without_meaning_is_refused(data: bytes) -> None:
    with pytest.raises(BadFrame):
        unpack_notice(data, 3)


def test_an_error_says_who_is_meant_and_who_tells() -> None:
    told = error_of(Notice(Cause.LOST, 1), 2, 0, PARTIES)
    assert told.sentence == 'party "weather": the connection is lost (told by "ministry")'
    about_us = error_of(Notice(Cause.IDENTITY, READER), 2, 0, PARTIES)
    assert about_us.exit_code == 23
    assert about_us.sentence.startswith('party "ministry" stopped the run, because of this one ("airline")')
