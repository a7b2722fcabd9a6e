"""std/bits: AES-128 and SHA-256 of random inputs are what `cryptography` and hashlib say, and cost what is promised."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.compile import compile_source
from secfuse.runtime.costs.cost import Cost
from secfuse.runtime.costs.predict import predict
from secfuse.runtime.run import simulate

BYTES = 16
KEYS = {rank: bytes([rank]) * 32 for rank in range(3)}

CONTRACT = """program sample version "1.0"
purpose "test/library" "What std/bits makes of bytes."
party left  "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest
import bits from "std/bits"
policy any {{ groups of at least 1 }}
input blocks from left at most {rows} rows {{
  row : int in 0 .. {last}   may be compared, grouped
{columns}
}}
"""


def column(i: int) -> str:
    """Of byte i of each row."""
    return f"  c{i} : int in 0 .. 255   may be compared, aggregated"


def program(many: int, width: int, value: str, results: int) -> Circuit:
    """Gives `results` bytes for each row of `width` bytes. value: what they are, of `bytes` [width, rows]."""
    columns = "\n".join(column(i) for i in range(width))
    names = ", ".join(f"c{i}" for i in range(width))
    parts = ", ".join(f"x{i} = x[{i}]" for i in range(results))
    sums = ", ".join(f"x{i} = sum(x{i})" for i in range(results))
    return compile_source(
        CONTRACT.format(rows=many, last=max(many - 1, 1), columns=columns)
        + f"let given = matrix blocks {{ {names} }}\nlet of_row = matrix blocks {{ row }}\n"
        + f"let bytes = transpose(given)\nlet x = {value}\n"
        + f"let found = table {{ row = of_row[:, 0], {parts} }}\n"
        + f'disclose group found by row {{ {sums} }} as x to third under any because "test"\n'
    ).circuit


def both_ways(circuit: Circuit, given: np.ndarray) -> np.ndarray:
    """What is disclosed of each row, a row of bytes each: the same in plain and by three parties."""
    columns = {"row": np.arange(len(given)), **{f"c{i}": given[:, i] for i in range(given.shape[1])}}
    rows = {"blocks": Rows(len(given), columns, {})}
    plain = evaluate(circuit, rows, {}).released[0].rows
    shared = simulate(circuit, rows, {}, keys=KEYS).released[0].rows
    assert plain == shared
    return np.array([row[1:] for row in plain if row is not None])


def random_bytes(*shape: int) -> np.ndarray:
    """The same ones every time."""
    return np.random.default_rng(shape).integers(0, 256, shape)


def encrypted(key: np.ndarray, block: np.ndarray) -> list[int]:
    """What `cryptography` makes of one block."""
    cipher = Cipher(algorithms.AES(bytes(key.tolist())), modes.ECB()).encryptor()
    return list(cipher.update(bytes(block.tolist())))


# ---- AES-128


EACH_ITS_KEY = "number(bits.aes128(binary(bytes[0:16], 8), binary(bytes[16:32], 8)))"
ONE_KEY = "number(bits.aes128(binary(bytes[0:16, 0:1], 8), binary(bytes[16:32], 8)))"


def test_aes_of_blocks_with_a_key_each() -> None:
    given = random_bytes(20, 2 * BYTES)
    found = both_ways(program(20, 2 * BYTES, EACH_ITS_KEY, BYTES), given)
    assert found.tolist() == [encrypted(row[:BYTES], row[BYTES:]) for row in given]


def test_aes_of_blocks_that_share_a_key() -> None:
    given = random_bytes(70, 2 * BYTES)
    found = both_ways(program(70, 2 * BYTES, ONE_KEY, BYTES), given)
    assert found.tolist() == [encrypted(given[0, :BYTES], row[BYTES:]) for row in given]


def cost_of_the_loop(circuit: Circuit) -> Cost:
    """Of the only one that the program has, for a single row."""
    (found,) = (
        node.cost for node in predict(circuit, {"blocks": 1}, {}).nodes if circuit.nodes[node.index].op is Op.FOLD
    )
    return found


@pytest.mark.parametrize(
    ("value", "width", "results", "rounds", "ands"),
    [(EACH_ITS_KEY, 2 * BYTES, BYTES, 60, 6_400), ("bits.sha256(bytes)", 3, 32, 710, 58_880)],
)
def test_what_a_block_costs(value: str, width: int, results: int, rounds: int, ands: int) -> None:
    cost = cost_of_the_loop(program(1, width, value, results))
    assert (cost.rounds, cost.ands) == (rounds, 64 * ands), "64 lanes a word"


def test_nothing_but_and_costs_anything() -> None:
    first, second = ("binary(bytes, 8)[:, 0]", "binary(bytes, 8)[:, 1]")
    free = f"[number(bits.rotate_left(bits.xor({first}, {second}), 3))]"
    circuits = [program(70, 2, value, 1) for value in (free, "[bytes[0]]")]
    given = random_bytes(70, 2)
    mixed = given[:, 0] ^ given[:, 1]
    assert both_ways(circuits[0], given)[:, 0].tolist() == ((mixed << 3 | mixed >> 5) & 255).tolist()
    moved, plain = (predict(circuit, {"blocks": 70}, {}).tally for circuit in circuits)
    assert moved == plain


# ---- SHA-256


@pytest.mark.parametrize("length", [1, 55, 56, 64, 120])
def test_sha_256(length: int) -> None:
    given = random_bytes(3, length)
    found = both_ways(program(3, length, "bits.sha256(bytes)", 32), given)
    assert found.tolist() == [list(hashlib.sha256(bytes(row.tolist())).digest()) for row in given]
