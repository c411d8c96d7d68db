"""The command line: the only place that prints and exits, and the one border where errors end.

A command's code is loaded when it is asked for, so that `nbjob run` never loads git's half.
"""

import gc
import os
import sys

from nbjob_clean.errors import ArgumentError, NbjobError, is_full

TYPE_CHECKING = False  # what is loaded here, every command pays for
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# One file per command: `cli/<name>.py` with add_arguments(parser) and run(args) -> int.
COMMANDS: dict[str, str] = {
    "clean": "strip outputs, execution counts and volatile metadata",
    "check": "is every production cell self-contained and in order?",
    "emit": "write the canonical .py/.sql sidecars",
    "hook": "check, clean and emit in one pass: what pre-commit runs",
    "diff": "git diff with notebooks as source, in one process",
    "install": "filter, diff and merge drivers and .gitattributes for this clone",
    "doctor": "what is not right in this clone, and the command that mends it",
    "refresh": 'make git forget "modified" notebooks whose source is the same',
    "show": "the production cells in running order, with what each needs and defines",
    "new": "a job directory to start from",
    "run": "run a job directory, a sidecar or a notebook",
    "runs": "the runs of a job: list, show, compare",
    "test": "smoke test: check, fresh sidecars, a whole run in a scratch directory",
    "deploy": "render what a pipeline needs to run a job, after its smoke test",
    "demo": "the whole story in a scratch repository, in a minute",
    "completion": "what the shell completes: bash, zsh or fish",
    "git": "plumbing that git calls: filter-process, clean, smudge, textconv, merge",
}
# A small job, and a notebook, take less time than importing argparse.
_QUICK = frozenset(["check", "clean", "emit", "hook", "run"])
# All is written when they are done; to tidy up their trees takes a twentieth of the time.
_LEAVING = frozenset(["check", "clean"])
# Here exit status 2 is the job's own.
_OF_A_SCHEDULER = frozenset(["run", "test"])
_FAILED = 1
_USAGE = 2
_DEFECT = 3
_INTERRUPTED = 130


def main(argv: "Sequence[str] | None" = None) -> int:
    """Run one command; the exit codes are those of DESIGN: 0, 1, 2, 3, 130, and `run`'s own."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # notebooks may hold what no terminal can show
            stream.reconfigure(errors="backslashreplace")
    try:
        if arguments == ["clean", "-"] and _has_cleaned_stdin():
            if argv is None:
                os._exit(0)  # all is written; tidying up would take as long as cleaning
            return 0
        return _dispatch(arguments, is_process=argv is None)
    except NbjobError as exc:
        print(f"error: {exc}", file=sys.stderr)
        if exc.hint:
            print(f"  hint: {exc.hint}", file=sys.stderr)
        return exc.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        _let_go_of_stdout()  # the reader (`| head`) has gone
        return 0
    except Exception as exc:  # noqa: BLE001 - the border: everything else is a defect of ours
        if isinstance(exc, OSError) and is_full(exc):
            return _without_room(exc)
        import traceback

        traceback.print_exc()
        print(
            "\nThis is a defect of nbjob-clean. Please report it with the above.", file=sys.stderr
        )
        return _DEFECT


def _without_room(exc: OSError) -> int:
    _let_go_of_stdout()
    where = exc.filename or "the output"
    print(f"error: cannot write {where}: {exc.strerror}", file=sys.stderr)
    return _FAILED


def _let_go_of_stdout() -> None:
    """Else Python would complain again when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _has_cleaned_stdin() -> bool:
    from nbjob_clean.cli.quick_start import clean_stdin

    return clean_stdin()


def _dispatch(arguments: list[str], *, is_process: bool) -> int:
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        return _top_level(arguments)
    module = _loaded(name, is_process=is_process)
    args = None
    if name in _QUICK:
        from nbjob_clean.cli.quick_arguments import QuickParser

        quick = QuickParser()
        module.add_arguments(quick)
        args = quick.parse(arguments[1:])
    args = args or _parsed(module, name, arguments[1:])
    args.argv = arguments  # for a command that has to be given once more, elsewhere
    code = int(module.run(args))
    if is_process and name in _LEAVING:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def _loaded(name: str, *, is_process: bool) -> "Any":
    """The code of a command, which lives as long as the process where that is ours.

    To look for garbage in it, now and at the end, would take a seventh of a small job's time.
    """
    if is_process:
        gc.disable()
    try:
        # What importlib.import_module does; importlib itself would take longer than all of this.
        return __import__(f"nbjob_clean.cli.{name}", fromlist=["run"])
    finally:
        if is_process:
            gc.freeze()
            gc.enable()


def _parsed(module: "Any", name: str, arguments: list[str]) -> "Any":
    import argparse

    parser = argparse.ArgumentParser(
        prog=f"nbjob {name}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    parse = getattr(module, "parse", argparse.ArgumentParser.parse_args)
    try:
        return parse(parser, arguments)
    except SystemExit as exc:
        if exc.code == _USAGE and name in _OF_A_SCHEDULER:
            raise SystemExit(ArgumentError.exit_code) from None
        raise


def _top_level(arguments: list[str]) -> int:
    import argparse

    from nbjob_clean import __version__

    width = max(map(len, COMMANDS))
    listing = "\n".join(f"  {name:{width}}  {text}" for name, text in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="nbjob",
        usage="nbjob COMMAND [options]",
        description="Jupyter notebooks as production jobs, in git.\n\ncommands:\n" + listing,
        epilog="`nbjob COMMAND --help` explains a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"nbjob {__version__}")
    if not arguments:
        parser.print_help()
        return 2
    parser.parse_known_args(arguments)
    suggestion = _closest(arguments[0])
    parser.error(
        f"no command `{arguments[0]}`" + (f": did you mean `{suggestion}`?" if suggestion else "")
    )


def _closest(name: str) -> str:
    import difflib

    return next(iter(difflib.get_close_matches(name, COMMANDS, n=1)), "")
