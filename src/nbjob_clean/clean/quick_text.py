"""Small steps through JSON text, for `quick`. An IndexError means that the text breaks off."""

try:
    from _codecs import utf_8_decode
    from _json import scanstring
except ImportError:  # another Python than CPython: `quick` asks for nothing then
    pass

BLANK = " \t\r\n"


class Unusual(ValueError):
    """Something that the full way has to look at."""


def whole_letters(view: memoryview, *, is_last: bool) -> int:
    """How many bytes are whole letters. Raises UnicodeDecodeError where they are no UTF-8."""
    start, size = 0, len(view)
    while start < size:
        stop = min(start + 16384, size)
        _, used = utf_8_decode(view[start:stop], "strict", is_last and stop == size)
        if not used:
            break
        start += used
    return start


def skip_key(text: str, at: int) -> int:
    position = blank(text, at)
    if text[position] == ",":
        position = blank(text, position + 1)
    return value_at(text, scanstring(text, position + 1)[1])


def value_at(text: str, position: int) -> int:
    """Behind a name's closing quote: where its value starts."""
    position = blank(text, position)
    expect(text, position, ":")
    return blank(text, position + 1)


def expect(text: str, position: int, sign: str) -> None:
    if text[position] != sign:
        raise Unusual


def blank(text: str, position: int) -> int:
    """The next place that is not blank."""
    while text[position] in BLANK:
        position += 1
    return position
