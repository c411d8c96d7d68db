from __future__ import annotations

import pytest

from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.rules.fix_requirements import fix_requirements

INSTALLED = {"pandas": "2.2.3", "scikit-learn": "1.5.2", "requests": "2.32.0"}


def _finding(code: str, symbol: str) -> Diagnostic:
    return Diagnostic(path="a", code=code, name="x", message="x", symbol=symbol)


@pytest.mark.parametrize(
    ("text", "code", "symbol", "expected"),
    [
        ("", "NBJ501", "pandas", "pandas==2.2.3\n"),
        ("a\n", "NBJ501", "sklearn.svm", "a\nscikit-learn==1.5.2\n"),
        ("a", "NBJ501", "unheard_of", "a\nunheard-of\n"),
        ("a\r\n", "NBJ501", "pandas", "a\r\npandas==2.2.3\r\n"),
        ("# why\npandas\n", "NBJ502", "pandas", "# why\npandas==2.2.3\n"),
        ("requests[socks]  # net\n", "NBJ502", "requests", "requests[socks]==2.32.0  # net\n"),
        ("pandas>=2\n", "NBJ502", "pandas", "pandas>=2\n"),
        ("unheard-of\n", "NBJ502", "unheard_of", "unheard-of\n"),
        ("pandas\n", "NBJ101", "pandas", "pandas\n"),
        ("# a\n\n# a\n\nx", "NBJ101", "pandas", "# a\n\n# a\n\nx"),
        ("# a\n\n# a\n\nx", "NBJ501", "pandas", "# a\n\n# a\n\nx\npandas==2.2.3\n"),
        ("pandas==2.2.3", "NBJ501", "pandas", "pandas==2.2.3"),
    ],
)
def test_requirements(text: str, code: str, symbol: str, expected: str) -> None:
    assert fix_requirements(text, [_finding(code, symbol)], INSTALLED.get) == expected
