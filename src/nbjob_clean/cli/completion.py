"""Completion for a shell: commands, options, and what an option may be.

  nbjob completion bash >> ~/.bashrc
  nbjob completion zsh  >> ~/.zshrc
  nbjob completion fish > ~/.config/fish/completions/nbjob.fish

A newer nbjob may have more to complete: write it anew then.
"""

from __future__ import annotations

import argparse
import importlib
import re
from collections.abc import Iterator, Sequence

from nbjob_clean.record import Record

PROGRAMS = ("nbjob", "nbjob-clean")
_FISH_UNSAFE = re.compile(r"(['\\])")


class Words(Record):
    """What can follow a command: its options, those with a value, and their choices if any."""

    command: str
    options: tuple[str, ...]
    choices: dict[str, tuple[str, ...]]
    positional: tuple[str, ...]
    helps: dict[str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"))


def run(args: argparse.Namespace) -> int:
    from nbjob_clean.cli import COMMANDS

    words = [_words(name) for name in COMMANDS]
    if args.shell == "fish":
        print("\n".join(_fish(words, COMMANDS)))
    else:
        print("\n".join(_bash(words, is_zsh=args.shell == "zsh")))
    return 0


def _words(name: str) -> Words:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    importlib.import_module(f"nbjob_clean.cli.{name}").add_arguments(parser)
    options: list[str] = []
    choices: dict[str, tuple[str, ...]] = {}
    positional: tuple[str, ...] = ()
    helps: dict[str, str] = {}
    for action in parser._actions:
        known = tuple(map(str, action.choices or ()))
        options += action.option_strings
        for option in action.option_strings:
            helps[option] = (action.help or "").split(";")[0].split("\n")[0]
            if action.nargs != 0:
                choices[option] = known
        if not action.option_strings:
            positional += known
    return Words(name, tuple(options), choices, positional, helps)


def _bash(commands: Sequence[Words], *, is_zsh: bool) -> Iterator[str]:
    """Paths are completed wherever nothing else is known: `-o default` does that."""
    if is_zsh:
        yield "autoload -U +X bashcompinit && bashcompinit"
    yield "_nbjob() {"
    yield '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" words=""'
    yield "  COMPREPLY=()"
    yield '  if [ "$COMP_CWORD" -eq 1 ]; then'
    yield f'    words="{" ".join(c.command for c in commands)} --version --help"'
    yield "  else"
    yield '    case "${COMP_WORDS[1]}:$before" in'
    for command in commands:
        for option, known in command.choices.items():
            yield f'      {command.command}:{option}) words="{" ".join(known)}" ;;'
    yield '      *) case "${COMP_WORDS[1]}:$word" in'
    for command in commands:
        yield f'        {command.command}:-*) words="{" ".join(command.options)}" ;;'
        if command.positional:
            yield f'        {command.command}:*) words="{" ".join(command.positional)}" ;;'
    yield "      esac ;;"
    yield "    esac"
    yield "  fi"
    yield '  [ -z "$words" ] || COMPREPLY=($(compgen -W "$words" -- "$word"))'
    yield "}"
    yield f"complete -o default -F _nbjob {' '.join(PROGRAMS)}"


def _fish(commands: Sequence[Words], descriptions: dict[str, str]) -> Iterator[str]:
    for program in PROGRAMS:
        start = f"complete -c {program}"
        for command in commands:
            name = command.command
            what = _quoted(descriptions[name])
            yield f"{start} -n __fish_use_subcommand -f -a {name} -d {what}"
            seen = f"-n '__fish_seen_subcommand_from {name}'"
            if command.positional:
                yield f"{start} {seen} -a {_quoted(' '.join(command.positional))}"
            for option in command.options:
                yield f"{start} {seen} {_fish_option(command, option)}"


def _fish_option(command: Words, option: str) -> str:
    flag = f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
    known = command.choices.get(option)
    value = "" if known is None else f" -x -a {_quoted(' '.join(known))}" if known else " -r"
    return f"{flag}{value} -d {_quoted(command.helps[option])}"


def _quoted(text: str) -> str:
    escaped = _FISH_UNSAFE.sub(r"\\\1", text)
    return f"'{escaped}'"
