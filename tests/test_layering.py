"""The arrows of ARCHITECTURE.md, held by reading every import of every file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("compiler", "runtime", "secfuse", "stdlib")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))

# Folder -> what of ours it may import besides itself. The longest matching folder counts.
MAY_IMPORT = {
    "compiler": ("stdlib",),
    "compiler.circuit": (),
    "compiler.codes": (),
    "compiler.syntax": ("compiler.circuit.graph",),  # spans
    "compiler.checked": ("compiler.circuit", "compiler.types", "compiler.policy", "compiler.cases"),
    "compiler.passes": ("compiler.circuit",),
    "compiler.reading": ("compiler.syntax", "compiler.circuit.graph"),  # graph: spans
    "compiler.formatting": ("compiler.reading", "compiler.syntax", "compiler.circuit.graph"),  # graph: spans
    "compiler.checking": (
        "compiler.formatting.format",  # what a print is called, however it was written
        "compiler.reading.parse",  # modules that are imported
        "compiler.circuit",
        "compiler.syntax",
        "compiler.checked",
        "compiler.types",
        "compiler.policy",
        "compiler.cases",
    ),
    "compiler.disclosing": (
        "compiler.circuit",
        "compiler.program",
        "compiler.policy",
        "compiler.capacity",
        "compiler.codes.findings",
        "compiler.lowering.lower",  # the circuit as it is written, whatever passes have made of it
    ),
    "compiler.lowering": (
        "compiler.circuit",
        "compiler.checked",
        "compiler.types",
        "compiler.policy",
        "compiler.sensitivity",  # how much noise hides a row
        "compiler.spread",
    ),
    "runtime": ("compiler.circuit",),
    "runtime.wire": ("runtime.rounds", "runtime.errors"),
    "runtime.protocols": ("runtime.wire", "runtime.matrices", "runtime.planes", "runtime.randomness", "runtime.tiles"),
    "stdlib": (),
    "secfuse": ("compiler", "runtime", "stdlib"),
}
LEAVES = ("compiler.source", "compiler.diagnostics", "compiler.errors")  # what every room of the compiler may use
# Library -> the only files that may import it.
ONLY_IN = {
    "lark": ("compiler.reading.generate",),
    "networkx": ("compiler.circuit.measure",),
    "click": ("secfuse.cli", "secfuse.screen"),
    "rich": ("secfuse.",),
    "duckdb": ("runtime.inputs", "secfuse.save"),
    "socket": ("runtime.wire", "runtime.network"),
    "pickle": (), "marshal": (), "shelve": (), "yaml": (), "dill": (), "cloudpickle": (), "pandas": (),
    "numpy.random": (),
    "random": ("secfuse.random_",),  # rows that a test makes up; it hides nothing
}  # fmt: skip


def module(path: Path) -> str:
    """compiler/circuit/ops.py -> compiler.circuit.ops; a folder's __init__ is the folder."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def folder_of(path: Path) -> str:
    """The package a file lies in: runtime/wire/tcp.py and runtime/wire/__init__.py -> runtime.wire."""
    return ".".join(path.relative_to(ROOT).parent.parts)


def imports(path: Path) -> Iterator[tuple[str, int, ast.stmt]]:
    """Everything a file imports, ours without the leading `secfuse.`: (name, leading dots, statement)."""
    package = folder_of(path)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            up = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            name = ".".join(filter(None, (up, node.module)))
            yield from (
                (f"{name}.{a.name}" if is_module(f"{name}.{a.name}") else name, node.level, node) for a in node.names
            )


def is_module(name: str) -> bool:
    """True for `runtime.wire` and `secfuse.runtime.wire`, false for a name inside a module."""
    path = ROOT.joinpath(*ours(name).split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def ours(name: str) -> str:
    """The name by folders: secfuse.runtime.wire -> runtime.wire; secfuse.show stays."""
    rest = name.removeprefix("secfuse.")
    return rest if rest.split(".")[0] in ("compiler", "runtime", "grammar", "stdlib", "examples") else name


def inside(name: str, folder: str) -> bool:
    """True if the module lies in the folder."""
    return name == folder or name.startswith(folder + ".")


@pytest.mark.parametrize("path", FILES, ids=module)
def test_a_file_imports_only_what_its_folder_may(path: Path) -> None:
    name = module(path)
    home = max((f for f in MAY_IMPORT if inside(name, f)), key=len)
    for imported, level, node in imports(path):
        target = ours(imported)
        where = f"{name} line {node.lineno} imports {imported}"
        if target.split(".")[0] not in FOLDERS:
            continue
        assert level or imported.startswith("secfuse"), f"{where}: a second copy of every class would be made"
        assert target in LEAVES or any(inside(target, f) for f in (home, *MAY_IMPORT[home])), where
        if target.rpartition(".")[0] == folder_of(path):
            assert level, f"{where}: inside a folder imports are relative"


@pytest.mark.parametrize("path", FILES, ids=module)
def test_a_library_is_imported_only_in_its_room(path: Path) -> None:
    for name, _, node in imports(path):
        for library, rooms in ONLY_IN.items():
            if inside(name, library):
                assert any(module(path).startswith(r) for r in rooms), f"{module(path)} line {node.lineno}: {name}"


@pytest.mark.parametrize("path", FILES, ids=module)
def test_nothing_is_imported_inside_a_function_and_nothing_is_evaluated(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)):
        for node in ast.walk(function):
            assert not isinstance(node, ast.Import | ast.ImportFrom), f"{module(path)} line {node.lineno}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec", "print"), f"{module(path)} line {node.lineno}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) != ("np", "random"), f"{module(path)} line {node.lineno}"


def test_no_import_goes_round_in_a_circle() -> None:
    graph = {module(p): {ours(n) for n, _, _ in imports(p)} - {module(p), "secfuse"} for p in FILES}
    del graph["secfuse"]  # its imports are for type checkers, and lazy
    order = list(TopologicalSorter({k: {d for d in v if d in graph} for k, v in graph.items()}).static_order())
    assert len(order) == len(graph)
