"""The door of the command line: `python -m secfuse` and the console script."""

from __future__ import annotations

from .cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
