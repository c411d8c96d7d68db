"""Fresh or stale: what to write or remove so that the sidecars are those of a notebook."""

from __future__ import annotations

from collections.abc import Mapping

from nbjob_clean.errors import SidecarError
from nbjob_clean.record import Record
from nbjob_clean.sidecar.format import sidecar_of


class Change(Record):
    """One sidecar that is not what it should be; `data` is None for one that should not be."""

    name: str
    data: bytes | None
    found: bytes | None

    @property
    def verb(self) -> str:
        if self.data is None:
            return "removed"
        return "wrote" if self.found is None else "updated"


def changes(
    wanted: Mapping[str, bytes], found: Mapping[str, bytes | None], *, notebook: str
) -> list[Change]:
    """What differs; `found` holds both possible sidecar names with what is there, or None.

    Raises SidecarError where a file that is no sidecar stands where one should be written.
    """
    needed = []
    for name, present in found.items():
        data = wanted.get(name)
        if data == present:
            continue
        owner = None if present is None else sidecar_of(present.decode("utf-8", "replace"))
        if data is None:
            if owner == notebook:
                needed.append(Change(name, None, present))
        elif present is None or owner is not None:
            needed.append(Change(name, data, present))
        else:
            raise SidecarError(
                f"{name} is in the way: it was not emitted from {notebook}",
                hint="rename the notebook or that file; nothing was overwritten",
            )
    return needed
