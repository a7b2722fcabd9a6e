"""`secfuse check --sarif`: what the specification of SARIF 2.1.0 requires, and the places of our diagnostics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from secfuse.cli import run
from secfuse.compiler.errors import CODES

BAD = sorted((Path(__file__).resolve().parents[1] / "programs" / "bad").glob("*.sec"))
GOOD = Path(__file__).resolve().parents[1] / "programs" / "good" / "scalars.sec"


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = run(["check", "--sarif", *arguments])
    out, err = capsys.readouterr()
    assert err == ""
    return code, json.loads(out)


def assert_follows_the_specification(found: dict[str, Any]) -> None:
    """The properties that must be there, and the bounds of their values: documents, runs, rules, results, places."""
    assert found["version"] == "2.1.0"
    assert found["$schema"].endswith("sarif-schema-2.1.0.json")
    for one in found["runs"]:
        driver = one["tool"]["driver"]
        assert driver["name"]
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(ids) == len(set(ids))
        assert one["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
        for rule in driver["rules"]:
            texts = (rule["shortDescription"], rule["fullDescription"], rule["help"])
            assert all(text["text"] for text in texts)
            assert rule["defaultConfiguration"]["level"] == "error"
        for result in one["results"]:
            assert result["message"]["text"]
            assert ids[result["ruleIndex"]] == result["ruleId"]
            assert result["level"] in ("none", "note", "warning", "error")
            (location,) = result["locations"]
            place = location["physicalLocation"]
            artifact = one["artifacts"][place["artifactLocation"]["index"]]
            assert artifact["location"]["uri"] == place["artifactLocation"]["uri"]
            assert_is_a_region(place["region"])


def assert_is_a_region(region: dict[str, int]) -> None:
    """Lines and columns from 1, offsets from 0, the end not before the beginning."""
    assert all(region[name] >= 1 for name in ("startLine", "startColumn", "endLine", "endColumn"))
    assert region["charOffset"] >= 0
    assert region["charLength"] >= 0
    assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])


@pytest.mark.parametrize("path", BAD[::8], ids=lambda path: path.stem)
def test_what_is_wrong_with_a_program(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    code, found = document(capsys, str(path))
    assert code == 10
    assert_follows_the_specification(found)
    announced = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# expect: ").split(", ")
    results = found["runs"][0]["results"]
    lines = [r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in results]
    assert sorted(f"{r['ruleId']} line {line}" for r, line in zip(results, lines, strict=True)) == sorted(announced)


def test_all_codes_are_rules_and_a_good_program_has_no_results(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = document(capsys, str(GOOD))
    assert code == 0
    assert_follows_the_specification(found)
    assert [rule["id"] for rule in found["runs"][0]["tool"]["driver"]["rules"]] == list(CODES)
    assert found["runs"][0]["results"] == []


def test_a_region_is_what_the_offsets_say(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "# ä 𝕩\nlet x = 1 +\n  ä\n"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b#1.sec").write_text(text, encoding="utf-8")
    found = document(capsys, "a b#1.sec")[1]["runs"][0]
    regions = {r["ruleId"]: r["locations"][0]["physicalLocation"]["region"] for r in found["results"]}
    region = regions["SEC102"]
    assert text[region["charOffset"] :][: region["charLength"]] == "ä"
    assert (region["startLine"], region["startColumn"], region["endLine"], region["endColumn"]) == (3, 3, 3, 4)
    uri = found["artifacts"][0]["location"]["uri"]
    assert (uri, unquote(uri)) == ("a%20b%231.sec", "a b#1.sec")


@pytest.mark.parametrize("other", ["--json", "--watch"])
def test_one_form_at_a_time(capsys: pytest.CaptureFixture[str], other: str) -> None:
    assert run(["check", "--sarif", other, str(GOOD)]) == 2
    assert "--sarif" in capsys.readouterr().err
