"""Bristol files: both formats, their traps, what is refused and where; round trips."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from secfuse.compiler.bristol.read import read_bristol
from secfuse.compiler.bristol.write import gates_by_kind, write_bristol
from secfuse.compiler.circuit.bits import Gate, evaluate_bits, same
from secfuse.compiler.errors import CompileErrors
from tests.compiler.circuit.bit_circuits import random_bits

HALF_ADDER = "2 4\n2 1 1\n2 1 1\n\n2 1 0 1 2 XOR\n2 1 0 1 3 AND\n"
OLDER = "3 5\n1 1 1\n\n2 1 0 1 2 OR\n1 1 2 3 INV\n2 1 3 2 4 XOR\n"
EVERY_KIND = """7 14
2 2 2
2 1 1

4 2 0 1 2 3 4 5 MAND
1 1 4 6 INV
1 1 1 7 EQ
1 1 0 8 EQ
1 1 6 9 EQW
2 1 9 7 10 XOR
4 2 10 11 5 8 12 13 MAND
"""


def bits(value: int, width: int) -> np.ndarray:
    return np.array([value >> i & 1 for i in range(width)], bool)


def number(found: np.ndarray) -> int:
    return sum(int(bit) << i for i, bit in enumerate(found))


def test_a_half_adder() -> None:
    circuit = read_bristol(HALF_ADDER)
    assert (circuit.inputs, circuit.outputs, circuit.gates) == ((1, 1), (1, 1), 2)
    for x in range(4):
        assert number(evaluate_bits(circuit, bits(x, 2))) == (x & 1) + (x >> 1)


def test_the_older_format_has_two_inputs_and_an_output_in_one_line() -> None:
    circuit = read_bristol(OLDER)
    assert (circuit.inputs, circuit.outputs) == ((1, 1), (1,))
    assert [number(evaluate_bits(circuit, bits(x, 2))) for x in range(4)] == [1, 1, 1, 1]
    assert read_bristol(OLDER.replace("1 1 1\n", "2 0 1\n", 1)).inputs == (2,)


def test_every_kind_of_gate() -> None:
    """The first MAND: 4 = 0 and 2, 5 = 1 and 3. Wire 11 is nowhere written."""
    with pytest.raises(CompileErrors, match="SEC652"):
        read_bristol(EVERY_KIND)
    circuit = read_bristol(EVERY_KIND.replace("10 11 5 8", "10 7 5 9"))
    assert circuit.gates == 9
    assert gates_by_kind(circuit) == {"XOR": 1, "AND": 4, "INV": 1, "EQ": 2, "EQW": 1}
    for x in range(16):
        a, b, c, d = (bool(x >> i & 1) for i in range(4))
        both = b and d
        inverse = not (a and c)
        assert evaluate_bits(circuit, bits(x, 4)).tolist() == [(inverse ^ True) and both, inverse]


@pytest.mark.parametrize(
    "text",
    [
        HALF_ADDER.replace("\n", "\r\n"),
        HALF_ADDER.replace("\n", "  \n"),
        HALF_ADDER.replace("\n\n", "\n\n\n\n"),
        HALF_ADDER.replace("\n\n", "\n"),
        HALF_ADDER.replace(" ", "\t"),
        HALF_ADDER.rstrip(),
    ],
)
def test_blanks_and_line_ends_do_no_harm(text: str) -> None:
    assert same(read_bristol(text), read_bristol(HALF_ADDER))


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("2 4", "3 4"), "SEC650", 1),
        (("2 4", "two 4"), "SEC650", 1),
        (("2 4", "5 4"), "SEC650", 1),
        (("2 1 1\n2", "3 1 1\n2"), "SEC650", 2),
        (("2 1 1\n2", "2 1 9\n2"), "SEC650", 2),
        (("2 1 1\n\n", "2 1\n\n"), "SEC650", 3),
        (("XOR", "XNOR"), "SEC651", 5),
        (("AND", "and"), "SEC651", 6),
        (("2 1 0 1 3 AND", "2 1 0 3 AND"), "SEC651", 6),
        (("2 1 0 1 3 AND", "1 1 0 3 AND"), "SEC651", 6),
        (("2 1 0 1 3 AND", "2 1 0 1 3 INV"), "SEC651", 6),
        (("2 1 0 1 3 AND", "0 0 MAND"), "SEC651", 6),
        (("2 1 0 1 3 AND", "2 1 0 -1 3 AND"), "SEC651", 6),
        (("2 1 0 1 3 AND", "2 1 0 1 4 AND"), "SEC652", 6),
        (("2 1 0 1 3 AND", "2 1 0 4 3 AND"), "SEC652", 6),
        (("2 1 0 1 3 AND", "2 1 0 1 2 AND"), "SEC652", 5),
        (("2 1 0 1 3 AND", "2 1 0 1 0 AND"), "SEC652", 6),
        (("2 1 0 1 2 XOR", "2 1 0 3 2 XOR"), "SEC652", 5),
        (("2 1 0 1 2 XOR", "1 1 2 2 EQ"), "SEC652", 5),
        (("2 4", "2 5"), "SEC652", 6),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(change: tuple[str, str], code: str, line: int) -> None:
    with pytest.raises(CompileErrors) as refused:
        read_bristol(HALF_ADDER.replace(*change))
    (found,) = refused.value.diagnostics
    assert (found.code, found.span.line) == (code, line)


@pytest.mark.parametrize("text", ["", "\n\n", "2 4", "2 4\n2 1 1", "0 0\n\n\n", "x"])
def test_a_file_that_ends_too_early_is_refused(text: str) -> None:
    with pytest.raises(CompileErrors, match="SEC650"):
        read_bristol(text)


def test_what_is_written_is_read_to_a_circuit_that_means_the_same() -> None:
    for seed in range(100):
        circuit = random_bits(seed)
        given = np.random.default_rng(seed).integers(0, 2**64, (sum(circuit.inputs), 2), dtype=np.uint64)
        again = read_bristol(write_bristol(circuit))
        assert (again.inputs, again.outputs) == (circuit.inputs, circuit.outputs)
        assert np.array_equal(evaluate_bits(again, given), evaluate_bits(circuit, given))
        assert again.count(Gate.OR) == 0
        assert write_bristol(read_bristol(write_bristol(again))) == write_bristol(again)


def test_mutated_files_are_refused_with_a_code_or_read() -> None:
    draw, refused, codes = Random(5), 0, set[str]()
    texts = [write_bristol(random_bits(seed, 12)) for seed in range(10)]
    for _ in range(2000):
        text = list(draw.choice(texts))
        for _ in range(draw.randint(1, 3)):
            place = draw.randrange(len(text))
            text[place : place + draw.randint(0, 2)] = draw.choice(
                ["", "7", " ", "\n", "-", "XOR", "\x00", "é", "99999999999"]
            )
        try:
            read_bristol("".join(text))
        except CompileErrors as errors:
            codes.update(d.code for d in errors.diagnostics)
            refused += 1
    assert codes == {"SEC650", "SEC651", "SEC652"}
    assert refused > 1000
