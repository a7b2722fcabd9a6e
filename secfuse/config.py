"""What a user binds to a program: sources of inputs and values of parameters.

Lives here: `secfuse.toml` next to the program, and what the command line adds; flags beat the file. Not here: reading
the sources (runtime/inputs.py).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path
from typing import assert_never

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Param
from secfuse.compiler.circuit.released import EPOCH
from secfuse.compiler.circuit.texts import text_code
from secfuse.compiler.circuit.types import Domain
from secfuse.runtime.errors import RunError
from secfuse.runtime.inputs_check import describe
from secfuse.runtime.inputs_source import anchored

SETTINGS = "secfuse.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """Sources by table, texts of parameters by name, and where relative paths inside queries start.

    Sources that are paths are absolute.
    """

    sources: dict[str, str]
    params: dict[str, str]
    directory: Path


def read_settings(directory: Path) -> Settings:
    """The settings in `directory`; none at all without the file. Raises RunError CFG-601."""
    path = directory / SETTINGS
    if not path.is_file():
        return Settings({}, {}, directory)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise RunError("CFG-601", f"{path}: {error}") from None
    inputs, params = document.get("inputs", {}), document.get("params", {})
    if not isinstance(inputs, dict) or not isinstance(params, dict):
        raise RunError("CFG-601", f"{path}: inputs and params must be tables")
    sources: dict[str, str] = {}
    for name, entry in inputs.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("source"), str):
            raise RunError("CFG-601", f'{path}: write [inputs.{name}] and below it source = "..."')
        sources[name] = anchored(entry["source"], directory)
    return Settings(sources, {name: _literal(value) for name, value in params.items()}, directory)


def overridden(settings: Settings, inputs: Iterable[str], params: Iterable[str], directory: Path) -> Settings:
    """The settings with NAME=VALUE pairs of the command line put over them; their paths start at `directory`."""
    sources = {name: anchored(value, directory) for name, value in _pairs(inputs, "--input")}
    texts = dict(_pairs(params, "--param"))
    return Settings({**settings.sources, **sources}, {**settings.params, **texts}, settings.directory)


def bound_sources(circuit: Circuit, settings: Settings) -> dict[str, str]:
    """A source for every table of the program, and for nothing else. Raises RunError INP-112."""
    names = [table.name for table in circuit.tables]
    for name in settings.sources:
        if name not in names:
            raise RunError("INP-112", f'the program has no input "{name}"; it has {", ".join(names) or "none"}')
    for name in names:
        if name not in settings.sources:
            raise RunError(
                "INP-112", f'input "{name}" has no source: give --input {name}=PATH, or bind it in {SETTINGS}'
            )
    return {name: settings.sources[name] for name in names}


def bound_params(circuit: Circuit, settings: Settings) -> dict[str, int]:
    """Every parameter as an integer in the form the circuit uses; the default where none is given."""
    known = {param.name: param for param in circuit.params}
    for name in settings.params:
        if name not in known:
            raise RunError("INP-113", f'the program has no parameter "{name}"; it has {", ".join(known) or "none"}')
    given = {name: _encode(known[name], text) for name, text in settings.params.items()}
    return {name: given.get(name, param.default) for name, param in known.items()}


def _encode(param: Param, text: str) -> int:
    value = _number(param, text.strip())
    if value is None or not param.elem.lo <= value <= param.elem.hi:
        raise RunError("INP-113", f'parameter "{param.name}" must be {describe(param.elem)}')
    return value


def _number(param: Param, text: str) -> int | None:
    """The integer that stands for `text`; None if it is not of the parameter's type."""
    match param.elem.domain:
        case Domain.INT | Domain.FIXED:
            return _scaled(text, param.elem.fraction_bits)
        case Domain.MONEY:
            return _decimal(text, param.elem.decimals)
        case Domain.DATE:
            return _day(text)
        case Domain.BOOL:
            return {"true": 1, "false": 0}.get(text.lower())
        case Domain.CATEGORY:
            label = text.removeprefix(f"{param.elem.category}.")
            return param.elem.labels.index(label) if label in param.elem.labels else None
        case Domain.TEXT:
            return text_code(text)
        case Domain.IDENTIFIER:
            return None
        case _:
            assert_never(param.elem.domain)


def _decimal(text: str, decimals: int) -> int | None:
    """number * 10**decimals, which must be whole."""
    try:
        scaled = Decimal(text).scaleb(decimals)
    except ArithmeticError:
        return None
    whole = scaled.is_finite() and abs(scaled) < 2**64 and scaled == scaled.to_integral_value()
    return int(scaled) if whole else None


def _day(text: str) -> int | None:
    """Days since 1970-01-01 of year-month-day."""
    try:
        return date.fromisoformat(text).toordinal() - EPOCH
    except ValueError:
        return None


def _scaled(text: str, fraction_bits: int) -> int | None:
    """round(number * 2**fraction_bits), halves away from zero; without fraction bits the number must be whole."""
    with localcontext() as context:
        context.prec = 60
        try:
            scaled = Decimal(text) * 2**fraction_bits
        except ArithmeticError:
            return None
        if not scaled.is_finite() or abs(scaled) > 2**64:
            return None
        whole = scaled.to_integral_value(rounding=ROUND_HALF_UP)
    return int(whole) if fraction_bits or scaled == whole else None


def _pairs(texts: Iterable[str], flag: str) -> list[tuple[str, str]]:
    pairs = [text.partition("=") for text in texts]
    for name, sign, _ in pairs:
        if not sign or not name.strip():
            raise RunError("CFG-602", f"write {flag} NAME=VALUE")
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def _literal(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
