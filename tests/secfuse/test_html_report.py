"""`run --trace` and `run --report`: what happened when, and all of a run as one page."""

from __future__ import annotations

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from secfuse.cli import run
from secfuse.drawing.timeline import merged, timeline_of
from secfuse.runtime.trace import Recording, Round, Work

ROOT = Path(__file__).resolve().parents[2]
VOID = ("meta", "br")


class Page(HTMLParser):
    """Reads a page: its tags, its texts, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


@pytest.fixture
def bet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Example 03 in a folder of its own."""
    folder = tmp_path / "bet"
    shutil.copytree(ROOT / "examples" / "03-millionaires", folder)
    monkeypatch.chdir(folder)
    return folder


def ran(folder: Path, *arguments: str) -> tuple[dict[str, Any], str]:
    """The trace, and the page."""
    files = ("--trace", "t.json", "--report", "r.html", "--out", "o.json")
    assert run(["run", "main.sec", "--quiet", *files, *arguments]) == 0
    return json.loads((folder / "t.json").read_text(encoding="utf-8")), (folder / "r.html").read_text(encoding="utf-8")


def measured(folder: Path, party: str) -> dict[str, int]:
    """Of the last run: bytes_sent, bytes_received, rounds."""
    found = json.loads((folder / "o.json").read_text(encoding="utf-8"))["parties"][party]
    assert isinstance(found, dict)
    return found


def test_a_trace_has_a_process_for_each_party(bet: Path) -> None:
    trace, page = ran(bet, "--parties", "tcp")
    events = trace["traceEvents"]
    names = [event["args"]["name"] for event in events if event["name"] == "process_name"]
    assert names == ["alice", "bob", "carol"]
    for pid, party in enumerate(names, 1):
        slices = [event for event in events if event["pid"] == pid and event["ph"] == "X"]
        rounds = [event for event in slices if event["name"].startswith("round ")]
        assert len(rounds) == measured(bet, party)["rounds"]
        assert any(event["name"] == "30: let greatest = max(fortunes)" for event in slices)
        assert all(event["dur"] >= 0 and event["ts"] >= 0 for event in slices)
        assert sum(event["args"]["bytes_sent"] for event in rounds) == measured(bet, party)["bytes_sent"]
    assert "There was no privacy" not in page
    assert all(f"<h3>{party}</h3>" in page for party in names)


def test_the_page_says_everything_and_needs_nothing(bet: Path) -> None:
    _, text = ran(bet)
    page = Page(text)
    assert not page.open
    assert not page.tags & {"script", "img", "link", "iframe", "object", "embed", "base", "form"}
    assert not page.attributes & {"src", "href", "action", "onload", "onclick"}
    assert text.count("http") == text.count("http-equiv") + text.count('xmlns="http://www.w3.org/2000/svg"')
    sent = f"{measured(bet, 'alice')['bytes_sent']:,}"
    for words in ("Answer.bob", "Predicted = measured: every round, byte and gate.", sent, "the bet of the three"):
        assert any(words in found for found in page.texts), words
    assert any("no privacy" in found for found in page.texts)


def test_what_a_program_says_cannot_leave_its_place(bet: Path) -> None:
    file = bet / "main.sec"
    evil = "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>"
    text = file.read_text(encoding="utf-8").replace("Who of three is the richest", evil)
    text = text.replace('"the bet of the three"', f'"{evil}"').replace('party alice "Alice"', f'party alice "{evil}"')
    file.write_text(
        text.replace("let greatest = max(fortunes)", f"let greatest = max(fortunes) # {evil}"), encoding="utf-8"
    )
    _, page = ran(bet)
    assert not Page(page).tags & {"script", "img"}
    assert "&lt;script&gt;" in page


def test_a_folder_that_is_not_there(bet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", "main.sec", "--report", "nowhere/r.html"]) == 2
    assert "--report: there is no folder" in capsys.readouterr().err


def test_a_timeline_stays_small() -> None:
    work = tuple(Work(i % 40, i * 1e-5, 9e-6) for i in range(20_000))
    drawn = timeline_of(Recording(work, (Round(0.0, 0.1, 5),)), lambda node: f"{node}: <x>", "when")
    assert len(drawn) < 40 * 760 * 90
    assert "<x>" not in drawn
    assert merged([(0.0, 1.0), (1.1, 1.0), (5.0, 1.0)], 0.5) == [(0.0, 2.1), (5.0, 6.0)]
    assert timeline_of(Recording(), str, "nothing").startswith("<svg")
