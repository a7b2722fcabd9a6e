"""The forms of the whole language, each as the class that stands for it; and the words that stay names."""

from __future__ import annotations

import pytest

from secfuse.compiler import syntax as s
from secfuse.compiler.errors import Problems
from secfuse.compiler.reading.parse import parse
from secfuse.compiler.source import Source
from tests.compiler.reading.shown import shown


def statements(text: str) -> tuple[s.Statement, ...]:
    source = Source(text)
    problems = Problems(source)
    found = parse(source, problems)
    assert not problems.found, [f"{d.span.line}: {d.found}, {d.expected}" for d in problems.found.values()]
    return found


def value(text: str) -> str:
    """What stands behind `let r =`."""
    (let,) = statements(f"let r = {text}")
    assert isinstance(let, s.Let)
    return shown(let.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a, b]", "Array([a b])"),
        ("[a, b,]", "Array([a b])"),
        ("[f(v) for v in xs]", "Comprehension(Call(f, [v], [], None), v, xs)"),
        ("[i for i in 0 ..< n + 1]", "Comprehension(i, i, Range(0, Binary('+', n, 1), False))"),
        ("[i for i in 1 .. 9]", "Comprehension(i, i, Range(1, 9, True))"),
        ("x[i]", "Index(x, [i])"),
        ("x[a:b]", "Index(x, [Slice(a, b)])"),
        ("x[:, 2]", "Index(x, [Slice(None, None) 2])"),
        ("x[a:][:b]", "Index(Index(x, [Slice(a, None)]), [Slice(None, b)])"),
        ("r.a[1] ** 2", "Binary('**', Index(Member(r, a), [1]), 2)"),
        ("-x[0]", "Unary('-', Index(x, [0]))"),
        ("{a = 1, b = x}", "Record([Field(a, 1) Field(b, x)])"),
        ("{\n  a = 1\n  b = {c = 2}\n}", "Record([Field(a, 1) Field(b, Record([Field(c, 2)]))])"),
        ("[\n  1,\n  2\n]", "Array([1 2])"),
        ("linear.solve(a, b)", "Call(solve, [a b], [], linear)"),
        ("f(x, steps = 10)", "Call(f, [x], [Field(steps, 10)], None)"),
        ("f(a = 1, b = 2)", "Call(f, [], [Field(a, 1) Field(b, 2)], None)"),
        ("x @ y * z", "Binary('*', Binary('@', x, y), z)"),
        ('col == "text"', "Binary('==', col, Text('text'))"),
        ("full join A with B on k", "Join('full', A, B, [k])"),
        ("sort T by a, b desc, c asc", "Sort(T, [SortKey(a, False) SortKey(b, True) SortKey(c, False)])"),
        ("sort (filter T where c) by a", "Sort(Filter(T, c), [SortKey(a, False)])"),
        ("sort (sort (top 1 of T by a) by b) by c", "Sort(Sort(Top(T, 1, [SortKey(a, True)]), [SortKey(b, False)]), "
         "[SortKey(c, False)])"),
        ("top 5 of T by k", "Top(T, 5, [SortKey(k, True)])"),
        ("top n of T by k asc, l", "Top(T, n, [SortKey(k, False) SortKey(l, True)])"),
        ("top (n + 1) of T by k desc", "Top(T, Binary('+', n, 1), [SortKey(k, True)])"),
        ("distinct T on k, l", "Distinct(T, [k l])"),
        ("window T by k order t desc { r = sum(x) }", "Window(T, [k], [SortKey(t, True)], "
         "[Field(r, Call(sum, [x], [], None))])"),
        ("window T order t { r = x }", "Window(T, [], [SortKey(t, False)], [Field(r, x)])"),
        ("pivot T by k on c { n = count() }", "Pivot(T, [k], c, [Field(n, Call(count, [], [], None))])"),
        ("table { a = xs, b = ys }", "FromArrays([Field(a, xs) Field(b, ys)])"),
        ("matrix T { a, b }", "Matrix(T, [a b])"),
    ],
)  # fmt: skip
def test_values_and_tables(text: str, expected: str) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('import linear from "std/linear"', "Import(linear, 'std/linear')"),
        ("var t : int = 0", "Var(t, Annotation('', [], TypeName(int, None, False, None, [])), 0)"),
        ("t = t + 1", "Assign(t, Binary('+', t, 1))"),
        ("for i in 0 ..< n { t = i }", "For(i, Range(0, n, False), [Assign(t, i)])"),
        ("repeat at most 20 until done { t = 1 }", "Repeat(20, done, [Assign(t, 1)])"),
        ("if c { var x = 1 } else if d { x = 2 }", "Branch(c, [Var(x, None, 1)], [Branch(d, [Assign(x, 2)], [])])"),
        ("fn f() { return 1 }", "Function(f, [], [], None, [Return(1)])"),
        ("fn f[n, T](x: [n] T, by: public int) -> [n, 2] T {\n  let y = x\n  return y\n}",
         "Function(f, [n T], [Parameter(x, Annotation('', [], TypeName(T, None, False, None, [n]))) "
         "Parameter(by, Annotation('public', [], TypeName(int, None, False, None, [])))], "
         "TypeName(T, None, False, None, [n 2]), [Let(y, None, x) Return(y)])"),
        ("fn f(r: {a: int, b: [n] text(12)})\n  -> {c: bool} { return r }",
         "Function(f, [], [Parameter(r, Annotation('', [], RecordType([[a TypeName(int, None, False, None, [])] "
         "[b TypeName(text, 12, False, None, [n])]])))], RecordType([[c TypeName(bool, None, False, None, [])]]), "
         "[Return(r)])"),
        ("let x : [n, m] fixed(20)? in 0 .. 1 = y",
         "Let(x, Annotation('', [], TypeName(fixed, 20, True, [0 1], [n m])), y)"),
    ],
)  # fmt: skip
def test_statements(text: str, expected: str) -> None:
    (statement,) = statements(text)
    assert shown(statement) == expected


SOFT = [
    "sort", "top", "distinct", "window", "pivot", "table", "matrix", "asc", "desc", "of", "order", "at",
    "most", "until", "repeat", "for", "in", "var", "fn", "import", "return", "let", "print", "assert", "text",
    "money", "date", "unique", "left", "full", "first", "by", "program", "input", "policy", "test", "rows", "per",
    "public", "known",
]  # fmt: skip


@pytest.mark.parametrize("word", SOFT)
def test_a_word_of_the_grammar_can_still_name_things(word: str) -> None:
    text = f"""let {word} = 1
let a = {word}
let b = {word} + -{word} * f({word}, {word} = {word})[{word}:{word}] - {word}({word})
let c = {word} and [{word} for {word} in {word}] == [{word}, {word}]
let d = sort {word} by {word}, {word} desc
let e = group (distinct {word} on {word}) by {word} {{ {word} = sum({word}) }}
let f = top {word} of {word} by {word}
var g : {word} = {{{word} = {word}}}
disclose {word} as {word} to {word}, {word} under {word} because "{word}"
for {word} in {word} ..< {word} {{ {word if word != "let" else "x"} = {word} }}
repeat at most {word} until {word} {{ print {word} }}
input {word} from {word} at most {word} rows {{
  {word} : int   may be joined
}}
fn {word}[{word}]({word}: int) {{ return {word} }}
"""
    if word in ("money", "text", "public", "known"):
        text = text.replace(f"var g : {word}", "var g : int")
    read = statements(text)
    assert len(read) == 13
    assert isinstance(read[1], s.Let)
    assert isinstance(read[1].value, s.Name)


def test_a_verb_in_front_of_its_table_is_a_verb_and_a_call_is_a_call() -> None:
    assert value("sort(x)") == "Call(sort, [x], [], None)"
    assert value("top(3) + 1") == "Binary('+', Call(top, [3], [], None), 1)"
    assert value("window and true") == "Binary('and', window, Truth(True))"
    assert value("distinct (filter T where c) on k") == "Distinct(Filter(T, c), [k])"
