"""What IPython's magics do to a notebook's names, read from their text as IPython reads it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence

from nbjob_clean.source.effect import ANYTHING, NOTHING, Effect
from nbjob_clean.source.magic import SCRIPTS, line_kind, magic_name, may_bind

# Patterns without groups, escapes and quotes: what the shell's rules would make of those, and how
# long a group may be tried, nobody has to know.
_PLAIN_PATTERN = re.compile(r"[\w.^$|*+?\[\]-]+")
_EXPANDED = re.compile(r"\$\w")
_OUTPUT = r"\s--(?:out|err|proc)(?:\s+|=)(\w+)"


def magic_effect(text: str) -> Effect:
    """What a magic does, or a shell command, after IPython has been asked to run it."""
    is_line = text.startswith("%") and not text.startswith("%%")
    known = _MAGICS.get(magic_name(text)) if is_line else None
    if known is not None:
        return known(text.split()[1:])
    is_script = magic_name(text) in SCRIPTS
    if is_script and text.startswith("%%") and (names := _outputs(text)):
        return Effect(binds=names)
    return ANYTHING if may_bind(text) else NOTHING


def called_effect(method: str, texts: Sequence[str | None]) -> Effect:
    """What `get_ipython().run_line_magic("reset", "-f")` or `.magic("reset -f")` does.

    A text is None where it is not written out.
    """
    written = [text for text in texts if text is not None]
    if method not in ("magic", "run_line_magic") or not texts or len(written) < len(texts):
        return ANYTHING
    name, _, arguments = " ".join(written).lstrip("%").partition(" ")
    is_harmless = line_kind(name, arguments.strip()) == "harmless"
    return NOTHING if is_harmless else magic_effect(f"%{name} {arguments}")


def _xdel(words: Sequence[str]) -> Effect:
    names = [word for word in words if word != "-n"]
    return Effect(deletes=frozenset(names)) if len(names) == 1 else NOTHING


def _reset(words: Sequence[str]) -> Effect:
    """`in`, `out`, `dhist` are the kernel's own; `array` takes whatever turns out to be one."""
    if any("s" in _letters(word) for word in words):
        return Effect(takes=_is_listed)
    if all(word.startswith("-") for word in words):
        return Effect(takes=lambda _: True)
    return NOTHING


def _reset_selective(words: Sequence[str]) -> Effect:
    text = " ".join(words[1:] if words[:1] == ["-f"] else words)
    if not _PLAIN_PATTERN.fullmatch(text) or _EXPANDED.search(text):
        return NOTHING  # what is not certainly deleted may be there
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pattern = re.compile(text)
    except re.error:
        return NOTHING
    return Effect(takes=lambda name: _is_listed(name) and bool(pattern.search(name)))


def _store(words: Sequence[str]) -> Effect:
    """`-r x` brings `x` back from another session, `-r` alone whatever there is."""
    if not any("r" in _letters(word) for word in words):
        return NOTHING
    names = frozenset(word for word in words if word.isidentifier())
    return Effect(binds=names) if names else ANYTHING


def _outputs(text: str) -> frozenset[str]:
    """The names in `%%bash --out lines --err=errors`: what a script prints, and its process."""
    found = re.findall(_OUTPUT, text.split("\n")[0])
    return frozenset(name for name in found if name.isidentifier())


def _is_listed(name: str) -> bool:
    """Whether `%who_ls` shows a name: the softer commands go by that."""
    return not name.startswith("_")


def _letters(word: str) -> str:
    """The letters of `-sf`; none for `--aggressive` and for all that is no option."""
    return word[1:] if word.startswith("-") and not word.startswith("--") else ""


_MAGICS: Mapping[str, Callable[[Sequence[str]], Effect]] = {
    "xdel": _xdel,
    "reset": _reset,
    "reset_selective": _reset_selective,
    "store": _store,
}
