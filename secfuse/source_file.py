"""The text of a program from its file, and of the modules that it imports.

Lives here: `read_text`, `beside`. Not here: what becomes of the text.
"""

from __future__ import annotations

from pathlib import Path

from secfuse.compiler.checking.scope import Library
from secfuse.runtime.errors import RunError
from secfuse.stdlib import standard


def beside(path: Path) -> Library:
    """The standard library, and by `./NAME` the modules in the folder of a program."""

    def found(module: str) -> str | None:
        name = module.removeprefix("./")
        file = path.parent / f"{name}.sec"
        if name == module or not name.isidentifier():
            return standard(module)
        return read_text(file) if file.is_file() else None

    return found


def read_text(path: Path) -> str:
    """The text of a file. Raises RunError CFG-603 if it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RunError("CFG-603", f"{path} is not UTF-8 text (byte {error.start})") from None
