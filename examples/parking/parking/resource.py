"""Create, read, update and delete of one table, as REST."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from psycopg2 import sql

from .cache import forget_summary
from .database import database
from .errors import Refused
from .fields import Field, read_body

PAGE = 50
MOST = 200
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Resource:
    #: Name of the table and of the path.
    name: str
    fields: dict[str, Field]
    #: Fields that the table has a default for.
    optional: frozenset[str] = frozenset()
    #: Columns by which a list can be filtered, as in ?lot_id=1.
    filters: tuple[str, ...] = ()

    @property
    def table(self) -> sql.Identifier:
        return sql.Identifier(self.name)

    @property
    def columns(self) -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier(name) for name in ("id", *self.fields))


def number(name: str, default: int, least: int, most: int) -> int:
    """A whole number of the query string."""
    value = request.args.get(name, str(default))
    if not value.isdecimal() or not least <= int(value) <= most:
        raise Refused(422, "the query is not valid", {name: f"must be a whole number from {least} to {most}"})
    return int(value)


def blueprint_of(resource: Resource) -> Blueprint:
    """The five routes of a resource."""
    routes = Blueprint(resource.name, __name__, url_prefix=f"/{resource.name}")

    @routes.get("")
    def every():
        wanted = {name: number(name, 0, 1, LARGEST_ID) for name in resource.filters if name in request.args}
        where = [sql.SQL("id > %(after)s")]
        where += [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in wanted]
        limit = number("limit", PAGE, 1, MOST)
        rows = database().all(
            sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY id LIMIT %(limit)s").format(
                resource.columns, resource.table, sql.SQL(" AND ").join(where)
            ),
            {**wanted, "after": number("after", 0, 0, LARGEST_ID), "limit": limit + 1},
        )
        page = rows[:limit]
        return jsonify({resource.name: [shown(row) for row in page], "next": page[-1]["id"] if rows[limit:] else None})

    @routes.post("")
    def create():
        values = read_body(resource.fields, resource.optional, partial=False)
        row = database().one(
            sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING {}").format(
                resource.table,
                sql.SQL(", ").join(map(sql.Identifier, values)),
                sql.SQL(", ").join(map(sql.Placeholder, values)),
                resource.columns,
            ),
            values,
        )
        forget_summary()
        return jsonify(shown(row)), 201, {"Location": url_for(".read", id=row["id"])}

    @routes.get("/<int:id>")
    def read(id: int):
        query = sql.SQL("SELECT {} FROM {} WHERE id = %s").format(resource.columns, resource.table)
        return jsonify(shown(found(database().one(query, [id]) if id <= LARGEST_ID else None)))

    @routes.put("/<int:id>")
    @routes.patch("/<int:id>")
    def update(id: int):
        values = read_body(resource.fields, resource.optional, partial=request.method == "PATCH")
        changes = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values]
        query = sql.SQL("UPDATE {} SET {} WHERE id = %(id)s RETURNING {}").format(
            resource.table, sql.SQL(", ").join(changes), resource.columns
        )
        row = found(database().one(query, {**values, "id": id}) if id <= LARGEST_ID else None)
        forget_summary()
        return jsonify(shown(row))

    @routes.delete("/<int:id>")
    def delete(id: int):
        query = sql.SQL("DELETE FROM {} WHERE id = %s RETURNING id").format(resource.table)
        found(database().one(query, [id]) if id <= LARGEST_ID else None)
        forget_summary()
        return "", 204

    return routes


def found(row: dict | None) -> dict:
    if row is None:
        raise Refused(404, "there is no such thing")
    return row


def shown(row: dict) -> dict[str, Any]:
    """A row as JSON: times in ISO 8601."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
