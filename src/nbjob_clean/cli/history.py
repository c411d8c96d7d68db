"""`nbjob clean --history`: what outputs in old commits weigh, and a history without them.

Without `--rewrite` nothing is changed: it says what would be saved and what it would mean.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from nbjob_clean.errors import GitError, UsageError

TYPE_CHECKING = False  # the flags belong to `nbjob clean`, which has to start fast
if TYPE_CHECKING:
    import argparse

    from nbjob_clean.git.history import OptionsOf, Ref, Survey, Version
    from nbjob_clean.git.rewrite import Rewrite

_LARGEST = 10
_UNITS = ("B", "kB", "MB", "GB", "TB")
_KINDS = {"refs/heads/": "branch", "refs/tags/": "tag", "refs/remotes/": "remote branch"}
_CONSEQUENCES = """\
what a rewrite means:
  * every commit after the first one with outputs gets a new id, and signatures are lost
  * everybody clones again: a pull into an old clone would bring the old commits back
  * open pull requests are opened again from new branches; links to old commits break
  * old clones and forks keep the outputs, and so does the server, until its own clean-up:
    commits behind pull requests stay there; a secret in an output has to be changed anyway
  * notebooks kept in Git LFS stay as they are
the whole story: docs/history.md"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("history")
    group.add_argument(
        "--history", action="store_true", help="what outputs in old commits weigh; changes nothing"
    )
    group.add_argument(
        "--rewrite", action="store_true", help="with --history: write a new history without them"
    )
    group.add_argument(
        "--force", action="store_true", help="with --rewrite: in a clone that is not fresh, too"
    )


def refuse_alone(args: argparse.Namespace) -> None:
    """Raise UsageError where options of the rewrite stand without `--history`."""
    for name in ("rewrite", "force"):
        if getattr(args, name):
            raise UsageError(f"--{name} belongs to --history", hint="nbjob clean --history")


def run(args: argparse.Namespace, options_of: OptionsOf) -> int:
    """Survey, or survey and rewrite; 1 when a survey found something to clean."""
    if args.paths or args.check or args.diff or args.staged:
        raise UsageError("--history is about all notebooks of the repository: it takes no paths")
    if args.force and not args.rewrite:
        raise UsageError("--force belongs to --rewrite")
    from nbjob_clean.cli.progress import watched
    from nbjob_clean.git.history import survey
    from nbjob_clean.git.obstacles import whole_clone
    from nbjob_clean.git.rewrite import rewrite

    root = whole_clone(Path.cwd())
    is_json = args.output_format == "json"
    if args.rewrite:
        done = rewrite(root, options_of, watched, force=args.force)
        _print_json(done.survey, done) if is_json else _print_done(done)
        return 0
    found = survey(root, options_of, watched)
    _print_json(found) if is_json else _print_survey(root, found)
    return 1 if found.dirty else 0


def _print_survey(root: Path, found: Survey) -> None:
    print("\n".join(_overview(found)))
    if found.unreadable:
        print("\nnot readable, left as they are:")
        print("\n".join(f"  {v.name} ({v.commit[:10]}): {v.problem}" for v in found.unreadable))
    if not found.dirty:
        print("\nno notebook in history holds what `nbjob clean` removes: nothing to rewrite")
        return
    print("\nlargest:")
    for version in _largest(found):
        change = f"{_size(version.size):>8} -> {_size(version.cleaned_size):>8}"
        print(f"  {change}  {version.name} ({version.commit[:10]})")
    print("\nwould be rewritten: " + ", ".join(_scope(found)))
    print(f"\n{_CONSEQUENCES}\n\nnothing was changed. next:")
    print("\n".join(f"  {line}" for line in _next(root)))


def _overview(found: Survey) -> Iterable[str]:
    dirty, unreadable = len(found.dirty), len(found.unreadable)
    names = len({version.name for version in found.versions})
    yield f"versions of notebooks  {len(found.versions):>8}  in {_count(names, 'file')}"
    yield f"  to clean             {dirty:>8}"
    yield f"  clean already        {len(found.versions) - dirty - unreadable:>8}"
    yield f"  not readable         {unreadable:>8}"
    before, after = _totals(found)
    yield f"their size             {_size(before):>8}  -> {_size(after)}"
    before, after = _stored(found)
    yield f"on disk, packed        {_size(before):>8}  -> {_size(after)}"


def _scope(found: Survey) -> Iterable[str]:
    yield f"{len(found.rewritten)} of {_count(found.commits, 'commit')}"
    for kind in (*_KINDS.values(), "other ref"):
        number = sum(_kind(ref) == kind for ref in found.changed_refs)
        if number:
            yield _count(number, kind)
    lost = found.signatures + sum(ref.is_signed for ref in found.changed_refs)
    if lost:
        yield f"{_count(lost, 'signature')} lost"


def _next(root: Path) -> Sequence[str]:
    from shlex import quote

    from nbjob_clean.git.rewrite import check, origin

    command = "nbjob clean --history --rewrite"
    try:
        check(root, force=False)
    except GitError as exc:
        reason = f"# {exc}" + (f" ({exc.hint})" if "pip" in exc.hint else "")
        fresh = quote(root.with_name(f"{root.name}-rewritten").as_posix())
        source = quote(origin(root) or root.as_posix())
        return (reason, f"git clone --no-local {source} {fresh}", f"cd {fresh}", command)
    return (command,)


def _print_done(done: Rewrite) -> None:
    from shlex import quote

    found = done.survey
    if not found.dirty:
        print("no notebook in history holds what `nbjob clean` removes: nothing was changed")
        return
    print("rewritten: " + ", ".join(_scope(found)))
    before, after = _stored(found)
    print(f"notebooks, packed: {_size(before)} -> {_size(after)}")
    print(f"the repository: {_size(done.before)} -> {_size(done.after)}")
    print("every commit was compared with the old one: notebooks are clean, nothing else differs")
    for version in found.unreadable:
        print(f"left as it is: {version.name} ({version.commit[:10]}): {version.problem}")
    print(f"old commit ids and new ones: {done.commit_map.as_posix()}")
    print("\nlook at it (git log, your tests); what was pushed cannot be taken back. then:")
    if done.origin:
        print(f"  git remote add origin {quote(done.origin)}")
    print("  git push --force --all origin\n  git push --force --tags origin")
    print("and tell everybody to clone again. the whole story: docs/history.md")


def _print_json(found: Survey, done: Rewrite | None = None) -> None:
    before, after = _totals(found)
    stored, packed = _stored(found)
    report: dict[str, Any] = {
        "commits": {"all": found.commits, "rewritten": len(found.rewritten)},
        "signatures_lost": found.signatures + sum(r.is_signed for r in found.changed_refs),
        "refs": [ref.name for ref in found.changed_refs],
        "versions": {
            "all": len(found.versions),
            "dirty": len(found.dirty),
            "unreadable": len(found.unreadable),
        },
        "bytes": {"before": before, "after": after},
        "bytes_on_disk": {"before": stored, "after": packed},
        "largest": [_as_json(version) for version in _largest(found)],
        "unreadable": [_as_json(v) | {"problem": v.problem} for v in found.unreadable],
        "rewritten": bool(done and found.dirty),
    }
    if done:
        report["repository_bytes"] = {"before": done.before, "after": done.after}
        report["commit_map"] = done.commit_map.as_posix()
    json.dump(report, sys.stdout, indent=2)
    print()


def _as_json(version: Version) -> dict[str, Any]:
    return {
        "path": version.name,
        "commit": version.commit,
        "blob": version.oid,
        "bytes": {"before": version.size, "after": version.cleaned_size},
    }


def _largest(found: Survey) -> Sequence[Version]:
    return sorted(found.dirty, key=lambda v: (v.cleaned_size - v.size, v.name))[:_LARGEST]


def _totals(found: Survey) -> tuple[int, int]:
    return sum(v.size for v in found.versions), sum(v.cleaned_size for v in found.versions)


def _stored(found: Survey) -> tuple[int, int]:
    """What all versions take on disk, and would: those that stay, and the clean ones packed."""
    before = sum(version.stored for version in found.versions)
    return before, before - sum(version.stored for version in found.dirty) + found.packed


def _kind(ref: Ref) -> str:
    return next((k for prefix, k in _KINDS.items() if ref.name.startswith(prefix)), "other ref")


def _count(number: int, what: str) -> str:
    plural = what + ("es" if what.endswith("ch") else "s")
    return f"{number} {what if number == 1 else plural}"


def _size(number: float) -> str:
    for unit in _UNITS:
        if number < 1000 or unit == _UNITS[-1]:
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
