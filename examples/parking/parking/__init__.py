"""Parking: lots, their spaces, and bookings of spaces. A small service to deploy."""

from flask import Flask

from . import bookings, errors, lots, pages, spaces
from .database import Database
from .settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to serve. Without settings it reads them from the environment."""
    settings = settings or Settings.from_environment()
    app = Flask(__name__)
    app.json.sort_keys = False
    app.extensions["settings"] = settings
    app.extensions["database"] = Database(
        settings.database_url, settings.pool_size, settings.database_timeout
    )
    errors.register(app)
    for resource in (lots, spaces, bookings):
        app.register_blueprint(resource.blueprint)
    app.register_blueprint(pages.blueprint)
    return app
