"""`secfuse fmt`: programs in their one form.

Lives here: which files, what is printed, how a file is replaced. Not here: the form (compiler/formatting).
"""

from __future__ import annotations

import difflib
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from secfuse.compiler.diagnostics import to_json
from secfuse.compiler.errors import CompileErrors
from secfuse.compiler.formatting.format import format_source
from secfuse.runtime.errors import RunError

from .screen import PROGRAM_ERROR, Screen, ending, options, show_diagnostics

STDIN = "<stdin>"


@dataclass(frozen=True, slots=True)
class Formatted:
    """A program before and after, or what is wrong with it."""

    name: str
    before: str
    after: str
    errors: CompileErrors | None = None

    @property
    def changed(self) -> bool:
        """True if it did not have the form."""
        return self.before != self.after


@click.command(help="Write programs in their one form. A file that does not parse is left alone.")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit code 10 if a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@click.option("--stdin", is_flag=True, help="Read one program from standard input, write it to standard output.")
@options
def command(files: tuple[Path, ...], check: bool, diff: bool, stdin: bool, **flags: bool) -> None:
    """Each file by itself: one that is wrong keeps none of the others from its form."""
    screen = Screen(**flags)
    if stdin == bool(files):
        raise click.UsageError("name the files, or give --stdin and no file")
    with ending(screen):
        if stdin:
            done = [_formatted(STDIN, sys.stdin.buffer.read())]
        else:
            done = [_formatted(str(file), file.read_bytes()) for file in files]
        for file, result in zip(files, done, strict=not stdin):
            if result.changed and not (check or diff):
                _replace(file, result.after)
        if screen.json:
            screen.object({"ok": not any(r.errors for r in done), "files": [_object(r, diff, stdin) for r in done]})
        else:
            for result in done:
                _show(screen, result, check, diff, stdin)
        if any(result.errors or (check and result.changed) for result in done):
            raise click.exceptions.Exit(PROGRAM_ERROR)


def _formatted(name: str, content: bytes) -> Formatted:
    """Raises RunError CFG-603 for what is no text. Line ends of other systems are a difference too."""
    try:
        before = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RunError("CFG-603", f"{name} is not UTF-8 text (byte {error.start})") from None
    try:
        return Formatted(name, before, format_source(before.replace("\r\n", "\n").replace("\r", "\n"), name))
    except CompileErrors as errors:
        return Formatted(name, before, before, errors)


def _replace(path: Path, text: str) -> None:
    """Written beside it, synced, then renamed, with the mode of the old one; of a link, the file it leads to."""
    path = path.resolve()
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(stat.S_IMODE(path.stat().st_mode))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _difference(result: Formatted) -> str:
    lines = (result.before.splitlines(keepends=True), result.after.splitlines(keepends=True))
    difference = difflib.unified_diff(*lines, result.name, result.name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ no line end\n" for line in difference)


def _object(result: Formatted, diff: bool, stdin: bool) -> dict[str, object]:
    found = [to_json(diagnostic) for diagnostic in result.errors.diagnostics] if result.errors else []
    shown = {"diff": _difference(result)} if diff else {}
    text = {"text": result.after} if stdin and not result.errors else {}
    return {"file": result.name, "changed": result.changed, "diagnostics": found, **shown, **text}


def _show(screen: Screen, result: Formatted, check: bool, diff: bool, stdin: bool) -> None:
    if result.errors:
        show_diagnostics(screen, result.errors)
    elif diff:
        click.echo(_difference(result), nl=False)
    elif stdin and not check:
        click.echo(result.after, nl=False)
    elif result.changed:
        screen.note(f"{result.name}: {'would be' if check else 'is'} formatted")
