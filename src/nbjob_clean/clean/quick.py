"""Clean a notebook with nothing imported but json's C scanner: git's filter starts in no time.

With the default settings only; whatever is unusual is left to `core`, which also says what is
wrong.
"""

try:
    from nbjob_clean.clean.quick_lean import clean_lean
except ImportError:  # another Python than CPython
    clean_lean = None  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from nbjob_clean.clean.quick_members import Parts

_WINDOW = 1 << 20  # bytes
_WRONG = (ValueError, TypeError, KeyError, IndexError, StopIteration, RecursionError, SystemError,
          MemoryError, AttributeError)  # fmt: skip


def quick_clean(data: bytes, window: int = _WINDOW) -> "bytes | None":
    """The bytes that `clean_bytes` gives by default; None where that has to be asked."""
    found = quick_parts(data, window, is_recording=False, looks_inside=True)
    return found.data if found else None


def quick_parts(
    data: bytes, window: int = _WINDOW, *, is_recording: bool, looks_inside: bool
) -> "Parts | None":
    """The same with what went from cells, and by what those are known again, if recorded.

    Without `looks_inside`, outputs that are no JSON may go too.
    """
    if clean_lean is None:
        return None
    try:
        return clean_lean(data, is_recording=is_recording, looks_inside=looks_inside)
    except _WRONG:
        pass
    from nbjob_clean.clean.quick_window import clean_by_window

    try:
        return clean_by_window(data, window, is_recording=is_recording)
    except _WRONG:
        return None
