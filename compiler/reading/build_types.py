"""Builds types and annotations. Not here: where they are written (build_contract.py, build_actions.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.graph import Span

Base: TypeAlias = tuple[s.Name, s.Expression | None]
Level: TypeAlias = tuple[str, tuple[s.Name, ...]]


def _element(span: Span, base: Base, *parts: Any) -> s.TypeName:
    optional = bool(parts) and isinstance(parts[0], s.Name) and parts[0].text == "?"
    bounds = parts[1:] if optional else parts
    return s.TypeName(span, base[0], base[1], optional, (bounds[0], bounds[1]) if bounds else None)


def _array_type(span: Span, *parts: Any) -> s.TypeName:
    *sizes, element = parts
    typed: s.TypeName = replace(element, span=span, sizes=tuple(sizes))
    return typed


def _int_type(span: Span) -> Base:
    return s.Name(span, "int"), None


def _fixed_type(span: Span, bits: s.Expression | None = None) -> Base:
    return s.Name(span, "fixed"), bits


def _money_type(span: Span, decimals: s.Expression) -> Base:
    return s.Name(span, "money"), decimals


def _date_type(span: Span) -> Base:
    return s.Name(span, "date"), None


def _bool_type(span: Span) -> Base:
    return s.Name(span, "bool"), None


def _identifier_type(span: Span) -> Base:
    return s.Name(span, "identifier"), None


def _text_type(span: Span, width: s.Expression) -> Base:
    return s.Name(span, "text"), width


def _category_type(span: Span, name: s.Name) -> Base:
    return name, None


def _record_type(span: Span, *fields: tuple[s.Name, s.TypeName]) -> s.RecordType:
    return s.RecordType(span, fields)


def _record_field(span: Span, name: s.Name, type_: s.TypeName) -> tuple[s.Name, s.TypeName]:
    return name, type_


def _annotation(span: Span, *parts: Any) -> s.Annotation:
    level, parties = parts[0] if len(parts) == 2 else ("", ())
    return s.Annotation(span, level, parties, parts[-1])


def _public(span: Span) -> Level:
    return "public", ()


def _secret(span: Span) -> Level:
    return "secret", ()


def _known(span: Span, parties: tuple[s.Name, ...]) -> Level:
    return "known", parties


RULES: Mapping[str, Callable[..., Any]] = {
    "element": _element,
    "array_type": _array_type,
    "int_type": _int_type,
    "fixed_type": _fixed_type,
    "money_type": _money_type,
    "date_type": _date_type,
    "bool_type": _bool_type,
    "identifier_type": _identifier_type,
    "text_type": _text_type,
    "category_type": _category_type,
    "record_type": _record_type,
    "record_field": _record_field,
    "annotation": _annotation,
    "public": _public,
    "secret": _secret,
    "known": _known,
}
