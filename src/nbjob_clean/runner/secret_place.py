"""Where secrets come from: `NAME=env:VAR`, `NAME=file:PATH`. No message shows a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from nbjob_clean.errors import ArgumentError

_HINT = "--secret NAME=env:VAR or --secret NAME=file:PATH"


def read_secrets(options: Iterable[str], environment: Mapping[str, str]) -> dict[str, str]:
    """The secrets by name. Raises ArgumentError for a place that is none, or is empty."""
    return dict(_secret(option, environment) for option in options)


def _secret(option: str, environment: Mapping[str, str]) -> tuple[str, str]:
    name, _, place = option.partition("=")
    kind, separator, where = place.partition(":")
    if not name or not separator or kind not in ("env", "file") or not where:
        # What was typed may be the secret itself.
        raise ArgumentError(f"--secret {name}: no place to read it from", hint=_HINT)
    if kind == "env":
        if where not in environment:
            raise ArgumentError(f"--secret {name}: the variable {where} is not set")
        value = environment[where]
    else:
        value = _from_file(name, Path(where))
    if not value:
        raise ArgumentError(f"--secret {name}: {kind}:{where} is empty")
    return name, value


def _from_file(name: str, path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        reason = getattr(exc, "strerror", None) or "not UTF-8"
        raise ArgumentError(f"--secret {name}: {path}: {reason}") from None
    # The newline that an editor or `echo` puts behind it is not part of it.
    return text.removesuffix("\n").removesuffix("\r")
