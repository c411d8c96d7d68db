"""What statements set off in the notebook's own code: nothing, unless somebody follows."""

from __future__ import annotations

import ast

from nbjob_clean.source.state import Value


class Hooks:
    """Called where Python would call something that the statement does not name."""

    def defined(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Value | None:
        """What the name of a function is bound to, once its decorators have had it."""
        return node

    def created(self, node: ast.ClassDef) -> None:
        """A class has been made of its body."""

    def stored(self, target: ast.Subscript, value: Value | None) -> bool | None:
        """`table[key] = value`; true where what the table holds is known all the same."""

    def iterated(
        self, iterable: ast.expr, *, is_whole: bool = True
    ) -> tuple[Value | None, ...] | None:
        """A loop asks for items: those that are known, or none; not `is_whole` if it may stop at
        the first.
        """

    def assigned(self, target: ast.Attribute, value: Value | None) -> None:
        """`object.name = value`: a property may have a function for that."""

    def tested(self, test: ast.expr) -> None:
        """A condition asks whether something is true."""

    def augmented(self, target: ast.Name, operation: ast.operator) -> None:
        """`name += value`: the object may have a method for that."""

    def entered(self, manager: ast.expr, *, is_async: bool = False) -> Value | None:
        """A `with` begins: what it gives to `as`."""

    def left(self, manager: ast.expr, *, is_async: bool = False) -> None:
        """A `with` ends."""
