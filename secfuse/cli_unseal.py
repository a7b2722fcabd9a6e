"""`secfuse unseal`: open a result that stayed shared, from the files that its parties release."""

from __future__ import annotations

from pathlib import Path

import click

from secfuse.runtime.seals import read_seal, unseal

from .outcome import released_object
from .save import check_target, save
from .screen import Screen, ending, options
from .show import show_released


@click.command(help="Open a sealed result from the files of shares of two parties or more.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write a .json, .csv or .parquet.")
@options
def command(files: tuple[Path, ...], out: Path | None, **flags: bool) -> None:
    """Nothing is shown unless all copies of all shares agree."""
    screen = Screen(**flags)
    with ending(screen):
        if out is not None:
            check_target(out, 1)
        seals = [read_seal(file) for file in files]
        released = unseal(seals)
        bounds = dict(zip(released.columns, seals[0].errors, strict=True))
        document = {
            "program": seals[0].program,
            "session": seals[0].session,
            "plan_digest": seals[0].plan,
            "parties": [seal.party for seal in seals],
            "outputs": {released.name: released_object(released, bounds)},
        }
        if out is not None:
            save(out, document, (released,))
        if screen.json:
            screen.object(document)
            return
        show_released(screen.out, released, bounds)
        by, to = ", ".join(seal.party for seal in seals), ", ".join(released.recipients)
        screen.out.print(f'  released by {by}; meant for {to}, because "{released.reason}"', markup=False)
        if len(seals) == 2:
            screen.note("two files only: of their three shares one was compared; a third file lets all be compared")
