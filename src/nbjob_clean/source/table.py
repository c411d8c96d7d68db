"""Tables of words, written so that one can read them."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text that blank space separates."""
    return frozenset(text.split())
