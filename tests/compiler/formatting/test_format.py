"""What the formatter does, by examples; and that it changes no meaning and is content with its own work."""

from __future__ import annotations

from pathlib import Path
from random import Random
from textwrap import dedent
from time import process_time

import pytest

from secfuse.compiler.circuit.text import print_circuit
from secfuse.compiler.compile import compile_source
from secfuse.compiler.errors import CompileErrors
from secfuse.compiler.formatting.breaks import WIDTH
from secfuse.compiler.formatting.format import format_source, one_line
from tests.compiler.formatting.respace import respaced

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = sorted([*(ROOT / "examples").glob("*/main.sec"), *(ROOT / "tests" / "programs" / "good").glob("*.sec")])
SEED = 20_130_101
VARIANTS = 4


def form(text: str) -> str:
    """The form of an indented text; formatting that again changes nothing."""
    result = format_source(dedent(text))
    assert format_source(result) == result
    return result


def circuit(text: str) -> str:
    return print_circuit(compile_source(text).circuit)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_our_own_programs_have_the_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert format_source(text) == text, "run: secfuse fmt " + str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_formatting_changes_no_circuit_and_is_content_with_its_own_work(path: Path) -> None:
    """However the program was written before."""
    text, random = path.read_text(encoding="utf-8"), Random(SEED)
    expected = circuit(text)
    for variant in (text, *(respaced(text, random) for _ in range(VARIANTS))):
        once = format_source(variant)
        assert format_source(once) == once
        assert circuit(once) == circuit(variant) == expected
        assert sorted(comments(once)) == sorted(comments(variant))
        assert "\n\n\n" not in once
        assert all(line == line.rstrip() for line in once.split("\n"))


def comments(text: str) -> list[str]:
    """All comments of a program whose texts hold no #."""
    return [line[line.index("#") :].strip() for line in text.splitlines() if "#" in line and '"Where' not in line]


def test_blanks() -> None:
    assert form("let  x=-( a+b )*min (c,-2)/T.x") == "let x = -(a + b) * min(c, -2) / T.x\n"
    assert form("print   if(a<-1)and not(b)then-1 else(2)") == "print if (a < -1) and not (b) then -1 else (2)\n"
    assert form("let t=union a,( select b{c,d} )") == "let t = union a, (select b { c, d })\n"
    assert form("assume honest   majority ,semi-honest") == "assume honest majority, semi-honest\n"
    assert form("param x:fixed( 8 )? in-1..1=- 0.5") == "param x : fixed(8)? in -1 .. 1 = -0.5\n"
    assert form("policy p{top 2 below 85 %}") == "policy p { top 2 below 85% }\n"


def test_a_name_like_a_word_is_a_name() -> None:
    assert form("let x = top - 1 + most(2)") == "let x = top - 1 + most(2)\n"


def test_blanks_of_arrays_records_and_functions() -> None:
    assert form("let x=[ a,b ] @y[ 1:n ,: ]") == "let x = [a, b] @ y[1:n, :]\n"
    assert form("let x=[ f( v )for v in 0..<n ]") == "let x = [f(v) for v in 0 ..< n]\n"
    assert form("let r : {a:int,b :[n]T}={ a=1,b=[x] }") == "let r : {a: int, b: [n] T} = {a = 1, b = [x]}\n"
    assert form("fn f[ n ]( x:[n]T,by :public int )->[n]T{ return[x] }") == (
        "fn f[n](x: [n] T, by: public int) -> [n] T { return [x] }\n"
    )
    assert form("repeat at most 3 until( c ){ x=f( a,k=-1 ) }") == "repeat at most 3 until(c) { x = f(a, k = -1) }\n"


def test_a_verb_stands_apart_from_its_table_and_a_call_does_not() -> None:
    assert form("let x=sort(top(n) of(filter t where c) by k) by k desc") == (
        "let x = sort (top (n) of (filter t where c) by k) by k desc\n"
    )
    assert form("let x = sort (y) + window (3)") == "let x = sort(y) + window(3)\n"


def test_blocks_in_blocks() -> None:
    assert form("for i in 0..<n{\nif c{ x=1 }\nelse{\n longer=2\n\n  # why\n  y=3 } }") == dedent(
        """\
        for i in 0 ..< n {
          if c { x = 1 }
          else {
            longer = 2

            # why
            y = 3
          }
        }
        """
    )


def test_columns_of_an_input() -> None:
    assert form(
        """
        input t from p at most 10 rows {
          id:identifier unique  may be joined
          delay :int?   in -120..1500 may be aggregated ,compared

          x : Band
        }
        """
    ) == dedent(
        """\
        input t from p at most 10 rows {
          id    : identifier unique      may be joined
          delay : int? in -120 .. 1500   may be aggregated, compared

          x : Band
        }
        """
    )


def test_columns_of_declarations_lets_and_fields() -> None:
    assert form(
        """
        party a "A"
        party weather   "W"
        category B { x, y }
        param long_name : int = 1
        param k : int = 2
        let short = 1
        let longer = extend t {
          a = 1
          abc = 2, d = 3
          ef = 4
        }
        """
    ) == dedent(
        """\
        party a       "A"
        party weather "W"
        category B { x, y }
        param    long_name : int = 1
        param    k         : int = 2
        let short  = 1
        let longer = extend t {
          a = 1
          abc = 2, d = 3
          ef = 4
        }
        """
    )


def test_a_very_uneven_group_is_left_ragged() -> None:
    text = "let a = 1\nlet a_name_that_is_much_longer_than_a = 2\n"
    assert form(text) == text


def test_comments_and_blank_lines_stay_where_they_are() -> None:
    assert form(
        """

        # first
        let a = 1   #one


        # second

        # third
        let bc = ( # open
          1
            # inside
        )
        if x {

          print 1  # the smaller
          print 100#   the larger

          # behind all
        }
        # last
        """
    ) == dedent(
        """\
        # first
        let a = 1  #one

        # second

        # third
        let bc = (  # open
          1
          # inside
        )
        if x {
          print 1    # the smaller
          print 100  #   the larger

          # behind all
        }
        # last
        """
    )


def test_braces_that_hold_a_line_end_hold_nothing_else_on_their_own_lines() -> None:
    assert form("if a { print 1\n print 2 } else { print 3 }") == "if a {\n  print 1\n  print 2\n} else { print 3 }\n"
    assert form('test "t" { given a = rows {\n} }') == 'test "t" { given a = rows { } }\n'


def test_then_and_else_stand_under_their_if() -> None:
    assert form(
        """
        let x = extend t {
            kind = if a < 1 then 1
               else if a < 2
               then 2
             else 3
            k = max(if a
            then b else c,
            2)
        }
        """
    ) == dedent(
        """\
        let x = extend t {
          kind = if a < 1 then 1
                 else if a < 2
                 then 2
                 else 3
          k = max(if a
                  then b else c,
            2)
        }
        """
    )


def test_what_goes_on_is_indented() -> None:
    assert form('disclose a to b\nunder c\n      because "d"') == 'disclose a to b\n  under c\n  because "d"\n'
    assert form("let a = 1 +\n2") == "let a = 1 +\n  2\n"
    assert form("input t from p at most 1 rows {\nx : int may be joined,\n grouped\n}") == (
        "input t from p at most 1 rows {\n  x : int   may be joined,\n    grouped\n}\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "let x = " + " + ".join(f"a_rather_long_name_{i} * {i}" for i in range(20)),
        "let x = if a then 1 " + "".join(f"else if value_{i} < {i} then {i} " for i in range(20)) + "else 0",
        "category C { " + ", ".join(f"label_{i}" for i in range(60)) + " }",
        'test "t" { given t = rows { ' + "  ".join(f'("name {i}", {i})' for i in range(60)) + " } }",
        "disclose sum("
        + "x" * 50
        + ") as "
        + "y" * 20
        + " to "
        + ", ".join(["party_one"] * 9)
        + ' under p because "z"',
        "let x = max(" + "min(a, b), " * 20 + "1)",
        "let x = " + " and ".join(f"(some_value > {i} or other == {i})" for i in range(9)),
    ],
    ids=["sum", "choices", "labels", "rows", "disclose", "arguments", "conditions"],
)
def test_long_lines_are_broken(text: str) -> None:
    lines = form(text).splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= WIDTH


def test_how_long_lines_are_broken() -> None:
    text = "let x = " + " + ".join("a" * 30 for _ in range(5))
    assert form(text) == f"let x = {'a' * 30} + {'a' * 30} + {'a' * 30} +\n  {'a' * 30} + {'a' * 30}\n"
    text = "let x = if " + "c" * 60 + " then " + "a" * 30 + " else " + "b" * 30
    assert form(text) == f"let x = if {'c' * 60} then {'a' * 30}\n        else {'b' * 30}\n"


def test_a_line_that_cannot_be_broken_stays_long() -> None:
    text = f'purpose "a/b" "{"x" * 200}"\n'
    assert form(text) == text


def test_nothing_but_comments_and_nothing_at_all() -> None:
    assert form("") == form("\n\n") == ""
    assert form("\n# a\n\n\n#b") == "# a\n\n#b\n"


def test_a_text_that_does_not_parse_is_refused() -> None:
    with pytest.raises(CompileErrors) as caught:
        format_source("let = 3\nlet x = (", "x.sec")
    assert [d.code for d in caught.value.diagnostics] == ["SEC101", "SEC104"]


def test_a_large_program_takes_no_longer_than_reading_it() -> None:
    text = "".join(f"let x{i}=extend t{{a=1,b=max( 2,3 )}}\n" for i in range(2000))
    start = process_time()
    form(text)
    assert process_time() - start < 15, "about 2 s for both on a quiet machine"


def test_an_expression_on_one_line() -> None:
    assert one_line("a+ # first\n  f( b )") == "a + f(b)"
    assert one_line("if a then-1\n else x") == "if a then -1 else x"
    assert one_line("f\n(x)") == "f(x)"


def test_the_program_on_the_page_about_it_has_the_form() -> None:
    page = (ROOT / "docs" / "tools.md").read_text(encoding="utf-8")
    program = page.split("```sec\n")[1].split("```")[0]
    assert format_source(program) == program
