"""Cell markers in percent form, as VS Code, PyCharm and Spyder read them.

git's textconv imports this for every file it shows: nothing may be imported here.
"""


def marker(comment: str, kind: str, fields: list[tuple[str, str]]) -> str:
    """`# %% [kind] id=a tags=["job"]`: the kind first (VS Code needs it), the fields in order.

    `kind` is empty for code; `fields` are names and values, values already in written form.
    """
    words = [comment, "%%"]
    if kind:
        words.append("[" + kind + "]")
    words += [name + "=" + value for name, value in fields]
    return " ".join(words)


def is_plain(identifier: str) -> bool:
    """Whether an id may stand without quotes: nbformat's own alphabet for ids."""
    return bool(identifier) and identifier.replace("-", "").replace("_", "").isalnum()
