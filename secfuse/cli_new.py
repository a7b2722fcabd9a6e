"""`secfuse new`: a folder with a program that runs at once, to be changed into one's own.

Lives here: names, files and how they are written. Not here: what the skeleton says (skeleton.py).
"""

from __future__ import annotations

import re
from pathlib import Path

import click

from secfuse.compiler.reading.parse import is_reserved

from .screen import Screen, ending, options
from .skeleton import skeleton

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}", re.ASCII)
PARTIES = 3


@click.command(help="Make a folder with a program, data and settings that run at once. NAME is the folder.")
@click.argument("name", type=click.Path(path_type=Path))
@click.option("--parties", default="north,south,office", show_default=True, help="Three names with commas.")
@options
def command(name: Path, parties: str, **flags: bool) -> None:
    """Names are looked at first; nothing is written over."""
    screen = Screen(**flags)
    with ending(screen):
        files = skeleton(_program_name(name), _party_names(parties))
        try:
            name.mkdir(parents=True)
        except FileExistsError:
            raise click.UsageError(f"{name} is there already: nothing was written") from None
        for file, text in files.items():
            (name / file).write_text(text, encoding="utf-8")
        if screen.json:
            screen.object({"folder": str(name), "files": list(files)})
        else:
            screen.out.print(f"{name}: {', '.join(files)}", markup=False)
            screen.out.print(f"  cd {name} && secfuse test main.sec && secfuse run main.sec", markup=False)


def _program_name(folder: Path) -> str:
    """The folder's last part, with _ for what no name may have."""
    return _checked(folder.name.replace("-", "_").replace(" ", "_"), "the folder's name")


def _party_names(text: str) -> tuple[str, ...]:
    names = tuple(_checked(name.strip(), "the name of a party") for name in text.split(","))
    if len(names) != PARTIES or len({name.casefold() for name in names}) != PARTIES:  # they name files too
        raise click.UsageError("this version computes among three parties: give three different names")
    return names


def _checked(name: str, what: str) -> str:
    if not NAME.fullmatch(name) or is_reserved(name):
        raise click.UsageError(f"{what} must be a letter, then letters, digits and _, and no reserved word: {name!r}")
    return name
