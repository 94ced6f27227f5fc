"""Checks of what a client sends: each field is a function from the JSON value to the stored one."""

import re
from datetime import datetime, timezone
from typing import Any, Callable

from flask import request

from .errors import Refused

Field = Callable[[Any], Any]


class Invalid(ValueError):
    """Says what the value must be."""


def text(longest: int, pattern: str | None = None, example: str = "") -> Field:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise Invalid("must be a text")
        value = value.strip()
        if len(value) > longest or "\x00" in value:
            raise Invalid(f"must be at most {longest} characters long")
        if pattern and not re.fullmatch(pattern, value):
            raise Invalid(f"must look like {example}")
        return value

    return check


def whole_number(least: int, most: int) -> Field:
    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Invalid(f"must be a whole number from {least} to {most}")
        return value

    return check


def one_of(*choices: str) -> Field:
    def check(value: Any) -> str:
        if value not in choices:
            raise Invalid(f"must be one of {', '.join(choices)}")
        return value

    return check


def moment(value: Any) -> datetime:
    """A time with its offset from UTC: without one, two people would book two different hours."""
    try:
        parsed = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Invalid("must be a time such as 2030-05-01T08:00:00+02:00") from None
    if parsed.tzinfo is None:
        raise Invalid("must name its offset from UTC, such as Z or +02:00")
    return parsed.astimezone(timezone.utc)


def read_body(fields: dict[str, Field], optional: frozenset[str], partial: bool) -> dict[str, Any]:
    """The checked fields of the request's JSON object. All problems are told at once."""
    if not request.is_json:
        raise Refused(415, "send JSON, with Content-Type: application/json")
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refused(400, "the body is not a JSON object")
    problems = {name: "is not known" for name in body if name not in fields}
    values = {}
    for name, check in fields.items():
        if name not in body:
            if not partial and name not in optional:
                problems[name] = "is missing"
            continue
        try:
            values[name] = check(body[name])
        except Invalid as invalid:
            problems[name] = str(invalid)
    if not problems and not values:
        raise Refused(422, f"give at least one of {', '.join(fields)}")
    if problems:
        raise Refused(422, "some fields are not valid", problems)
    return values
