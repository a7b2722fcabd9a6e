"""Diagnostics as SARIF 2.1.0, which code hosts and editors read.

Lives here: `sarif`. The specification: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0. Not
here: what the codes mean (compiler/codes/).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from secfuse import __version__
from secfuse.compiler.errors import CODES, Diagnostic
from secfuse.compiler.source import Source

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(file: Path, source: Source | None, diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    """One document with one run: every code as a rule, every diagnostic as a result. `source` is needed by results."""
    rules = [
        {
            "id": code,
            "shortDescription": {"text": entry.title},
            "fullDescription": {"text": entry.explanation},
            "help": {"text": f"What to do: {entry.fix}."},
            "defaultConfiguration": {"level": "error"},
        }
        for code, entry in CODES.items()
    ]
    uri = _uri(file)
    results = [_result(uri, source, diagnostic) for diagnostic in diagnostics] if source else []
    run = {
        "tool": {"driver": {"name": "SecFuse", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",  # what our columns count
        "artifacts": [{"location": {"uri": uri}, "roles": ["analysisTarget"]}],
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(uri: str, source: Source, diagnostic: Diagnostic) -> dict[str, Any]:
    first, last = diagnostic.span, source.span(diagnostic.span.end, diagnostic.span.end)
    region = {
        "startLine": first.line,
        "startColumn": first.column,
        "endLine": last.line,
        "endColumn": last.column,  # behind the last character, as ours
        "charOffset": first.start,
        "charLength": first.end - first.start,
    }
    message = f"{CODES[diagnostic.code].title}: found {diagnostic.found}, expected {diagnostic.expected}"
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": list(CODES).index(diagnostic.code),
        "level": "error",
        "message": {"text": f"{message}; {diagnostic.hint}."},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri, "index": 0}, "region": region}}],
    }


def _uri(file: Path) -> str:
    """A relative reference for a relative path, percent-encoded."""
    return file.as_uri() if file.is_absolute() else quote(file.as_posix())
