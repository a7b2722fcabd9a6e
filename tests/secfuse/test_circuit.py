"""`secfuse circuit`: what a file holds, running it, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from secfuse.cli import run

AES = Path(__file__).resolve().parents[2] / "examples" / "12-shared-aes" / "main.sec"
ADDER = "5 8\n3 1 1 1\n1 2\n\n2 1 0 1 3 XOR\n2 1 0 1 4 AND\n2 1 3 2 5 AND\n2 1 3 2 6 XOR\n2 1 4 5 7 XOR\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "adder.txt"
    found.write_text(ADDER, encoding="utf-8")
    return found


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run([str(argument) for argument in ("circuit", *arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_stats(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "stats", file)
    assert code == 0
    assert "gates    5: 3 XOR, 2 AND" in out
    facts: dict[str, Any] = json.loads(call(capsys, "stats", file, "--json")[1])
    assert facts["inputs"] == [1, 1, 1]
    assert (facts["interactive"], facts["depth"]) == (2, 1)


def test_a_full_adder_adds(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for x in range(8):
        bits = [x & 1, x >> 1 & 1, x >> 2]
        code, out, _ = call(capsys, "run", file, *(f"--input={bit}" for bit in bits))
        assert (code, out) == (0, f"output0 = {hex(sum(bits))}\n")


def test_instances_from_a_file_and_names_from_the_one_beside_it(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.with_suffix(".json").write_text('{"inputs": ["a", "b", "carry"], "outputs": ["sum"]}', encoding="utf-8")
    many = tmp_path / "many.csv"
    many.write_text("1,1,1\n0,0x1,0\n0,0,0\n", encoding="utf-8")
    found = json.loads(call(capsys, "run", file, "--instances", many, "--json")[1])
    assert found["outputs"] == [{"sum": "0x3"}, {"sum": "0x1"}, {"sum": "0x0"}]
    assert found["rounds"] == 5  # three inputs, one layer, the outputs
    assert call(capsys, "run", file, "--input", "carry=1", "--input", "a=0", "--input", "b=1")[1] == "sum = 0x2\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "write --input"),
        (("--input", "1"), "no value for input1, input2"),
        (("--input", "1", "--input", "1", "--input", "2"), "row 1, input2"),
        (("--input", "1", "--input", "1", "--input", "-1"), "row 1, input2"),
        (("--input", "1", "--input", "1", "--input", "one"), "row 1, input2"),
        (("--input", "1", "--input", "1", "--input", "1", "--input", "1"), "each of these once"),
        (
            (
                "--input",
                "z=1",
            ),
            "each of these once",
        ),
    ],
)
def test_what_is_no_input_is_refused(
    file: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, "run", file, *arguments)
    assert code == 2
    assert out == ""
    assert said in err


def test_a_file_that_is_none_is_refused_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text(ADDER.replace("4 5 7 XOR", "4 9 7 XOR"), encoding="utf-8")
    code, _, err = call(capsys, "stats", wrong)
    assert code == 10
    assert "SEC652" in err
    assert "wrong.txt:9:1" in err


def test_names_that_do_not_fit_are_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("[", "[]", '{"inputs": ["a", "a", "b"], "outputs": ["s"]}', '{"inputs": ["a", "c", "b"]}'):
        file.with_suffix(".json").write_text(text, encoding="utf-8")
        assert call(capsys, "run", file, "--input=1", "--input=1", "--input=1")[0] == 2


def test_an_output_becomes_a_file_that_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """FIPS 197, appendix C.1, with names."""
    out = tmp_path / "aes.txt"
    code, shown, _ = call(capsys, "export", AES, "token", "--out", out)
    assert code == 0
    assert "6,400 AND" in shown
    given = [f"--input=keys.k{i}[0]={i}" for i in range(16)] + [f"--input=numbers.b{i}[0]={17 * i}" for i in range(16)]
    found = json.loads(call(capsys, "run", out, *given, "--json")[1])
    assert found["outputs"][0]["token.token[0]"] == "0x69"
    assert found["outputs"][0]["token.token[15]"] == "0x5a"


def test_what_cannot_be_exported_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wages = AES.parent.parent / "01-average-salary" / "main.sec"
    code, _, err = call(capsys, "export", wages, "result", "--out", tmp_path / "x.txt", "--rows", "bakery_pay=2")
    assert code == 10
    assert "SEC653" in err
    assert call(capsys, "export", wages, "nothing", "--out", tmp_path / "x.txt")[0] == 2
    assert call(capsys, "export", AES, "token", "--out", tmp_path / "none" / "x.txt")[0] == 2
    assert not (tmp_path / "x.txt").exists()
