"""A picture of a program: its cards, their places, and the forms in which it is drawn."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

from secfuse.cli import run
from secfuse.compiler.compile import compile_source
from secfuse.drawing.graphs import data_of, dot_of, mermaid_of
from secfuse.drawing.layout import arrange
from secfuse.drawing.picture import MOST_CARDS, Picture, picture_of
from secfuse.drawing.svg import amount, svg_of
from secfuse.program_file import read_program
from secfuse.runtime.costs.predict import predict
from secfuse.runtime.plan import plan_of

ROOT = Path(__file__).resolve().parents[3]
WIND = ROOT / "examples" / "02-delays-by-wind" / "main.sec"
GOOD = sorted((ROOT / "tests" / "programs" / "good").glob("*.sec"))


def picture(path: Path, text: str | None = None) -> Picture:
    program = read_program(path) if text is None else compile_source(text)
    rows = {table.name: table.max_rows for table in program.circuit.tables}
    return picture_of(program, plan_of(program.circuit), predict(program.circuit, rows, {}), rows)


def test_cards_are_the_lines_that_compute_the_tables_and_the_disclosures() -> None:
    found = {card.title: card for card in picture(WIND).cards}
    assert found["flights of airline"].detail == "hour, delay"
    assert found["flights of airline"].place == "table"
    assert found["strong_from"].place == "param"
    assert found["result to ministry"].place == "disclosed"
    join = found["let joined = join flights with hours on hour"]
    assert (join.place, join.length, join.line) == ("shares", 430_000, 28)
    assert join.size_bytes == max(card.size_bytes for card in found.values())


def test_costs_of_cards_add_up_to_the_whole() -> None:
    for path in GOOD[::15]:
        found = picture(path)
        assert sum(card.size_bytes for card in found.cards) == found.size_bytes, path.stem
        assert sum(card.rounds for card in found.cards) == found.rounds, path.stem


@pytest.mark.parametrize("path", GOOD[::9], ids=lambda path: path.stem)
def test_every_form_can_be_read_and_nothing_overlaps(path: Path) -> None:
    found = picture(path)
    root = ElementTree.fromstring(svg_of(found))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {element.tag.split("}")[1] for element in root.iter()} <= {"svg", "title", "rect", "text", "g", "path"}
    assert json.loads(json.dumps(data_of(found)))["title"] == found.title
    assert mermaid_of(found).startswith("flowchart TD\n")
    assert dot_of(found).rstrip().endswith("}")


def test_cards_do_not_overlap_and_flows_lead_down() -> None:
    for seed in range(30):
        random = Random(seed)
        names = [f"n{i}" for i in range(random.randrange(1, 25))]
        flows = tuple({(a, b) for a, b in pairwise(sorted(random.choices(names, k=40), key=names.index)) if a != b})
        sizes = {name: (float(random.randrange(50, 400)), float(random.randrange(20, 90))) for name in names}
        found = arrange(sizes, flows)
        boxes = [(*found.corners[n], *sizes[n]) for n in names]
        for i, (x, y, w, h) in enumerate(boxes):
            assert 0 <= x <= found.width - w + 1e-6
            assert 0 <= y <= found.height - h + 1e-6
            for u, v, a, b in boxes[:i]:
                assert x + w <= u or u + a <= x or y + h <= v or v + b <= y
        assert found.paths.keys() == set(flows)
        for path in found.paths.values():
            assert all(below >= above for (_, above), (_, below) in pairwise(path))


def test_what_a_program_says_cannot_leave_its_place() -> None:
    evil = "</title><script>alert(1)</script> & 'x' ]]>"
    text = WIND.read_text(encoding="utf-8").replace("Mean departure delay by wind band", evil)
    found = picture(WIND, text)
    assert "<script" not in svg_of(found)
    ElementTree.fromstring(svg_of(found))
    hostile = Picture('a"]; b', "s", (), 0, 0, tuple(found.cards[:1]), ())
    assert 'digraph "a\\"]; b"' in dot_of(hostile)


def test_what_a_module_says_stands_in_no_line_of_the_program() -> None:
    """Its places are those of another text: here of std/linear, which is long enough to look like ours."""
    path = ROOT / "examples" / "08-breast-cancer" / "main.sec"
    titles = {card.title for card in picture(path).cards if card.key.startswith("line ")}
    lines = {" ".join(line.split()) for line in path.read_text(encoding="utf-8").splitlines()}
    assert titles <= lines
    assert "}" not in titles
    assert any(chip.op == "loop" for card in picture(path).cards for chip in card.chips)


def test_the_same_program_is_drawn_the_same() -> None:
    assert svg_of(picture(WIND)) == svg_of(picture(WIND))


def test_long_programs_share_cards() -> None:
    lines = "\n".join(f"let x{i} = sum(flights.delay) + {i}" for i in range(400))
    shown = "\n".join(f'disclose x{i} to ministry under bulletin because "test"' for i in range(0, 400))
    text = WIND.read_text(encoding="utf-8").split("let joined")[0] + lines + "\n" + shown + "\n"
    found = picture(WIND, text)
    assert len([card for card in found.cards if card.key.startswith("line")]) <= MOST_CARDS


def test_the_command_draws(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "wind.svg"
    assert run(["compile", str(WIND), "--emit", "svg", "--out", str(out), "--rows", "flights=1000"]) == 0
    assert "1,000 flights, 30,000 hours" in out.read_text(encoding="utf-8")
    capsys.readouterr()
    for form, word in (("mermaid", "flowchart"), ("dot", "digraph"), ("json", '"cards"')):
        assert run(["compile", str(WIND), "--emit", form]) == 0
        assert word in capsys.readouterr().out
    assert run(["compile", str(WIND), "--emit", "svg", "--rows", "flights=x"]) == 2


@pytest.mark.parametrize(("size_bytes", "words"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (621_500_000, "622 MB")])
def test_bytes_for_people(size_bytes: int, words: str) -> None:
    assert amount(size_bytes) == words
