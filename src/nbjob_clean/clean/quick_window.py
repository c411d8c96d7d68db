"""The quick way through a notebook in any layout: one pass of json's C scanner, window by window.

So 100 MB need little more memory than they have.
"""

from _codecs import latin_1_decode
from _json import make_scanner, scanstring

from nbjob_clean.clean.quick_members import (
    COUNTS,
    Context,
    Parts,
    gone_from_cell,
    gone_from_notebook,
    joined,
    removals,
)
from nbjob_clean.clean.quick_text import (
    BLANK,
    Unusual,
    blank,
    expect,
    skip_key,
    value_at,
    whole_letters,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from nbjob_clean.clean.quick_members import Edit, Known, Value


def clean_by_window(data: bytes, window: int, *, is_recording: bool) -> "Parts | None":
    """The notebook, cleaned; None where it is no usual one. Raises what the scanner raises."""
    try:
        cleaner = _Cleaner(data, window, is_recording=is_recording)
        cleaned = cleaner.clean()
    except _Short:
        return None
    return None if cleaned is None else Parts(cleaned, cleaner.values, cleaner.known)


class _Short(Exception):
    """There is no more text."""


def _once_in_ascii(pairs: "list[tuple[str, Any]]") -> "dict[str, Any]":
    """In text with other letters, a key may stand twice as two writings of one: not looked into."""
    found: dict[str, Any] = Context.object_pairs_hook(pairs)
    if not "".join(found).isascii():
        raise Unusual
    return found


class _OtherContext(Context):
    object_pairs_hook = staticmethod(_once_in_ascii)


class _Cleaner:
    """Goes through the bytes once; `pieces` are those that stay.

    `text` is the window, `position` the place in it up to which all is decided, and `taken` the
    place in the bytes where the window ends.
    """

    def __init__(self, data: bytes, window: int, *, is_recording: bool) -> None:
        self.data, self.size = data, len(data)
        self.view = memoryview(data)
        self.window = window
        self.pieces: list[bytes] = []
        self.length = 0  # of the pieces
        self.is_changed = False
        self.is_recording = is_recording
        self.values: list[Value] = []
        self.known: list[Known] = []
        self.cell: Known = ("", None, "")
        self.between = ',\n   "'  # what stood between the last two members, up to the key
        self.plain_scan: Any = make_scanner(Context)  # type: ignore[arg-type]
        self.scan = self.plain_scan
        self.text, self.position, self.taken = "", 0, 0
        self.load(window)

    def load(self, least: int) -> None:
        """Put the text from `position` on into the window: a character for each byte.

        JSON's own signs are ASCII; what else there is only has to be UTF-8, and stays as it is.
        """
        start = self.taken - len(self.text) + self.position
        stop = min(start + least, self.size)
        if stop <= self.taken == self.size:
            raise _Short
        view = self.view[start:stop]
        self.text, used = latin_1_decode(view)
        if not self.text.isascii():
            used = whole_letters(view, is_last=stop == self.size)
            self.text = self.text[:used]
            self.scan = make_scanner(_OtherContext)  # type: ignore[arg-type]
        self.position, self.taken = 0, start + used

    def clean(self) -> "bytes | None":
        start = blank(self.text, 0)
        if self.text[start] != "{":
            return None
        self.keep(start + 1)
        seen = self.top()
        if "cells" not in seen or "worksheets" in seen:
            return None
        while True:
            if self.text[self.position :].strip(BLANK):
                return None  # nothing but blanks may follow
            self.keep(len(self.text))
            if self.taken == self.size:
                return b"".join(self.pieces) if self.is_changed else bytes(self.data)
            self.load(self.window)

    def keep(self, end: int) -> None:
        """Take over what stands from `position` to `end`."""
        if end > self.position:
            self.pieces.append(self.text[self.position : end].encode("latin-1"))
            self.length += end - self.position
            self.position = end

    def retry(self, step: "Any") -> "Any":
        """What a step from `position` on gives, in a window that is large enough for it."""
        least = self.window
        while True:
            try:
                return step(self.text, self.position)
            except (IndexError, StopIteration, ValueError, SystemError) as exc:
                if isinstance(exc, Unusual) or self.taken == self.size:
                    raise
                before = len(self.text)
                self.load(least)
                if len(self.text) <= before:
                    least *= 2

    def top(self) -> "set[str]":
        """The notebook's own members; returns their names."""
        seen: set[str] = set()
        while True:
            key, start = self.retry(self.later_key if seen else self.first_key)
            if not key:
                return seen
            if key in seen or not key.isascii():
                raise Unusual
            seen.add(key)
            if key == "cells":
                self.keep(start)
                self.cells()
            else:
                self.retry(self.metadata if key == "metadata" else self.value)

    def first_key(self, text: str, at: int, *, separator: str = "") -> "tuple[str, int]":
        """The next member's name and where its value starts; no name at the object's end."""
        position = blank(text, at)
        if text[position] == "}":
            self.keep(position + 1)
            return "", 0
        if separator:
            expect(text, position, separator)
            position = blank(text, position + 1)
        expect(text, position, '"')
        key, position = scanstring(text, position + 1)
        return key, value_at(text, position)

    def later_key(self, text: str, at: int) -> "tuple[str, int]":
        return self.first_key(text, at, separator=",")

    def value(self, text: str, at: int) -> None:
        """A member that stays as it is."""
        self.keep(self.scanned(text, skip_key(text, at))[1])

    def scanned(self, text: str, start: int) -> "tuple[Any, int]":
        """A value and its end; a number at the end of the window may go on."""
        value, end = self.scan(text, start)
        if end == len(text) and self.taken < self.size:
            raise IndexError
        return value, end

    def metadata(self, text: str, at: int) -> None:
        start = skip_key(text, at)
        value, end = self.scanned(text, start)
        edits: list[Edit] = []
        gone = gone_from_notebook(value)
        if gone:
            removals(self.scan, text, start, gone, edits)
        self.apply(edits)
        self.keep(end)

    def cells(self) -> None:
        self.retry(self.open_list)
        if self.retry(self.first_cell):
            while self.retry(self.later_cell):
                pass

    def open_list(self, text: str, at: int) -> None:
        expect(text, at, "[")
        self.keep(at + 1)

    def first_cell(self, text: str, at: int, *, separator: str = "") -> bool:
        """One cell; False at the end of the list."""
        position = blank(text, at)
        if text[position] == "]":
            self.keep(position + 1)
            return False
        if separator:
            expect(text, position, separator)
            position = blank(text, position + 1)
        expect(text, position, "{")
        edits: list[Edit] = []
        position = self.members(text, position, edits)
        self.apply(edits)
        self.known.append(self.cell)
        self.keep(position)
        return True

    def later_cell(self, text: str, at: int) -> bool:
        return self.first_cell(text, at, separator=",")

    def members(self, text: str, start: int, edits: "list[Edit]") -> int:
        """Go through a cell; returns its end."""
        seen: dict[str, Any] = {}
        position = blank(text, start + 1)
        expect(text, position, '"')
        position += 1
        while position > 0:
            key, position = scanstring(text, position)
            if key in seen or not key.isascii():
                raise Unusual
            is_usual = text.startswith(": ", position) and text[position + 2] not in BLANK
            at = position + 2 if is_usual else value_at(text, position)
            value, end = self.scan(text, at)
            seen[key] = None if key == "outputs" else value
            if key == "outputs" and value:
                edits.append((at, end, "[]", key))
            elif key in COUNTS and value is not None:
                edits.append((at, end, "null", key))
            elif key == "metadata" and value:
                self.cell_metadata(text, at, value, edits)
            position = self.next_key(text, end)
        source = joined(seen.get("source"))
        if self.is_recording:
            own = seen.get("id")
            own = self.letters(text, start, own) if own.__class__ is str else None
            self.cell = (seen.get("cell_type"), own, self.letters(text, start, source))
        return -position

    def letters(self, text: str, start: int, whole: str) -> str:
        """A source in its own letters, of which the window has the bytes."""
        if not whole.isascii() and self.scan is not self.plain_scan:
            if "\\u" in text[start:]:
                raise Unusual  # both writings in one text
            whole = whole.encode("latin-1").decode()
        return whole

    def next_key(self, text: str, end: int) -> int:
        """Where the next name starts, behind its quote; below zero, the end of the object."""
        if text.startswith(self.between, end):
            return end + len(self.between)
        position = blank(text, end)
        if text[position] == "}":
            return -(position + 1)
        expect(text, position, ",")
        position = blank(text, position + 1)
        expect(text, position, '"')
        self.between = text[end : position + 1]
        return position + 1

    def cell_metadata(self, text: str, at: int, value: "Any", edits: "list[Edit]") -> None:
        gone = gone_from_cell(value)
        if gone:
            removals(self.scan, text, at, gone, edits)

    def apply(self, edits: "list[Edit]") -> None:
        for start, end, written, name in edits:
            self.keep(start)
            if name and self.is_recording:
                text = self.text[start:end].encode("latin-1")
                self.values.append((len(self.known), name, self.length, written.encode(), text))
            if written:
                self.pieces.append(written.encode())
                self.length += len(written)
            self.position = end
            self.is_changed = True
