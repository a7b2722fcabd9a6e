"""Modules: found by path, read once, pure; their mistakes are told where they are imported or called."""

from __future__ import annotations

import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.compile import compile_source
from secfuse.compiler.errors import CompileErrors
from secfuse.stdlib import modules, standard
from tests.compiler.contracts import CONTRACT

LIBRARY = {
    "my/units": "let thousand = 1_000\nlet steps = [1, 10, 100]\nfn tons(x: fixed) -> fixed {\n  return x / 1_000\n}\n",
    "my/more": 'import units from "my/units"\nfn twice(x: fixed) -> fixed {\n  return units.tons(x) * 2\n}\n',
    "my/broken": "fn f(x: fixed) -> fixed {\n  return x +\n}\n",
    "my/here": 'import there from "my/there"\n',
    "my/there": 'import here from "my/here"\n',
    "my/impure": "print 5\n",
    "my/unknown": "let r = count(people)\n",
    "my/narrow": "\nfn square(x: fixed) -> fixed {\n  return x * x\n}\n",
}


def printed(body: str) -> tuple[str, ...]:
    program = compile_source(CONTRACT + body, "main.sec", LIBRARY.get)
    return evaluate(
        program.circuit, dict.fromkeys((t.name for t in program.circuit.tables), Rows(0, {}, {})), {}
    ).printed


def refused(body: str) -> list[tuple[str, str]]:
    with pytest.raises(CompileErrors) as caught:
        compile_source(CONTRACT + body, "main.sec", LIBRARY.get)
    return [(d.code, d.found) for d in caught.value.diagnostics]


def test_functions_and_constants_of_a_module_are_written_with_its_name() -> None:
    assert printed('import units from "my/units"\nprint units.tons(2500)\nprint units.steps[1] + units.thousand\n') == (
        "units.tons(2500): 2.5",
        "units.steps[1] + units.thousand: 1010",
    )


def test_modules_may_import_modules() -> None:
    assert printed('import more from "my/more"\nprint more.twice(500)\n') == ("more.twice(500): 1.0",)


def test_a_program_names_all_that_it_imports_by_digest() -> None:
    program = compile_source(CONTRACT + 'import more from "my/more"\n', "main.sec", LIBRARY.get)
    assert [path for path, _ in program.modules] == ["my/more", "my/units"]
    assert all(len(digest) == 64 for _, digest in program.modules)


@pytest.mark.parametrize(
    ("path", "code", "says"),
    [
        ("my/nowhere", "SEC701", '"my/nowhere"'),
        ("my/broken", "SEC702", '"my/broken" line 2: SEC101'),
        ("my/here", "SEC702", '"my/here" line 1: SEC702, "my/there" line 1: SEC703'),
        ("my/impure", "SEC702", '"my/impure" line 1: SEC704, `print` in a module'),
        ("my/unknown", "SEC702", '"my/unknown" line 1'),
    ],
)
def test_a_module_that_cannot_be_used_is_told_where_it_is_imported(path: str, code: str, says: str) -> None:
    ((found_code, found),) = refused(f'import it from "{path}"\n')
    assert found_code == code
    assert found.startswith(says)


def test_what_goes_wrong_inside_a_module_is_told_at_the_call_with_both_places() -> None:
    ((code, found),) = refused('import it from "my/narrow"\nlet a = it.square(1_000_000.0)\n')
    assert code == "SEC501"
    assert found.startswith("in my/narrow, line 3: `x * x` may be in")


def test_the_standard_library_is_found_by_path_and_nothing_else_is() -> None:
    assert all(standard(path) for path in modules())
    assert [standard(path) for path in ("std/", "std/../x", "std/Nope", "numeric", "std/nope", "std/a/b")] == [None] * 6
