"""Where a command's words go: results to standard output, everything else to standard error.

Lives here: `Screen`, the options that all commands share, and how every failure ends. Not here: what results look like
(show*.py).
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import click
from rich.console import Console

from secfuse.compiler.circuit.failed import CheckFailed
from secfuse.compiler.diagnostics import render, to_json
from secfuse.compiler.errors import CompileErrors
from secfuse.runtime.errors import FAULTS, LocalError, RunError

PROGRAM_ERROR = 10
CANCELLED = 130
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Screen:
    """How to speak. `json`: one object on stdout; `quiet`: nothing on stderr but errors and the privacy banner."""

    json: bool = False
    quiet: bool = False
    no_color: bool = False
    debug: bool = False

    @property
    def out(self) -> Console:
        """For results."""
        return Console(no_color=self.no_color, highlight=False, soft_wrap=True, emoji=False)

    @property
    def err(self) -> Console:
        """For everything else."""
        return Console(stderr=True, no_color=self.no_color, highlight=False, soft_wrap=True, emoji=False)

    def note(self, text: str) -> None:
        """Something worth knowing, unless asked to be quiet."""
        if not self.quiet:
            self.err.print(text, markup=False)

    def object(self, value: dict[str, Any]) -> None:
        """The one JSON object of a command."""
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def options(command: Command) -> Command:
    """The options that every command takes, handed over as keyword arguments of `Screen`."""
    for name, text in (
        ("--debug", "Show the traceback of our own mistakes."),
        ("--no-color", "No colours."),
        ("--quiet", "Only errors and warnings on standard error."),
        ("--json", "One JSON object on standard output."),
    ):
        command = click.option(name, is_flag=True, help=text)(command)
    return command


@contextmanager
def ending(screen: Screen) -> Iterator[None]:
    """Whatever goes wrong inside ends as a sentence with a code, a remedy and an exit code; never as a traceback."""
    try:
        yield
    except click.exceptions.Exit:
        raise
    except click.ClickException:
        raise
    except CompileErrors as errors:
        show_diagnostics(screen, errors)
        raise click.exceptions.Exit(PROGRAM_ERROR) from None
    except RunError as error:
        _show_failure(screen, error.code, error.sentence)
        raise click.exceptions.Exit(error.exit_code) from None
    except CheckFailed as failed:
        _show_failure(screen, "RUN-302", str(failed))
        raise click.exceptions.Exit(PROGRAM_ERROR) from None
    except KeyboardInterrupt:
        _show_failure(screen, "RUN-130", "cancelled")
        raise click.exceptions.Exit(CANCELLED) from None
    except (MemoryError, OSError) as error:
        # An OSError's text may name a path, never a value.
        local = LocalError(str(error) or type(error).__name__)
        _show_failure(screen, local.code, local.sentence)
        raise click.exceptions.Exit(local.exit_code) from None
    except Exception as mistake:  # the last resort of a process: anything else is our own mistake
        if screen.debug:
            traceback.print_exc()
        # An unexpected error's text may hold values, so only its kind is shown.
        _show_failure(screen, "RUN-501", f"a mistake of SecFuse itself ({type(mistake).__name__})")
        raise click.exceptions.Exit(FAULTS["RUN-501"].exit_code) from None


def show_diagnostics(screen: Screen, errors: CompileErrors) -> None:
    """All mistakes of a program."""
    if screen.json:
        screen.object({"ok": False, "diagnostics": [to_json(d) for d in errors.diagnostics]})
        return
    for diagnostic in errors.diagnostics:
        screen.err.print(render(diagnostic, errors.source) + "\n", markup=False)
    count = len(errors.diagnostics)
    screen.err.print(f"{count} error{'s' if count > 1 else ''}", style="bold red")


def _show_failure(screen: Screen, code: str, sentence: str) -> None:
    fault = FAULTS[code]
    if screen.json:
        error = {"code": code, "exit_code": fault.exit_code, "sentence": sentence, "remedy": fault.remedy}
        screen.object({"error": error})
        return
    screen.err.print(f"{code}: {sentence}", style="bold red", markup=False)
    screen.err.print(f"  {fault.meaning}; {fault.remedy}", markup=False)
