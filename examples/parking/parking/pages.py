"""What people and probes look at: the front page, the health check and the version."""

import psycopg2
from flask import Blueprint, current_app, jsonify, render_template

from .cache import summary
from .database import DatabaseUnavailable, database

blueprint = Blueprint("pages", __name__)

SUMMARY = """
    SELECT lots.id, lots.name, lots.address, lots.cents_per_hour,
           count(DISTINCT spaces.id) AS spaces,
           count(DISTINCT spaces.id) FILTER (WHERE bookings.id IS NULL) AS free
      FROM lots
      LEFT JOIN spaces ON spaces.lot_id = lots.id
      LEFT JOIN bookings ON bookings.space_id = spaces.id
           AND now() >= bookings.starts_at AND now() < bookings.ends_at
     GROUP BY lots.id ORDER BY lots.name LIMIT 100
"""


@blueprint.get("/")
def front():
    lots = summary(lambda: database().all(SUMMARY))
    return render_template("front.html", lots=lots, settings=current_app.extensions["settings"])


@blueprint.get("/healthz")
def health():
    """200 when a query comes back. An app that cannot reach its database should get no traffic."""
    try:
        database().one("SELECT 1 AS one")
    except (DatabaseUnavailable, psycopg2.Error) as error:
        current_app.logger.error("health: %s", error)
        return jsonify(status="unavailable", database="not reachable"), 503
    return jsonify(status="ok", database="reachable")


@blueprint.get("/version")
def version():
    settings = current_app.extensions["settings"]
    return jsonify(version=settings.version, commit=settings.commit)
