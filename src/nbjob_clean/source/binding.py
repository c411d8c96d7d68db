"""The statements that bind names and let go of them: assignments, imports, `del`."""

from __future__ import annotations

import ast
from itertools import zip_longest

from nbjob_clean.source.constant import constant_of, truth_of
from nbjob_clean.source.dynamic import (
    is_module_namespace,
    is_namespace,
    item_effect,
    terminal_name,
)
from nbjob_clean.source.expressions import Expressions
from nbjob_clean.source.hooks import Hooks
from nbjob_clean.source.run import Run
from nbjob_clean.source.scope import children, imported_name
from nbjob_clean.source.state import Growing, Shell, Table, Value


class Bindings:
    """What assignments, imports and deletions do to the names of a run."""

    def __init__(self, run: Run, expressions: Expressions) -> None:
        self._run = run
        self._evaluate = expressions.evaluate
        self.hooks = Hooks()

    def _assign(self, node: ast.Assign) -> None:
        self._evaluate(node.value)
        self._run.is_open |= is_module_namespace(node.value)
        value = self._value(node.value)
        if isinstance(value, Growing) and len(node.targets) > 1:
            value = Growing()
        for target in node.targets:
            if isinstance(target, (ast.Tuple, ast.List)):
                self._unpack(target, node.value)
            else:
                self.bind(target, value)

    def _unpack(self, target: ast.Tuple | ast.List, value: ast.expr) -> None:
        """`a, b = f(), 1` one by one; anything else is asked for its items."""
        parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        is_plain = not any(isinstance(part, ast.Starred) for part in (*parts, *target.elts))
        if is_plain and len(parts) == len(target.elts):
            for item, part in zip(target.elts, parts, strict=True):
                self.bind(item, self._value(part))
        else:
            self.hooks.iterated(value)
            self.bind(target)

    def _value(self, node: ast.expr) -> Value | None:
        """What a name bound to this expression certainly is, where that is of use later."""
        if isinstance(node, (ast.Constant, ast.UnaryOp, ast.BinOp, ast.Compare)):
            is_doubtful = self._run.are_arguments
            return None if is_doubtful else constant_of(node, self._run.value_of)
        if isinstance(node, ast.Call) and terminal_name(node) == "get_ipython":
            return Shell()
        if isinstance(node, (ast.List, ast.Dict)) and not (children(node)):
            return Growing(is_given=self._run.are_arguments, is_own=True)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):  # `names or []`
            return Growing() if truth_of(node.values[-1], self._run.value_of) is False else None
        return self._run.value_of(node)

    def bind(self, target: ast.expr, value: Value | None = None) -> None:
        """A target and what is in it, from left to right."""
        if isinstance(target, ast.Name):
            self._run.bind(target.id, target, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            items = value.items if isinstance(value, Table) and not value.is_dict else ()
            parts = [part for _, part in items] if len(items) == len(target.elts) else []
            for item, part in zip_longest(target.elts, parts):
                self.bind(item, part)
        elif isinstance(target, ast.Starred):
            self.bind(target.value)
        elif isinstance(target, ast.Subscript) and (
            is_namespace(target.value) or is_module_namespace(target.value)
        ):
            is_inside = self._run.frame.kind == "function"
            effect = item_effect(target, is_inside=is_inside)
            self._evaluate(target.slice)
            self._run.is_open |= effect.is_open
            self._run.bind_unseen(effect.binds, target, status="bound")
        else:
            if isinstance(target, ast.Attribute):
                self.hooks.assigned(target, value)
                self._run.patched.add(target.attr)
                if terminal_name(target.value) == "builtins":
                    self._run.bind_unseen([target.attr], target, status="bound")
            if isinstance(target, ast.Subscript) and self.hooks.stored(target, value):
                self._evaluate(target.value, target.slice)
            else:
                self._evaluate(target)

    def _augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._run.load(node.target)
            self._evaluate(node.value)
            self.hooks.augmented(node.target, node.op)
            self._run.bind(node.target.id, node.target, is_definition=False)
        else:
            self._evaluate(node.target, node.value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._evaluate(node.value)
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.bind(node.target, self._value(node.value) if node.value else None)
        if self._run.site is None and not self._run.has_late_annotations:
            self._evaluate(node.annotation)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            for item in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
                if isinstance(item, ast.Name):
                    self._run.unload(item)
                    self._run.delete(item.id, item)
                else:
                    self._evaluate(item)
                if isinstance(item, ast.Subscript):
                    names = item_effect(item).binds
                    self._run.bind_unseen(names, item, status="deleted")

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._run.libraries.add(alias.name.partition(".")[0])
            self._run.is_open |= alias.name == "__main__"
            self._run.bind(imported_name(alias), node)

    def _import_from(self, node: ast.ImportFrom) -> None:
        self._run.libraries.add((node.module or "").partition(".")[0])
        for alias in node.names:
            if alias.name != "*":
                self._run.bind(imported_name(alias), node)
                continue
            exported = self._run.exports.of("." * node.level + (node.module or ""))
            self._run.is_open |= exported is None
            for name in exported or ():
                self._run.bind(name, node)
