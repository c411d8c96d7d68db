"""requirements.txt as pip reads it, and where modules come from: one line per fact."""

from __future__ import annotations

import pytest

from nbjob_clean.rules.requirements import read_requirements
from nbjob_clean.source.distributions import distributions

LINES = [
    ("pandas", {"pandas": False}, False),
    ("Pandas_Stubs.x>=2,<3", {"pandas-stubs-x": False}, False),
    ("pandas==2.2.3  # why", {"pandas": True}, False),
    ("pandas===2", {"pandas": True}, False),
    ("pandas~=2.2", {"pandas": False}, False),
    ("pandas[excel, aws] == 2 ; python_version >= '3.10'", {"pandas": True}, False),
    ("pandas; python_version == '3.10'", {"pandas": False}, False),
    ("pandas @ https://example.org/p.zip", {"pandas": True}, False),
    ("pandas>=2 \\\n  --hash=sha256:aa \\\n  --hash=sha256:bb\nnumpy", {"pandas": True, "numpy": False}, False),
    ("git+https://example.org/p.git@v1#egg=pandas", {"pandas": True}, False),
    ("https://example.org/pandas-2.2-py3-none-any.whl", {"pandas": True}, False),
    ("./local/package", {}, True),
    ("https://example.org/p.tar.gz", {}, True),
    ("-r base.txt", {}, True),
    ("--requirement=base.txt", {}, True),
    ("-e .", {}, True),
    ("-c constraints.txt", {}, False),
    ("--index-url https://example.org\n--pre\n\n# pandas", {}, False),
    ("\ufeffpandas\r\nnumpy", {"pandas": False, "numpy": False}, False),
    ("pandas\npandas==2", {"pandas": True}, False),
]  # fmt: skip
SOURCES = [
    ("json.decoder", ()),
    ("distutils.core", ()),
    ("tomllib", ()),
    ("nbjob_clean", ()),
    ("vdk.api", ()),
    ("pandas.io", ("pandas",)),
    ("typing_extensions", ("typing-extensions",)),
    ("sklearn.svm", ("scikit-learn", "scikit-learn-intelex")),
    ("dateutil", ("python-dateutil",)),
    ("ibis.expr", ("ibis-framework",)),
    ("ee", ("earthengine-api",)),
    ("dns.resolver", ("dnspython",)),
    ("google.cloud.storage.blob", ("google-cloud-storage",)),
    ("google.cloud", ()),
    ("google.colab", ()),
    ("azure.storage.blob", ("azure-storage-blob",)),
    ("azure.something", ()),
    ("mysql.connector", ("mysql-connector-python", "mysql-connector")),
]


@pytest.mark.parametrize(("text", "pinned", "is_open"), LINES)
def test_requirements(text: str, pinned: dict[str, bool], *, is_open: bool) -> None:
    found = read_requirements(text)

    assert (found.pinned, found.is_open) == (pinned, is_open)


@pytest.mark.parametrize(("module", "expected"), SOURCES)
def test_distributions(module: str, expected: tuple[str, ...]) -> None:
    assert distributions(module) == expected
