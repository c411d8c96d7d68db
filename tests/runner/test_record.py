from __future__ import annotations

import pytest

from nbjob_clean.record import Record, changed


class Point(Record):
    x: int
    y: int = 0

    @property
    def total(self) -> int:
        return self.x + self.y


def test_a_record_is_what_a_frozen_dataclass_is() -> None:
    point = Point(1)
    assert (point, point.total, repr(point)) == (Point(x=1, y=0), 1, "Point(x=1, y=0)")
    assert changed(point, y=5) == Point(1, 5)
    assert point != Point(1, 5)
    with pytest.raises(AttributeError, match=r"Point\.x is frozen"):
        point.x = 2  # type: ignore[misc]


@pytest.mark.parametrize(("args", "fields"), [((), {}), ((1, 2, 3), {}), ((1,), {"z": 1})], ids=str)
def test_wrong_fields_are_refused(args: tuple[int, ...], fields: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="Point"):
        Point(*args, **fields)
