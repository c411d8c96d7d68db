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
    asked = {word.argument: drop for word, drop in words.items() if word.thing == thing and word[1]}
    dropped = _volatile(whole=whole, is_cell=is_cell) | _of_vendors(
        words, whole=whole, is_cell=is_cell
    )
    for key in asked:  # a person's word about `jupyter` is about all that is in it
        dropped = {
            n: drop for n, drop in dropped.items() if n != key and not n.startswith(f"{key}.")
        }
    protected = volatile.PROTECTED_CELL if is_cell else volatile.PROTECTED_NOTEBOOK
    apart = () if is_cell else volatile.WIDGETS  # a thing of their own
    dropped |= asked | dict.fromkeys((*protected, *apart), False)
    hollow = (
        n for n in volatile.HOLLOW if not (asked.get(n) or any(map(dropped.get, _prefixes(n))))
    )
    inner = (prefix for name in dropped for prefix in _prefixes(name))
    return Plan(dropped, frozenset(inner), frozenset(hollow), bool(whole))


def _volatile(*, whole: bool | None, is_cell: bool) -> dict[str, bool]:
    """What goes because it is volatile; all of it, or nothing, where that is asked for."""
    if whole is None:
        return dict.fromkeys(volatile.CELL if is_cell else volatile.NOTEBOOK, True)
    if is_cell or not whole:
        return {}
    return dict.fromkeys(volatile.KERNEL, False) | {"language_info.version": True}


def _of_vendors(words: Words, *, whole: bool | None, is_cell: bool) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for name, vendor in VENDORS.items():
        verdict = words.get(Word("vendor", name), words.get(Word("vendor")))
        running = vendor.cell if is_cell else vendor.notebook
        if verdict is not None or whole is None:
            found |= dict.fromkeys(running, verdict is not False)
        if verdict:
            found |= dict.fromkeys(vendor.own_cell if is_cell else vendor.own_notebook, True)
    return found


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
    """The options that the layers ask for, the last one first; `DEFAULTS` where that is nothing.

    Raises UsageError where a production tag would be dropped.
    """
    if not any(words for layer in layers for words in layer):
        return DEFAULTS
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
