"""What is installed: every folder that holds code, with its data, and it runs outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = SETTINGS["tool"]["setuptools"]


def folder(package: str) -> str:
    """Where a listed package lies, by the longest prefix of it that is mapped."""
    mapping: dict[str, str] = SETUPTOOLS["package-dir"]
    known = max((p for p in mapping if package == p or package.startswith(p + ".")), key=len)
    return mapping[known] + package[len(known) :].replace(".", "/")


def test_the_list_of_packages_is_the_tree() -> None:
    listed = {folder(package) for package in SETUPTOOLS["packages"]}
    roots = {name.split("/")[0] for name in listed}
    tree = {str(init.parent.relative_to(ROOT)) for root in roots for init in (ROOT / root).rglob("__init__.py")}
    assert listed - {"grammar", "examples"} == tree, "a folder missing here would vanish from the wheel without a word"


def test_the_version_is_written_alike_in_both_places() -> None:
    text = (ROOT / "secfuse" / "__init__.py").read_text(encoding="utf-8")
    assert f'__version__ = "{SETTINGS["project"]["version"]}"' in text


def test_dependencies_have_lower_bounds_only() -> None:
    for requirement in SETTINGS["project"]["dependencies"]:
        assert ">=" in requirement
        assert not set("<~!,") & set(requirement.replace(">=", ""))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what git would check out, without network."""
    copy = tmp_path_factory.mktemp("checkout")
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    out = tmp_path_factory.mktemp("wheel")
    pip(["wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(out), str(copy)])
    (found,) = out.glob("*.whl")
    return found


def pip(arguments: list[str]) -> None:
    """Run pip, and show what it says if it fails."""
    done = subprocess.run([sys.executable, "-m", "pip", "-q", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_wheel_holds_code_grammar_examples_and_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "py.typed",
        "grammar/sec.lark",
        "grammar/sec.tables.json",
        "compiler/codes/examples.json",
        "stdlib/numeric.sec",
        "stdlib/polynomials.sec",
        "examples/02-delays-by-wind/main.sec",
        "runtime/inputs.py",
    ):
        assert f"secfuse/{name}" in names
    tops = {name.split("/")[0] for name in names}
    assert tops == {"secfuse", f"secfuse-{SETTINGS['project']['version']}.dist-info"}, "no generic name may leak"


def test_an_example_runs_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    pip(["install", "--no-deps", "--no-index", "--target", str(site), str(wheel)])
    example = site / "secfuse" / "examples" / "01-average-salary"
    done = subprocess.run(
        [sys.executable, "-m", "secfuse", "run", "main.sec", "--json"],
        cwd=example, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '"Role.clerk"' in done.stdout
    where = subprocess.run(
        [sys.executable, "-c", "import secfuse.runtime.inputs as m; print(m.__file__)"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert where.startswith(str(site)), "the installed copy must be the one that ran"
