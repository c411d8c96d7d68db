"""The packages that a job asks for, and which of them this environment does not have.

Read where a job has a list, and only then: most of what is imported here takes its time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

from nbjob_clean.errors import EnvironmentMismatchError
from nbjob_clean.runner.job import Job

FILE = "requirements.txt"
_NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)")
_EXACT = re.compile(r"==\s*([^\s,;*]+)\s*(?:--hash.*)?")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_SCRIPT = re.compile(r"^# /// script\s*$\n(?P<toml>(?:^#(?: .*)?$\n)+?)^# ///$", re.MULTILINE)
_VDK = re.compile(r"(?:quickstart-)?vdk(?:-[a-z0-9-]+)?")


def requirements(job: Job) -> tuple[str, ...]:
    """The lines of `requirements.txt`, and what the job's scripts ask for by PEP 723.

    VDK and its plugins are left out: what they bring to a job is here already.
    Raises InvalidJobError where a script's metadata cannot be read.
    """
    path = job.directory / FILE
    lines = list(_lines(path)) if path.is_file() else []
    for file, text in job.files.items():
        if file.endswith(".py") and "# /// script" in text:
            lines += _of_script(file, text)
    return tuple(dict.fromkeys(line for line in lines if not _is_vdk(line)))


def require(job: Job) -> None:
    """Raise EnvironmentMismatchError where the environment is not the one that a job asks for."""
    wrong = list(mismatches(requirements(job)))
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise EnvironmentMismatchError(
            f"{wrong[0]}{more}",
            hint=f"pip install -r {FILE}, or --env uv; with --env none it runs all the same",
        )


def mismatches(lines: Sequence[str]) -> Iterator[str]:
    """What is wrong with each requirement that is not met; what cannot be told is let pass."""
    for line in lines:
        match = None if line.startswith("-") or "://" in line else _NAME.match(line)
        if match is None:
            continue
        name, rest = match.groups()
        if not _applies(rest):
            continue
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield f"the job asks for `{line}`, which is not installed"
            continue
        if not _fits(rest.partition(";")[0].strip(), version):
            yield f"the job asks for `{line}`, and {name} {version} is installed"


def _lines(path: Path) -> Iterator[str]:
    """Logical lines without comments; those of the files that it names with `-r` too."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        found = _COMMENT.sub("", line).strip()
        other = re.match(r"(?:-r|--requirement)[ =]\s*(\S+)", found)
        if other and (path.parent / other[1]).is_file() and path.parent / other[1] != path:
            yield from _lines(path.parent / other[1])
        elif found:
            yield found


def _is_vdk(line: str) -> bool:
    match = _NAME.match(line)
    return bool(match and _VDK.fullmatch(match[1].lower().replace("_", "-")))


def _of_script(file: str, text: str) -> list[str]:
    """Source: packaging.python.org, inline script metadata."""
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    from nbjob_clean.errors import InvalidJobError

    match = _SCRIPT.search(text)
    if match is None:
        return []
    toml = "\n".join(line[2:] for line in match["toml"].splitlines())
    try:
        found = tomllib.loads(toml).get("dependencies", [])
    except tomllib.TOMLDecodeError as exc:
        raise InvalidJobError(f"{file}: the metadata of the script is not TOML: {exc}") from exc
    return [line for line in found if isinstance(line, str)]


def _applies(rest: str) -> bool:
    """Whether an environment marker speaks of this environment; without `packaging` it may not."""
    marker = rest.partition(";")[2].strip()
    if not marker:
        return True
    try:
        from packaging.markers import InvalidMarker, Marker

        return Marker(marker).evaluate()
    except (ImportError, InvalidMarker):
        return False


def _fits(specifier: str, version: str) -> bool:
    if not specifier or specifier.startswith("@"):
        return True
    try:
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        specifier = re.sub(r"--hash\S*", "", specifier).strip(" ()")
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except ImportError:
        exact = _EXACT.fullmatch(specifier)
        return exact is None or exact[1] == version
    except InvalidSpecifier:
        return True
