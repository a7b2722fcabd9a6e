"""Deterministic CBOR: what each form looks like, and that nothing else is read."""

from __future__ import annotations

from random import Random

import pytest

from secfuse.compiler.circuit.canonical import canonical
from secfuse.compiler.circuit.cbor import RULES, Malformed, Plain, decode, encode
from secfuse.compiler.circuit.decoding import circuit_of
from secfuse.compiler.circuit.encoding import circuit_data
from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.verify import verify

from .random_circuits import random_circuit, random_rows
from .samples import delays

FORMS: tuple[tuple[Plain, str], ...] = (
    (0, "00"),
    (23, "17"),
    (24, "1818"),
    (255, "18ff"),
    (256, "190100"),
    (65_536, "1a00010000"),
    (1 << 32, "1b0000000100000000"),
    ((1 << 64) - 1, "1bffffffffffffffff"),
    (1 << 64, "c249010000000000000000"),
    (-1, "20"),
    (-25, "3818"),
    (-(1 << 64), "3bffffffffffffffff"),
    (-(1 << 64) - 1, "c349010000000000000000"),
    (False, "f4"),
    (True, "f5"),
    ("", "60"),
    ("é", "62c3a9"),
    (b"\x01", "4101"),
    ([], "80"),
    ([1, [2]], "82018102"),
    ({"b": 1, "a": 2, "aa": 3}, "a361610261620162616103"),
)

REFUSED = (
    ("", "cut-short"),
    ("18", "cut-short"),
    ("6161ff", "trailing"),
    ("1817", "not-shortest"),
    ("1900ff", "not-shortest"),
    ("1a0000ffff", "not-shortest"),
    ("1b00000000ffffffff", "not-shortest"),
    ("7800", "not-shortest"),
    ("c24800ffffffffffffff", "not-shortest"),
    ("c24900ffffffffffffffff", "not-shortest"),
    ("c201", "not-allowed"),
    ("5f40ff", "not-allowed"),
    ("9fff", "not-allowed"),
    ("1c", "not-allowed"),
    ("f6", "not-allowed"),
    ("f93c00", "not-allowed"),
    ("c101", "not-allowed"),
    ("61ff", "text"),
    ("a10102", "key"),
    ("a2616101616102", "key"),
    ("a2616201616102", "key"),
    ("81" * 40 + "01", "too-deep"),
    ("c25881" + "ff" * 129, "too-large"),
)


@pytest.mark.parametrize(("value", "form"), FORMS)
def test_one_form_for_each_value(value: Plain, form: str) -> None:
    assert encode(value).hex() == form
    again = decode(bytes.fromhex(form))
    assert again == value
    assert type(again) is type(value)


@pytest.mark.parametrize(("data", "code"), REFUSED)
def test_nothing_else_is_read(data: str, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        decode(bytes.fromhex(data))
    assert caught.value.code == code
    assert RULES[code] in str(caught.value)


def test_any_short_bytes_are_refused_or_are_what_is_written() -> None:
    random = Random(1)
    for _ in range(20_000):
        data = random.randbytes(random.randrange(1, 9))
        try:
            value = decode(data)
        except Malformed:
            continue
        assert encode(value) == data


def test_every_circuit_comes_back() -> None:
    for circuit in (delays(), *(random_circuit(seed) for seed in range(40))):
        assert circuit_of(decode(encode(circuit_data(circuit)))) == circuit


def test_the_canonical_listing_means_the_same_and_forgets_how_it_was_listed() -> None:
    for seed in range(40):
        circuit = random_circuit(seed)
        listed = canonical(circuit)
        verify(listed)
        assert canonical(listed) == listed
        assert len(listed.nodes) <= len(circuit.nodes)
        tables = random_rows(seed)
        assert evaluate(listed, tables, {}).released == evaluate(circuit, tables, {}).released
