"""func_digest: the same for one function however it is written down, another for every other function."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from secfuse.compiler.circuit.cbor import Malformed, decode, encode
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.compile import compile_source
from secfuse.compiler.digest import func_digest, function_of, read_function, write_function
from secfuse.compiler.formatting.format import format_source
from secfuse.compiler.front import read_program

from .mutations_of_meaning import MUTATIONS

ROOT = Path(__file__).resolve().parents[2]
GOOD = ROOT / "tests" / "programs" / "good"
EVERY = sorted(path.stem for path in GOOD.glob("*.sec"))


@cache
def text_of(name: str) -> str:
    return (GOOD / f"{name}.sec").read_text(encoding="utf-8")


def without_tests(text: str) -> str:
    return text[: text.index("\ntest ")] + "\n"


@cache
def digest_of(text: str) -> str:
    return func_digest(read_program(text))


@pytest.mark.parametrize(("name", "old", "new"), MUTATIONS, ids=[f"{n}: {new.strip()[:40]}" for n, _, new in MUTATIONS])
def test_every_change_of_meaning_changes_the_digest(name: str, old: str, new: str) -> None:
    text = without_tests(text_of(name))
    assert old in text
    changed = text.replace(old, new, 1)
    if "if first > 3 {" in new:
        changed = changed.replace('because "one department"', 'because "one department" }')
    assert digest_of(changed) != digest_of(text)


def test_no_two_of_them_have_the_same_digest_and_they_are_at_least_sixty() -> None:
    assert len(set(MUTATIONS)) == len(MUTATIONS) >= 60
    digests = {digest_of(text_of(name)) for name in EVERY}
    assert len(digests) == len(EVERY)


def commented(text: str) -> str:
    """With a comment before every line, at the end of every line, and blank lines between declarations."""
    lines = text.split("\n")
    marked = [f"{line}   # {number}" if line.strip() and "{" not in line else line for number, line in enumerate(lines)]
    return "# first\n\n" + "\n".join(marked)


@pytest.mark.parametrize("name", EVERY[::6])
def test_comments_line_ends_form_and_tests_do_not_count(name: str) -> None:
    text = text_of(name)
    wanted = digest_of(text)
    assert digest_of(text.replace("\n", "\r\n")) == wanted
    assert digest_of(format_source(commented(text))) == wanted
    assert digest_of(without_tests(text)) == wanted


def test_names_of_values_the_order_of_policies_and_what_nobody_needs_do_not_count() -> None:
    text = text_of("pay_gap")
    assert digest_of(text.replace("women", "ladies").replace("men", "lords").replace("ladies", "women")) == digest_of(
        text
    )
    assert digest_of(text.replace("let gap", "let unused = mean(men.years)\nlet gap")) == digest_of(text)
    one, other = "policy one { groups of at least 1 }\n", "policy other { groups of at least 2 }\n"
    assert digest_of(text.replace("policy any", f"{one}{other}policy any")) == digest_of(
        text.replace("policy any", f"{other}{one}policy any")
    )


def test_passes_do_not_count() -> None:
    for name in ("delays_by_wind", "loops", "matrices"):
        assert func_digest(compile_source(text_of(name))) == digest_of(text_of(name))


def test_modules_count_by_what_is_used_of_them() -> None:
    text = without_tests(text_of("pay_gap")).replace("policy any", 'import my from "./my"\npolicy any')
    text = text.replace("mean(men.pay) - mean(women.pay)", "my.more(count(men)) - count(women)")

    def digest_with(module: str) -> str:
        return func_digest(read_program(text, library={"./my": module}.get))

    more = "\nfn more(x: int) -> int {\n  return x + 2\n}\n"
    wanted = digest_with(more)
    assert digest_with("# another comment\n" + more.replace("x", "number")) == wanted
    assert digest_with(more + more.replace("more", "unused")) == wanted
    assert digest_with(more.replace("2", "3")) != wanted


def test_the_bytes_are_the_function() -> None:
    for name in EVERY[::4]:
        function = function_of(read_program(text_of(name)))
        data = write_function(function)
        assert sha256(data).hexdigest() == digest_of(text_of(name))
        again = read_function(data)
        assert again == function
        verify(again.circuit)


def other_interpreters() -> list[str]:
    """Those that can be called by their version, and answer."""
    named = filter(None, map(shutil.which, ("python3.12", "python3.13", "python3.14")))
    return [path for path in named if not subprocess.run([path, "-c", ""], capture_output=True).returncode]


def test_other_interpreters_hash_seeds_folders_and_line_ends(tmp_path: Path) -> None:
    """The compiler up to the digest needs nothing but Python: every interpreter on this machine can say it."""
    house = tmp_path / "another house"
    for folder in ("compiler", "stdlib", "secfuse", "grammar"):
        shutil.copytree(ROOT / folder, house / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (house / "pyproject.toml").touch()
    (house / "p.sec").write_bytes(text_of("delays_by_wind").replace("\n", "\r\n").encode())
    program = (
        "from pathlib import Path\n"
        "from secfuse.compiler.front import read_program\n"
        "from secfuse.compiler.digest import func_digest\n"
        "print(func_digest(read_program(Path('p.sec').read_bytes().decode())))"
    )
    for seed, interpreter in enumerate((sys.executable, *other_interpreters())):
        said = subprocess.run(
            [interpreter, "-c", program],
            cwd=house,
            env={"PYTHONHASHSEED": str(seed + 1)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert said.stdout.strip() == digest_of(text_of("delays_by_wind")), interpreter


def refused(data: bytes) -> str:
    """The code under which the bytes are refused; empty for what is a function, which then is written as it was."""
    try:
        function = read_function(data)
    except Malformed as breach:
        return breach.code
    assert write_function(function) == data
    return ""


def test_damaged_bytes_are_refused_with_a_code_and_nothing_else_happens() -> None:
    for name in ("delays_by_wind", "loops"):
        data, random = write_function(function_of(read_program(text_of(name)))), Random(name)
        codes = {refused(data[:end]) for end in range(0, len(data), 97)}
        assert codes <= {"cut-short"}
        for _ in range(250):
            damaged = bytearray(data)
            for _ in range(random.choice((1, 1, 2, 5))):
                damaged[random.randrange(len(damaged))] = random.randrange(256)
            codes.add(refused(bytes(damaged)))
        assert {"cut-short", "form", "circuit", "not-shortest", "text", "key", "not-allowed"} <= codes


def test_damaged_data_are_refused_with_a_code() -> None:
    """Damage of another sort: the bytes are well-formed, what they say is not."""
    codes = set()
    for name in ("delays_by_wind", "loops", "matrices", "windows"):
        data, random = write_function(function_of(read_program(text_of(name)))), Random(name)
        for _ in range(60):
            tree = decode(data)
            assert isinstance(tree, dict)
            changed(tree["circuit"], random)
            codes.add(refused(encode(tree)))
    assert {"form", "circuit"} <= codes


def changed(tree: object, random: Random) -> None:
    """Replace one value somewhere in the data by another."""
    while True:
        assert isinstance(tree, dict | list)
        places = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
        place = random.choice(places) if places else None
        if place is None:
            return
        below = tree[place]
        if isinstance(below, dict | list) and below and random.random() < 0.97:
            tree = below
            continue
        others = (
            0,
            1,
            -1,
            7,
            2**70,
            "",
            "x",
            "secret",
            [],
            {},
            True,
            [1],
            {"a": 1},
            [[["x", 2]]],
            *(op.value for op in Op),
        )
        tree[place] = random.choice((*others, below + 1)) if isinstance(below, int) else random.choice(others)
        return


def test_a_bomb_is_refused_before_it_takes_room() -> None:
    for data, code in (
        (b"\x81" * 100_000, "too-deep"),
        (b"\xa1\x61a" * 100_000, "too-deep"),
        (b"\x9b" + b"\x7f" * 8, "cut-short"),
        (b"\x5b" + b"\x7f" * 8, "cut-short"),
        (b"\xbb" + b"\x7f" * 8, "cut-short"),
        (b"\xc2\x59\xff\xff" + b"\xff" * 65_535, "too-large"),
        (b"\x9f\xff", "not-allowed"),
        (b"\xd8\x23\x61x", "not-allowed"),
    ):
        assert refused(data) == code
