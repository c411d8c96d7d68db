"""What SARIF 2.1.0 (OASIS) demands of the parts that we write, as a JSON schema.

Names that the standard does not have, or that we do not mean to write, are refused.
"""

from __future__ import annotations

from typing import Any


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Any, **limits: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **limits}


_TEXT = {"type": "string", "minLength": 1}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_FROM_1 = {"type": "integer", "minimum": 1}
_INDEX = {"type": "integer", "minimum": 0}
_MESSAGE = _object("text", text=_TEXT)
_REGION = _object(
    "startLine", startLine=_FROM_1, startColumn=_FROM_1, endLine=_FROM_1, endColumn=_FROM_1
)
# RFC 3986 without a scheme: no character that has to be escaped, no colon before the first slash.
_URI = {"type": "string", "pattern": r"^([A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$"}
_PHYSICAL = _object(
    "artifactLocation", artifactLocation=_object("uri", uri=_URI), region=_REGION
)  # fmt: skip
_LOGICAL = _object("name", name=_TEXT, fullyQualifiedName=_TEXT, kind=_TEXT)
_LOCATION = _object(
    "physicalLocation", physicalLocation=_PHYSICAL, logicalLocations=_list(_LOGICAL, minItems=1)
)
_RELATED = _object(
    "id", "message", "physicalLocation", id=_INDEX, message=_MESSAGE,
    physicalLocation=_PHYSICAL, logicalLocations=_list(_LOGICAL, minItems=1),
)  # fmt: skip
_ABSOLUTE = {"type": "string", "pattern": "^https://"}
_RULE = _object(
    "id", "name", "shortDescription", "fullDescription", "help", "defaultConfiguration",
    id=_TEXT, name=_TEXT, shortDescription=_MESSAGE, fullDescription=_MESSAGE, help=_MESSAGE,
    helpUri=_ABSOLUTE,
    defaultConfiguration=_object("level", level=_LEVEL),
)  # fmt: skip
_RESULT = _object(
    "ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints",
    ruleId=_TEXT, ruleIndex=_INDEX, level=_LEVEL, message=_MESSAGE,
    locations=_list(_LOCATION, minItems=1, maxItems=1),
    relatedLocations=_list(_RELATED, minItems=1, uniqueItems=True),
    partialFingerprints={"type": "object", "additionalProperties": _TEXT},
)  # fmt: skip
_DRIVER = _object(
    "name", "version", "rules",
    name=_TEXT, version=_TEXT, informationUri=_ABSOLUTE, rules=_list(_RULE, uniqueItems=True),
)  # fmt: skip
_RUN = _object(
    "tool", "results", "columnKind",
    tool=_object("driver", driver=_DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=_list(_RESULT),
)  # fmt: skip
SCHEMA = _object(
    "$schema", "version", "runs",
    **{
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": _list(_RUN, minItems=1, maxItems=1),
    },
)  # fmt: skip
