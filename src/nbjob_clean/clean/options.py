"""What cleaning leaves in and takes out, as one frozen value: words are gone when it is made.

Named tuples, not dataclasses: git starts the filter for every command, and they are made sooner.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from nbjob_clean.clean import volatile
from nbjob_clean.clean.vendor import VENDORS
from nbjob_clean.clean.words import OUTPUT_KINDS, Layer, Word, size
from nbjob_clean.errors import UsageError

Words = Mapping[Word, bool]
"""What is asked for: False where a word is kept, True where it is dropped."""


class Plan(NamedTuple):
    """What goes of one mapping, by dotted name; a name that is not here goes with its mapping."""

    dropped: Mapping[str, bool]
    inner: frozenset[str]
    hollow: frozenset[str]
    drops_rest: bool = False


class OutputChoice(NamedTuple):
    """Which outputs stay in cells that say nothing themselves; sizes are in bytes."""

    keeps_all: bool = False
    init_cells: bool = False
    kept: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    kept_mimes: tuple[str, ...] = ()
    dropped_mimes: tuple[str, ...] = ()
    below: float = 0
    above: float = float("inf")

    @property
    def keeps_some(self) -> bool:
        return bool(self.keeps_all or self.kept or self.kept_mimes or self.below)


def _plan(thing: str, words: Words) -> Plan:
    """The narrower word wins: a key over a vendor, a vendor over the whole."""
    is_cell = thing == "cell-metadata"
    whole = words.get(Word(thing))
    dropped = _dropped(words, whole=whole, is_cell=is_cell)
    asked = {word.argument: drop for word, drop in words.items() if word.thing == thing and word[1]}
    for key in asked:  # a person's word about `jupyter` is about all that is in it
        dropped = {n: drop for n, drop in dropped.items() if n != key and not _is_in(n, key)}
    dropped.update(asked)
    # Widgets are a thing of their own.
    stays = (*volatile.PROTECTED_NOTEBOOK, *volatile.WIDGETS)
    dropped.update(dict.fromkeys(volatile.PROTECTED_CELL if is_cell else stays, False))
    hollow = (
        n for n in volatile.HOLLOW if not (asked.get(n) or any(map(dropped.get, _prefixes(n))))
    )
    return Plan(
        dropped,
        frozenset(p for name in dropped for p in _prefixes(name)),
        frozenset(hollow),
        bool(whole),
    )


def _dropped(words: Words, *, whole: bool | None, is_cell: bool) -> dict[str, bool]:
    """What goes by its nature and its vendor; `whole` is the word about the whole mapping."""
    names = (volatile.CELL if is_cell else volatile.NOTEBOOK) if whole is None else ()
    dropped = dict.fromkeys(names, True)
    if whole and not is_cell:
        dropped.update(dict.fromkeys(volatile.KERNEL, False))
        dropped["language_info.version"] = True
    for name, vendor in VENDORS.items():
        verdict = words.get(Word("vendor", name), words.get(Word("vendor")))
        running, own = (
            (vendor.cell, vendor.own_cell) if is_cell else (vendor.notebook, vendor.own_notebook)
        )
        if verdict is not None or whole is None:
            dropped.update(dict.fromkeys(running, verdict is not False))
        if verdict:
            dropped.update(dict.fromkeys(own, True))
    return dropped


def _is_in(name: str, outer: str) -> bool:
    return name.startswith(f"{outer}.")


def _prefixes(name: str) -> Iterable[str]:
    """Every beginning of a dotted name: keys may hold dots themselves, as Databricks' do."""
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))


class CleanOptions(NamedTuple):
    """What one notebook is cleaned with; made by `clean_options`, or as it stands the defaults.

    Production cells are never dropped, and a notebook that has some keeps its ids.
    """

    outputs: OutputChoice = OutputChoice()
    keeps_counts: bool = False
    keeps_widgets: bool = False
    drops_ids: bool = False
    drops_empty_cells: bool = False
    dropped_tags: frozenset[str] = frozenset()
    production_tags: frozenset[str] = frozenset()
    cell_metadata: Plan = _plan("cell-metadata", {})
    notebook_metadata: Plan = _plan("notebook-metadata", {})


DEFAULTS = CleanOptions()


@lru_cache(maxsize=256)
def clean_options(layers: tuple[Layer, ...], production: tuple[str, ...]) -> CleanOptions:
    """The options that the layers ask for, the last one first.

    Raises UsageError where a production tag would be dropped.
    """
    words: dict[Word, bool] = {}
    for layer in layers:
        whole = {word.thing for word in (*layer.keep, *layer.drop) if not word.argument}
        words = {word: drop for word, drop in words.items() if word.thing not in whole}
        words.update(dict.fromkeys(layer.keep, False))
        words.update(dict.fromkeys(layer.drop, True))
    tags = {word.argument for word, drop in words.items() if word.thing == "cells" and drop}
    lost = sorted(tags.intersection(production))
    if lost:
        raise UsageError(
            f"`cells:{lost[0]}` would drop production cells",
            hint="`tags` names what production is; drop another tag",
        )
    return CleanOptions(
        outputs=_output_choice(words),
        keeps_counts=words.get(Word("counts")) is False,
        keeps_widgets=words.get(Word("widgets")) is False,
        drops_ids=bool(words.get(Word("ids"))),
        drops_empty_cells=bool(words.get(Word("empty-cells"))),
        dropped_tags=frozenset(tags),
        production_tags=frozenset(production),
        cell_metadata=_plan("cell-metadata", words),
        notebook_metadata=_plan("notebook-metadata", words),
    )


def _output_choice(words: Words) -> OutputChoice:
    kept = _Narrow([word[1] for word, drop in words.items() if word[0] == "outputs" and not drop])
    dropped = _Narrow([word[1] for word, drop in words.items() if word[0] == "outputs" and drop])
    return OutputChoice(
        keeps_all=words.get(Word("outputs")) is False,
        init_cells=words.get(Word("init-cells")) is False,
        kept=kept.kinds,
        dropped=dropped.kinds,
        kept_mimes=kept.mimes,
        dropped_mimes=dropped.mimes,
        below=max(kept.sizes, default=0),
        above=min(dropped.sizes, default=float("inf")),
    )


class _Narrow:
    """The arguments of `outputs`, sorted out."""

    def __init__(self, arguments: Iterable[str]) -> None:
        found = [argument for argument in arguments if argument]
        self.sizes = [size(argument) for argument in found if size(argument) >= 0]
        self.mimes = tuple(argument for argument in found if "/" in argument)
        self.kinds = frozenset(found).intersection(OUTPUT_KINDS)
