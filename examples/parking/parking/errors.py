"""Every refusal is JSON: {"error": {"status", "message", "fields"}}."""

import psycopg2
from flask import Flask, jsonify
from psycopg2 import errorcodes
from werkzeug.exceptions import HTTPException

from .database import DatabaseUnavailable


class Refused(Exception):
    """The request cannot be fulfilled; `fields` says what is wrong with which field."""

    def __init__(self, status: int, message: str, fields: dict[str, str] | None = None):
        super().__init__(message)
        self.status, self.message, self.fields = status, message, fields or {}


#: What the database refuses, by the name of its constraint: the last word on what is allowed is the database's.
CONFLICTS = {
    "lots_name_key": "there is a lot of this name already",
    "spaces_lot_id_label_key": "this lot has a space of this label already",
    "bookings_do_not_overlap": "the space is booked in this time already",
    "spaces_lot_id_fkey": "the lot does not exist, or still has spaces",
    "bookings_space_id_fkey": "the space does not exist, or still has bookings",
}


def answer(status: int, message: str, fields: dict[str, str] | None = None):
    error = {"status": status, "message": message}
    return jsonify(error={**error, "fields": fields} if fields else error), status


def register(app: Flask) -> None:
    @app.errorhandler(Refused)
    def refused(error: Refused):
        return answer(error.status, error.message, error.fields)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException):
        response, status = answer(error.code or 500, error.description or error.name)
        for name, value in error.get_headers():
            if name.lower() == "allow":
                response.headers[name] = value
        return response, status

    @app.errorhandler(psycopg2.IntegrityError)
    def integrity(error: psycopg2.IntegrityError):
        constraint = error.diag.constraint_name or ""
        if error.pgcode == errorcodes.CHECK_VIOLATION:
            return answer(422, f"refused by the rule {constraint}")
        return answer(409, CONFLICTS.get(constraint, "this contradicts what is stored"))

    @app.errorhandler(DatabaseUnavailable)
    @app.errorhandler(psycopg2.OperationalError)
    @app.errorhandler(psycopg2.InterfaceError)
    def unavailable(error: Exception):
        app.logger.error("database: %s", error)
        response, status = answer(503, "the database is not available")
        response.headers["Retry-After"] = "1"
        return response, status
