"""From what the parser recognised to the syntax tree: one method per rule of grammar/sec.lark.

Lives here: `Builder`. Each method takes the place of the whole and its parts, already built; a word or sign arrives as
`syntax.Name`. Not here: how the parser is driven (parse.py).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.graph import Span


def _inside(text: s.Name) -> str:
    """A text without its quotes."""
    return text.text[1:-1]


class Builder:
    """Stateless; a class only so that rules find their methods by name."""

    # ---- the contract

    def program(self, span: Span, name: s.Name, version: s.Name) -> s.Program:
        return s.Program(span, name, _inside(version))

    def purpose(self, span: Span, code: s.Name, text: s.Name) -> s.Purpose:
        return s.Purpose(span, _inside(code), _inside(text))

    def party(self, span: Span, name: s.Name, title: s.Name) -> s.Party:
        return s.Party(span, name, _inside(title))

    def compute(self, span: Span, parties: tuple[s.Name, ...]) -> s.Compute:
        return s.Compute(span, parties)

    def assume(self, span: Span, *assumptions: s.Name) -> s.Assume:
        return s.Assume(span, assumptions)

    def category(self, span: Span, name: s.Name, *labels: s.Name) -> s.Category:
        return s.Category(span, name, labels)

    def param(self, span: Span, name: s.Name, type_: s.TypeName, default: s.Expression) -> s.Param:
        return s.Param(span, name, type_, default)

    def input(self, span: Span, name: s.Name, owner: s.Name, rows: s.Expression, *lines: Any) -> s.Input:
        columns = tuple(line for line in lines if isinstance(line, s.Column))
        together = tuple(line for line in lines if isinstance(line, s.Together))
        return s.Input(span, name, owner, rows, columns, together)

    def together(self, span: Span, _: s.Name, columns: tuple[s.Name, ...]) -> s.Together:
        return s.Together(span, columns)

    def column(self, span: Span, name: s.Name, type_: s.TypeName, *modifiers: tuple[str, ...]) -> s.Column:
        said = {word for words in modifiers for word in words}
        return s.Column(span, name, type_, "unique" in said, tuple(sorted(said - {"unique"})))

    def unique(self, span: Span) -> tuple[str, ...]:
        return ("unique",)

    def may(self, span: Span, *uses: s.Name) -> tuple[str, ...]:
        return tuple(use.text for use in uses)

    def policy(self, span: Span, name: s.Name, *lines: s.PolicyLine) -> s.Policy:
        return s.Policy(span, name, lines)

    def groups(self, span: Span, *numbers: s.Expression) -> s.PolicyLine:
        return s.PolicyLine(span, "groups", numbers)

    def top(self, span: Span, *numbers: s.Expression) -> s.PolicyLine:
        return s.PolicyLine(span, "top", numbers)

    def runs(self, span: Span, *numbers: s.Expression) -> s.PolicyLine:
        return s.PolicyLine(span, "runs", numbers)

    # ---- types

    def type(self, span: Span, base: tuple[s.Name, s.Expression | None], *parts: Any) -> s.TypeName:
        optional = bool(parts) and isinstance(parts[0], s.Name) and parts[0].text == "?"
        bounds = parts[1:] if optional else parts
        return s.TypeName(span, base[0], base[1], optional, (bounds[0], bounds[1]) if bounds else None)

    def int_type(self, span: Span) -> tuple[s.Name, None]:
        return s.Name(span, "int"), None

    def fixed_type(self, span: Span, bits: s.Expression | None = None) -> tuple[s.Name, s.Expression | None]:
        return s.Name(span, "fixed"), bits

    def money_type(self, span: Span, decimals: s.Expression) -> tuple[s.Name, s.Expression | None]:
        return s.Name(span, "money"), decimals

    def date_type(self, span: Span) -> tuple[s.Name, None]:
        return s.Name(span, "date"), None

    def bool_type(self, span: Span) -> tuple[s.Name, None]:
        return s.Name(span, "bool"), None

    def identifier_type(self, span: Span) -> tuple[s.Name, None]:
        return s.Name(span, "identifier"), None

    def category_type(self, span: Span, name: s.Name) -> tuple[s.Name, None]:
        return name, None

    # ---- actions

    def let(self, span: Span, name: s.Name, *parts: Any) -> s.Let:
        annotation = parts[0] if isinstance(parts[0], s.Annotation) else None
        return s.Let(span, name, annotation, parts[-1])

    def annotation(self, span: Span, *parts: Any) -> s.Annotation:
        level, parties = parts[0] if len(parts) == 2 else ("", ())
        return s.Annotation(span, level, parties, parts[-1])

    def public(self, span: Span) -> tuple[str, tuple[s.Name, ...]]:
        return "public", ()

    def secret(self, span: Span) -> tuple[str, tuple[s.Name, ...]]:
        return "secret", ()

    def known(self, span: Span, parties: tuple[s.Name, ...]) -> tuple[str, tuple[s.Name, ...]]:
        return "known", parties

    def disclose(self, span: Span, value: s.Value, *parts: Any) -> s.Disclose:
        *output, recipients, policy, reason = parts
        return s.Disclose(span, value, output[0] if output else None, recipients, policy, _inside(reason))

    def output(self, span: Span, name: s.Name) -> s.Name:
        return name

    def print(self, span: Span, value: s.Expression) -> s.Print:
        return s.Print(span, value)

    def assert_(self, span: Span, condition: s.Expression, message: s.Name) -> s.Assert:
        return s.Assert(span, condition, _inside(message))

    def branch(self, span: Span, condition: s.Expression, yes: tuple[s.Action, ...], *no: Any) -> s.Branch:
        if not no:
            return s.Branch(span, condition, yes, ())
        return s.Branch(span, condition, yes, (no[0],) if isinstance(no[0], s.Branch) else no[0])

    def block(self, span: Span, *actions: s.Action) -> tuple[s.Action, ...]:
        return actions

    # ---- tables

    def join(self, span: Span, *parts: Any) -> s.Join:
        *kind, left, right, keys = parts
        return s.Join(span, kind[0].text if len(parts) == 4 else "inner", left, right, keys)

    def extend(self, span: Span, table: s.TableExpression, fields: tuple[s.Field, ...]) -> s.Extend:
        return s.Extend(span, table, fields)

    def filter(self, span: Span, table: s.TableExpression, condition: s.Expression) -> s.Filter:
        return s.Filter(span, table, condition)

    def select(self, span: Span, table: s.TableExpression, *columns: s.Name) -> s.Select:
        return s.Select(span, table, columns)

    def group(self, span: Span, table: s.TableExpression, *parts: Any) -> s.Group:
        return s.Group(span, table, parts[0] if len(parts) == 2 else (), parts[-1])

    def by(self, span: Span, *keys: s.Name) -> tuple[s.Name, ...]:
        return keys

    def union(self, span: Span, *tables: s.TableExpression) -> s.Union:
        return s.Union(span, tables)

    def fields(self, span: Span, *fields: s.Field) -> tuple[s.Field, ...]:
        return fields

    def field(self, span: Span, name: s.Name, value: s.Expression) -> s.Field:
        return s.Field(span, name, value)

    # ---- expressions

    def choice(self, span: Span, condition: s.Expression, yes: s.Expression, no: s.Expression) -> s.Choice:
        return s.Choice(span, condition, yes, no)

    def binary(self, span: Span, left: s.Expression, operator: s.Name, right: s.Expression) -> s.Binary:
        return s.Binary(span, operator.text, left, right)

    def unary(self, span: Span, operator: s.Name, operand: s.Expression) -> s.Unary | s.Number:
        """A minus in front of a number is part of the number."""
        if operator.text == "-" and isinstance(operand, s.Number):
            return s.Number(span, operand.value.copy_negate(), operand.decimals)
        return s.Unary(span, operator.text, operand)

    def number(self, span: Span, digits: s.Name) -> s.Number:
        text = digits.text.replace("_", "")
        _, point, behind = text.partition(".")
        return s.Number(span, Decimal(text), len(behind) if point else None)

    def truth(self, span: Span, word: s.Name) -> s.Truth:
        return s.Truth(span, word.text == "true")

    def date(self, span: Span, word: s.Name, text: s.Name) -> s.Date:
        return s.Date(span, _inside(text))

    def member(self, span: Span, owner: s.Name, name: s.Name) -> s.Member:
        return s.Member(span, owner, name)

    def call(self, span: Span, function: s.Name, arguments: tuple[s.Expression, ...]) -> s.Call:
        return s.Call(span, function, arguments)

    def arguments(self, span: Span, *arguments: s.Expression) -> tuple[s.Expression, ...]:
        return arguments

    def names(self, span: Span, *names: s.Name) -> tuple[s.Name, ...]:
        return names

    def name(self, span: Span, name: s.Name) -> s.Name:
        return name

    # ---- tests

    def test(self, span: Span, title: s.Name, *lines: Any) -> s.Test:
        return s.Test(span, _inside(title), lines)

    def given(self, span: Span, table: s.Name, rows: tuple[s.Row, ...]) -> s.Given:
        return s.Given(span, table, rows)

    def with_(self, span: Span, name: s.Name, value: s.Expression | s.Cell) -> s.With:
        return s.With(span, name, None, (value,))

    def with_policy(self, span: Span, name: s.Name, line: s.Name, numbers: tuple[s.Expression, ...]) -> s.With:
        return s.With(span, name, line, numbers)

    def setting(self, span: Span, *numbers: s.Expression) -> tuple[s.Expression, ...]:
        return numbers

    def expect(self, span: Span, output: s.Name, value: Any) -> s.Expect:
        if isinstance(value, tuple):
            return s.Expect(span, output, value, None)
        return s.Expect(span, output, None, value)

    def rows(self, span: Span, *rows: s.Row) -> tuple[s.Row, ...]:
        return rows

    def row(self, span: Span, *cells: s.Expression | s.Cell) -> s.Row:
        return s.Row(span, cells)

    def text(self, span: Span, text: s.Name) -> s.Cell:
        return s.Cell(span, "text", _inside(text))

    def null(self, span: Span) -> s.Cell:
        return s.Cell(span, "null")

    def suppressed(self, span: Span) -> s.Cell:
        return s.Cell(span, "suppressed")
