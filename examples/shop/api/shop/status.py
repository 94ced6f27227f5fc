"""What probes and people look at: the health check, and what worker and nightly job have done."""

from flask import Blueprint, current_app, jsonify

from .database import database

blueprint = Blueprint("status", __name__)

STATUS = """
    SELECT (SELECT count(*) FROM orders) AS orders,
           (SELECT count(*) FROM confirmations) AS confirmed,
           (SELECT count(*) FROM cleanups) AS cleanups
"""


@blueprint.get("/healthz")
def health():
    """200 when a query comes back, else 503: an API that cannot reach its database should get no traffic."""
    database().one("SELECT 1 AS one")
    return jsonify(status="ok")


@blueprint.get("/status")
def status():
    return jsonify(version=current_app.extensions["settings"].version, **database().one(STATUS))
