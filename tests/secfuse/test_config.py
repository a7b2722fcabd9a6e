"""What a user may bind to a program, and which of two bindings wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Param, Party, Table
from secfuse.compiler.circuit.types import BOOL, category, dates, fixed, integer, money
from secfuse.config import Settings, bound_params, bound_sources, overridden, read_settings
from secfuse.runtime.errors import RunError

PARTIES = tuple(Party(name, name) for name in "abc")
PARAMS = (
    Param("age", integer(0, 99), 18),
    Param("rate", fixed(-(1 << 16), 1 << 16, 16), 0),
    Param("exact", BOOL, 0),
    Param("band", category("Band", ("calm", "gale")), 0),
    Param("fee", money(0, 999, 2), 5),
    Param("since", dates(0, 20_000), 0),
)
CIRCUIT = Circuit(
    "p", tuple(PARTIES), ("a", "b", "c"), (Table("t", "a", 9, ()), Table("u", "b", 9, ())), PARAMS, (), ()
)


def settings(text: str, folder: Path) -> Settings:
    """The settings that a file with `text` in `folder` gives."""
    (folder / "secfuse.toml").write_text(text)
    return read_settings(folder)


def test_without_a_file_nothing_is_bound(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings({}, {}, tmp_path)


def test_paths_start_at_the_file_and_queries_stay_as_they_are(tmp_path: Path) -> None:
    found = settings('[inputs.t]\nsource = "t.csv"\n[inputs.u]\nsource = "select 1"\n[params]\nage = 7', tmp_path)
    assert found.sources == {"t": str(tmp_path / "t.csv"), "u": "select 1"}
    assert found.params == {"age": "7"}


def test_the_command_line_beats_the_file(tmp_path: Path) -> None:
    found = settings('[inputs.t]\nsource = "t.csv"\n[params]\nage = 7\nexact = true', tmp_path)
    here = tmp_path / "elsewhere"
    both = overridden(found, ["t=sqlite:x.db#t", "u=a=b.csv"], ["age=8"], here)
    assert both.sources == {"t": f"sqlite:{here / 'x.db'}#t", "u": str(here / "a=b.csv")}
    assert both.params == {"age": "8", "exact": "true"}


def test_every_table_needs_a_source_and_every_source_a_table(tmp_path: Path) -> None:
    with pytest.raises(RunError, match='input "u" has no source: give --input u=PATH') as caught:
        bound_sources(CIRCUIT, Settings({"t": "t.csv"}, {}, tmp_path))
    assert caught.value.exit_code == 12
    with pytest.raises(RunError, match='no input "v"; it has t, u'):
        bound_sources(CIRCUIT, Settings({"t": "t.csv", "u": "u.csv", "v": "v.csv"}, {}, tmp_path))


def test_parameters_become_the_circuit_s_integers(tmp_path: Path) -> None:
    texts = {"age": "1_0", "rate": "-0.5", "exact": "true", "band": "Band.gale"} | {
        "fee": "1.50",
        "since": "2013-05-01",
    }
    given = {"age": 10, "rate": -32768, "exact": 1, "band": 1, "fee": 150, "since": 15_826}
    assert bound_params(CIRCUIT, Settings({}, texts, tmp_path)) == given
    defaults = {"age": 18, "rate": 0, "exact": 0, "band": 0, "fee": 5, "since": 0}
    assert bound_params(CIRCUIT, Settings({}, {}, tmp_path)) == defaults


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("age", "100"), ("age", "-1"), ("age", "1.5"), ("age", "x"), ("age", "inf"), ("age", ""), ("rate", "1.1"),
        ("rate", "nan"), ("exact", "2"), ("band", "storm"), ("none", "1"), ("age", "1e999999999"),
        ("fee", "1.505"), ("fee", "10"), ("fee", "nan"), ("fee", "1e999999999"),
        ("since", "1.5.2013"), ("since", "2033-01-01"),
    ],
)  # fmt: skip
def test_a_parameter_the_program_does_not_accept(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(RunError) as caught:
        bound_params(CIRCUIT, Settings({}, {name: text}, tmp_path))
    assert (caught.value.code, caught.value.exit_code) == ("INP-113", 2)


@pytest.mark.parametrize(
    "text", ["inputs = 3", "[inputs.t]\nsource = 3", "[inputs", "inputs.t = 'x.csv'", "params = 1"]
)
def test_a_settings_file_that_cannot_be_used(text: str, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"secfuse\.toml") as caught:
        settings(text, tmp_path)
    assert (caught.value.code, caught.value.exit_code) == ("CFG-601", 2)


def test_a_pair_without_a_name_or_a_sign(tmp_path: Path) -> None:
    for pair in ("t", "=x.csv"):
        with pytest.raises(RunError, match="--input NAME=VALUE"):
            overridden(Settings({}, {}, tmp_path), [pair], [], tmp_path)
