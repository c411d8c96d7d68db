"""The words of `keep` and `drop`: one table, and the only place where a word is read.

A word names a thing, and may narrow it: `outputs`, `outputs:image/*`. Nothing of a notebook is
known here, so that reading the settings stays cheap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from nbjob_clean.clean.vendor import VENDORS
from nbjob_clean.clean.volatile import PROTECTED_CELL, PROTECTED_NOTEBOOK, WIDGETS
from nbjob_clean.errors import UsageError

OUTPUT_KINDS = ("stdout", "stderr", "stream", "error", "display_data", "execute_result")
_SIZE = r"[<>](?P<number>\d+(?:\.\d+)?) ?(?P<unit>[kKMG]?)(?P<binary>i?)B?"
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3}


class Word(NamedTuple):
    """A thing, or with an argument a part of it."""

    thing: str
    argument: str = ""


class Layer(NamedTuple):
    """What one place asks for: the settings, a pattern of files, or the command line."""

    keep: tuple[Word, ...] = ()
    drop: tuple[Word, ...] = ()


class Thing(NamedTuple):
    """A row of the table. `argument` is how one is written, `wrong` says why one cannot be."""

    name: str
    summary: str
    argument: str = ""
    wrong: Callable[[str, str], str] = lambda _argument, _side: "takes nothing behind it"
    needs_argument: bool = False

    @property
    def usage(self) -> str:
        """How the word is written: `outputs[:<10kB]`."""
        if not self.argument:
            return self.name
        return (
            f"{self.name}:{self.argument}"
            if self.needs_argument
            else f"{self.name}[:{self.argument}]"
        )


def size(argument: str) -> int:
    """The bytes in `<10kB` or `>1MiB`; -1 where the argument is no size."""
    found = re.fullmatch(_SIZE, argument)  # compiled when a size is first read
    if not found:
        return -1
    base = 1024 if found["binary"] else 1000
    return int(float(found["number"]) * base ** _POWERS[found["unit"].lower()])


@lru_cache(maxsize=256)
def layer(
    keep: tuple[str, ...], drop: tuple[str, ...], settings: tuple[str, str] = ("keep", "drop")
) -> Layer:
    """The words of two lists; `settings` is what an error calls them.

    Raises UsageError for a word that there is not, or that is in both.
    """
    kept = tuple(_word(text, settings[0], "keep") for text in keep)
    dropped = tuple(_word(text, settings[1], "drop") for text in drop)
    both = next((word for word in kept if word in dropped), None)
    if both:
        text = keep[kept.index(both)]
        raise UsageError(f"`{text}` is both in `{settings[0]}` and in `{settings[1]}`")
    return Layer(kept, dropped)


def _word(text: str, setting: str, side: str) -> Word:
    name, colon, argument = text.partition(":")
    thing = _BY_NAME.get(name)
    if thing is None:
        raise UsageError(f"`{setting}` has no `{text}`", hint=_suggestion(name, _BY_NAME))
    if colon or thing.needs_argument:
        wrong = thing.wrong(argument, side)
        if wrong:
            part = thing.argument.replace("<", ">") if side == "drop" else thing.argument
            example = f"`{name}:{part}`" if part else f"`{name}`"
            raise UsageError(f"`{setting}`: `{text}`: {wrong}", hint=f"write {example}")
    if name == "notebook-metadata" and argument in WIDGETS:
        return Word("widgets")
    return Word(name, argument)


def _suggestion(name: str, known: Iterable[str]) -> str:
    import difflib

    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean `{close[0]}`?" if close else f"known: {', '.join(known)}"


def _wrong_output(argument: str, side: str) -> str:
    if argument[:1] in ("<", ">"):
        if size(argument) < 0:
            return "not a size, such as 10kB or 1MB"
        # The other way round, what one pass leaves of an output could go in the next.
        if argument[0] != {"keep": "<", "drop": ">"}[side]:
            return "`keep` takes outputs below a size, `drop` those above one"
        return ""
    is_known = argument in OUTPUT_KINDS or re.fullmatch(r"[^/\s]+/\S+", argument)
    return "" if is_known else f"neither a size, nor a mime type, nor {', '.join(OUTPUT_KINDS)}"


def _wrong_cell_key(argument: str, side: str) -> str:
    return _wrong_key(argument, PROTECTED_CELL if side == "drop" else ())


def _wrong_notebook_key(argument: str, side: str) -> str:
    return _wrong_key(argument, PROTECTED_NOTEBOOK if side == "drop" else ())


def _wrong_key(argument: str, protected: tuple[str, ...]) -> str:
    if argument in protected:
        return "it says how the notebook is read and cleaned"
    return "" if argument else "names no key"


def _wrong_vendor(argument: str, _side: str) -> str:
    return "" if argument in VENDORS else f"known are {', '.join(VENDORS)}"


def _wrong_tag(argument: str, _side: str) -> str:
    return "" if argument else "names no tag"


THINGS: tuple[Thing, ...] = (
    Thing("outputs", "what a run printed, drew and raised", "<10kB", _wrong_output),
    Thing("init-cells", "the outputs of initialization cells (`init_cell: true`)"),
    Thing("counts", "execution counts, of cells and of outputs that stay"),
    Thing("cell-metadata", "cell metadata that running or looking changes", "KEY", _wrong_cell_key),
    Thing(
        "notebook-metadata",
        "notebook metadata that differs between machines and runs",
        "KEY",
        _wrong_notebook_key,
    ),
    Thing("vendor", "what a platform adds to both", "colab", _wrong_vendor),
    Thing("widgets", "the stored state of widgets"),
    Thing("ids", "cell ids"),
    Thing("empty-cells", "cells without source, tags and attachments"),
    Thing("cells", "cells with a tag", "TAG", _wrong_tag, needs_argument=True),
)
_BY_NAME = {thing.name: thing for thing in THINGS}
