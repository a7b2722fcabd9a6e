"""Streams: the same at both holders, never the same twice, and AES-CTR to the letter."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from secfuse.runtime.randomness import Keystream, Streams
from secfuse.runtime.rounds import Place

KEY, NONCE = bytes(range(16)), bytes(range(12))


def places(name: str = "place") -> Callable[[], Place]:
    """One place, whose draws follow one another."""
    place = Place(name)
    return lambda: place


@pytest.mark.parametrize("size", [0, 1, 8, 15, 16, 17, 100, 1023, 1024, 1025, 1 << 20, (1 << 20) + 5])
def test_it_is_the_counter_mode(size: int) -> None:
    expected = Cipher(AES(KEY), CTR(NONCE + bytes(4))).encryptor().update(bytes(size))
    stream = Keystream(KEY)
    stream.draw(bytes(12), 5000)
    assert stream.draw(NONCE, size).tobytes() == expected, "whatever was drawn before"


def test_both_holders_draw_the_same_and_others_nothing() -> None:
    keys = {j: bytes([j]) * 32 for j in range(3)}
    first = Streams({0: keys[0], 1: keys[1]}, places())
    second = Streams({1: keys[1], 2: keys[2]}, places())
    for shape in ((3,), (2, 500), ()):
        a, b = first.draw_each((0, 1, 2), shape), second.draw_each((0, 1, 2), shape)
        assert np.array_equal(a[1], b[1])
        assert a[2].shape == b[0].shape == (0, *shape)
        assert a[1].shape == (1, *shape)
    assert np.array_equal(first.permutation(1, 1000), second.permutation(1, 1000))
    assert second.permutation(0, 10) is None


def test_no_two_draws_are_alike() -> None:
    streams = Streams({0: bytes(32)}, places())
    drawn = {streams.draw(0, (2,)).tobytes() for _ in range(1000)}
    assert len(drawn) == 1000


def test_small_draws_are_in_step_at_parties_that_hold_different_keys() -> None:
    keys = {j: bytes([j]) * 32 for j in range(3)}
    first = Streams({0: keys[0], 1: keys[1]}, places())
    second = Streams({1: keys[1], 2: keys[2]}, places())
    drawn: list[bytes] = []
    for count in [1, 3, 32, 7, 33, 1, 200, 32, 31, 5] * 20:
        for dtype in (np.uint8, np.uint64):
            a, b = first.draw_each((0, 1), (count,), dtype), second.draw_each((1, 2), (count,), dtype)
            assert np.array_equal(a[1], b[1])
            assert np.array_equal(first.draw(2, (1,)), np.empty((0, 1)))
            assert len(second.draw(2, (1,))) == 1
            drawn.append(a[1].tobytes())
    stream = b"".join(drawn)
    words = [stream[i : i + 8] for i in range(0, len(stream) - 8, 8)]
    assert len(set(words)) == len(words), "no byte is handed out twice"


def test_every_bit_of_a_draw_is_balanced() -> None:
    words = Streams({0: bytes(32)}, places()).draw(0, (1 << 16,))[0]
    ones = [int((words >> np.uint64(i) & np.uint64(1)).sum()) for i in range(64)]
    assert max(abs(n - 32768) for n in ones) < 6 * 128


def test_a_permutation_is_one_and_differs_from_the_next() -> None:
    streams = Streams({0: bytes(32)}, places())
    first, second = streams.permutation(0, 500), streams.permutation(0, 500)
    assert first is not None
    assert second is not None
    assert sorted(first) == sorted(second) == list(range(500))
    assert not np.array_equal(first, second)


def test_equal_words_are_drawn_again_and_everybody_stays_in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    holder, stranger = Streams({0: bytes(32)}, places()), Streams({1: bytes(32)}, places())
    stream, attempts = Streams._stream, []

    def first_all_equal(self: Streams, key: int, nonce: bytes, size_bytes: int) -> np.ndarray:
        attempts.append(nonce)
        return np.zeros(size_bytes, np.uint8) if len(attempts) == 1 else stream(self, key, nonce, size_bytes)

    with monkeypatch.context() as patch:
        patch.setattr(Streams, "_stream", first_all_equal)
        order = holder.permutation(0, 50)
    assert order is not None
    assert sorted(order) == list(range(50))
    assert len(set(attempts)) == len(attempts) == 2
    assert stranger.permutation(0, 50) is None
    assert holder._place() == stranger._place()


def test_a_fork_must_not_repeat_masks(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = Streams({0: bytes(32)}, places())
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(AssertionError, match="fork"):
        streams.draw(0, (1,))


def test_the_stream_key_is_not_the_session_key() -> None:
    session_key = bytes(range(32))
    nonce = hashlib.blake2b(b"place:1", digest_size=12).digest()
    drawn = Streams({0: session_key}, places()).draw(0, (2,))[0]
    assert drawn.tobytes() != Keystream(session_key[:16]).draw(nonce, 16).tobytes()
