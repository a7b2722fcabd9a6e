"""Results that stay shared: two parties' files open them, nothing less, and nothing that does not fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.released import Released
from secfuse.compiler.compile import compile_source
from secfuse.runtime.costs.predict import predict
from secfuse.runtime.errors import RunError
from secfuse.runtime.network.launch import networked
from secfuse.runtime.run import simulate
from secfuse.runtime.seals import Seal, read_seal, unseal, with_check, write_seal
from tests.support.tallies import tally_of

PROGRAM = """program later version "1.0"
purpose "test/language" "Kept back."
party left  "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest
input a from left at most 40 rows {
  k : int in 0 .. 1_000_000   may be grouped
  x : int in -9 .. 9          may be aggregated
}
input b from right at most 40 rows { x : int in -9 .. 9   may be aggregated }
policy sealed_groups {
  groups of at least 2
  show suppressed count
  sealed
}
let r = group a by k { n = count(), s = sum(x) }
disclose r to third under sealed_groups because "by and by"
disclose sum(a.x) * sum(b.x) as product to third, left under sealed_groups because "by and by"
"""
ROWS = {
    "a": Rows(5, {"k": np.array([4, 4, 7, 9, 9]), "x": np.array([-9, 3, 1, 2, 2])}),
    "b": Rows(2, {"x": np.array([-5, -6])}),
}


@pytest.fixture(scope="module")
def circuit() -> Circuit:
    return compile_source(PROGRAM).circuit


@pytest.fixture(scope="module")
def seals(circuit: Circuit) -> tuple[Seal, ...]:
    return simulate(circuit, ROWS, {}).seals


def of(seals: tuple[Seal, ...], output: str) -> list[Seal]:
    return [seal for seal in seals if seal.output == output]


def test_any_two_parties_open_what_the_plain_evaluator_says(circuit: Circuit, seals: tuple[Seal, ...]) -> None:
    results = evaluate(circuit, ROWS, {})
    assert not results.released
    (groups, product) = results.sealed
    assert groups.rows == ((4, 2, -6), (9, 2, 4))
    assert groups.withheld == 1
    assert product.rows == ((11,),)
    for expected in results.sealed:
        files = of(seals, expected.name)
        assert [seal.party for seal in files] == ["left", "right", "third"]
        for some in (*combinations(files, 2), files, reversed(files)):
            assert unseal(list(some)) == expected


def test_in_the_run_nothing_is_opened(circuit: Circuit) -> None:
    outcome = simulate(circuit, ROWS, {})
    assert outcome.released == ()
    assert outcome.sealed == ("r", "product")
    counts = {name: rows.count for name, rows in ROWS.items()}
    sealed = predict(circuit, counts, {}).tally
    assert sealed == tally_of(circuit, ROWS, {})
    at_once = compile_source(PROGRAM.replace("  sealed\n", "")).circuit
    assert predict(at_once, counts, {}).tally.rounds == sealed.rounds + 1


def test_one_party_s_shares_are_uniform(circuit: Circuit) -> None:
    """Of a fixed result, over many runs: each bit of each share is 1 about half the time."""
    runs = (simulate(circuit, ROWS, {}, keys={j: bytes([i, j]) * 16 for j in range(3)}) for i in range(150))
    found = [of(outcome.seals, "product")[0].pieces[2] for outcome in runs]
    for shares in ([piece.first for piece in found], [piece.second for piece in found]):
        words = np.array([np.frombuffer(share, np.uint64)[:8] & np.uint64(1) for share in shares])
        assert np.all(np.abs(words.mean(axis=0) - 0.5) < 0.2), "5 standard deviations of 150 tosses are 0.2"


def refused(code: str, act: Callable[[], Any]) -> str:
    with pytest.raises(RunError) as caught:
        act()
    assert caught.value.code == code
    return caught.value.sentence


def test_too_few_and_what_does_not_belong_together(circuit: Circuit, seals: tuple[Seal, ...]) -> None:
    left, right, _ = of(seals, "r")
    assert "right, third" in refused("SEL-703", lambda: unseal([left]))
    assert "same party, left" in refused("SEL-702", lambda: unseal([left, left]))
    assert "output" in refused("SEL-702", lambda: unseal([left, of(seals, "product")[1]]))
    other = of(simulate(circuit, ROWS, {}).seals, "r")
    assert "session" in refused("SEL-702", lambda: unseal([left, other[1]]))
    renamed = with_check(msgspec.structs.replace(right, recipients=("right",)))
    refused("SEL-704", lambda: unseal([left, renamed]))


def test_a_share_that_two_parties_hold_differently_is_found(seals: tuple[Seal, ...]) -> None:
    """Right holds shares 1 and 2; left the other copy of 1, third that of 2."""
    left, right, third = of(seals, "r")

    def changed(field: str) -> Seal:
        words = bytearray(getattr(right.pieces[3], field))
        words[0] ^= 1
        pieces = list(right.pieces)
        pieces[3] = msgspec.structs.replace(pieces[3], **{field: bytes(words)})
        return with_check(msgspec.structs.replace(right, pieces=tuple(pieces)))

    assert "column 1" in refused("SEL-704", lambda: unseal([left, changed("first")]))
    refused("SEL-704", lambda: unseal([changed("second"), third]))
    refused("SEL-704", lambda: unseal([left, changed("second"), third]))


def test_a_file_is_whole_private_and_read_back(tmp_path: Path, seals: tuple[Seal, ...]) -> None:
    path = write_seal(tmp_path, seals[0])
    assert path.name == "later.r.left.seal"
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_seal(path) == seals[0]
    assert write_seal(tmp_path, seals[0]) == path
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def altered(text: str, change: Callable[[dict[str, Any]], None], check: bool = True) -> bytes:
    """The file with something else in it, and a check that fits all the same."""
    found = json.loads(text)
    change(found)
    raw = json.dumps(found).encode()
    return msgspec.json.encode(with_check(msgspec.json.decode(raw, type=Seal))) if check else raw


WRONG: dict[str, Callable[[dict[str, Any]], None]] = {
    "form": lambda seal: seal.update(form="secfuse seal 9"),
    "party": lambda seal: seal.update(party="nobody"),
    "columns": lambda seal: seal["columns"].append("more"),
    "keys": lambda seal: seal.update(keys=-1),
    "pieces": lambda seal: seal["pieces"].pop(0) and seal["pieces"].pop(0),
    "count": lambda seal: seal["pieces"][0].update(count=10**12),
    "negative count": lambda seal: seal["pieces"][2].update(count=-1),
    "shape": lambda seal: seal["pieces"][2].update(shape=[65, 1]),
    "words": lambda seal: seal["pieces"][2].update(first=""),
    "kind": lambda seal: seal["pieces"][2].update(form="clear"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_does_not_fit_together_is_refused(name: str, tmp_path: Path, seals: tuple[Seal, ...]) -> None:
    path = write_seal(tmp_path, seals[0])
    text = path.read_text()
    path.write_bytes(altered(text, WRONG[name], check=False))
    refused("SEL-701", lambda: read_seal(path))
    path.write_bytes(altered(text, WRONG[name]))
    refused("SEL-701", lambda: read_seal(path))


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[" * 5000, b'{"form": 1}'])
def test_what_is_no_file_of_shares_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.seal"
    path.write_bytes(content)
    refused("SEL-701", lambda: read_seal(path))
    refused("SEL-701", lambda: read_seal(tmp_path / "none.seal"))
    refused("SEL-701", lambda: read_seal(tmp_path))


def test_each_process_of_a_networked_run_keeps_its_own_file(circuit: Circuit, tmp_path: Path) -> None:
    for name, rows in ROWS.items():
        lines = [",".join(rows.values), *(",".join(map(str, row)) for row in zip(*rows.values.values(), strict=True))]
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n")
    sources = {name: f"{name}.csv" for name in ROWS}
    outcome = networked(circuit, sources, {}, tmp_path, seals=tmp_path)
    assert (outcome.released, outcome.sealed, outcome.seals) == ((), ("r", "product"), ())
    opened: list[Released] = []
    for name in outcome.sealed:
        files = [tmp_path / f"later.{name}.{party}.seal" for party in ("left", "third")]
        opened.append(unseal([read_seal(file) for file in files]))
    assert tuple(opened) == evaluate(circuit, ROWS, {}).sealed
