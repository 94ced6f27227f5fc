"""Every refusal is JSON: {"error": {"status", "message"}}."""

import psycopg
from flask import Flask, jsonify
from werkzeug.exceptions import HTTPException


class Refused(Exception):
    """The request cannot be fulfilled."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status, self.message = status, message


def answer(status: int, message: str):
    return jsonify(error={"status": status, "message": message}), status


def register(app: Flask) -> None:
    @app.errorhandler(Refused)
    def refused(error: Refused):
        return answer(error.status, error.message)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException):
        return answer(error.code or 500, error.description or error.name)

    @app.errorhandler(psycopg.OperationalError)
    def unavailable(error: psycopg.OperationalError):
        app.logger.error("database: %s", error)
        response, status = answer(503, "the database is not available")
        response.headers["Retry-After"] = "1"
        return response, status
