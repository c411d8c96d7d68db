"""NBJ308: production draws a plot that nobody sees: it is shown and never saved."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import CodeCell, code_cells, dotted, origins
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.table import words

_SAVERS = words("""
    savefig imsave save to_file write_html write_image write_json to_html to_image to_json
    print_figure print_png add_figure log_figure log_image
    """)
_DRAWERS = ("matplotlib", "pandas", "seaborn", "pylab")


def _find(context: Context) -> Iterator[Finding]:
    cells = list(code_cells(context))
    calls = [(cell, call) for cell in cells for call in cell.calls()]
    if any(_method(call) in _SAVERS for _, call in calls):
        return
    origin = origins(context)
    if not any(name.split(".")[0] in _DRAWERS for name in origin.values()):
        return
    drawn = [(cell, call) for cell, call in calls if _is_drawing(call, origin)]
    if drawn:
        yield _finding(*drawn[0])


def _finding(cell: CodeCell, call: ast.Call) -> Finding:
    return cell.finding(
        call,
        f"cell {cell.index + 1} draws a plot, and no production cell saves one",
        help_text="save it with `savefig`, or move the plot to a cell that is not tagged",
    )


def _is_drawing(call: ast.Call, origin: Mapping[str, str]) -> bool:
    name = dotted(call.func, origin)
    return name in ("matplotlib.pyplot.show", "pylab.show") or _method(call) == "plot"


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


RULE = Rule(
    "NBJ308",
    "plot-not-saved",
    "Production cells draw plots (`plt.show()`, `.plot(`) and none of them saves one. A job has\n"
    "no screen: the work is done for nobody.",
    _find,
    severity="warning",
    is_default=False,
)
