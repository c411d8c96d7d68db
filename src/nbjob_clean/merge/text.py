"""Conflicts as text: the marks that git puts into files, and what a merge of two texts gives."""

from __future__ import annotations

from collections.abc import Callable

from nbjob_clean.record import Record


class Labels(Record):
    """What git calls the three versions."""

    base: str = "base"
    ours: str = "ours"
    theirs: str = "theirs"


class MergedText(Record):
    text: str
    is_conflict: bool


# Three texts and their labels -> one text; a conflict is marked in it.
TextMerge = Callable[[str, str, str, Labels], MergedText]


class Marks(Record):
    """The lines around the two sides of a conflict, as long as git asks for."""

    labels: Labels = Labels()
    size: int = 7

    def around(self, ours: str, theirs: str, *, said: tuple[str, str] = ("", "")) -> str:
        """Both texts between marks; `said` is added to the labels."""
        return "".join(
            (
                f"{'<' * self.size} {self.labels.ours}{said[0]}\n",
                _closed(ours),
                f"{'=' * self.size}\n",
                _closed(theirs),
                f"{'>' * self.size} {self.labels.theirs}{said[1]}\n",
            )
        )

    def lines(self, text: str) -> tuple[int, ...]:
        """The lines, from 1, on which conflicts are opened."""
        opening = "<" * self.size + " "
        return tuple(
            number
            for number, line in enumerate(text.split("\n"), start=1)
            if line.startswith(opening)
        )

    def whole(self, base: str, ours: str, theirs: str, labels: Labels) -> MergedText:
        """A text merge that knows no lines: what both sides changed is a conflict as a whole."""
        if ours == theirs or base in (ours, theirs):
            return MergedText(theirs if ours == base else ours, is_conflict=False)
        marks = Marks(labels, self.size)
        return MergedText(marks.around(ours, theirs).removesuffix("\n"), is_conflict=True)


def _closed(text: str) -> str:
    return text + "\n" if text and not text.endswith("\n") else text
