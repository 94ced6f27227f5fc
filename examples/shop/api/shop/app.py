"""The API: `shop.app:create_app()`."""

from flask import Flask

from . import errors, orders, products, status
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
    for part in (products, orders, status):
        app.register_blueprint(part.blueprint, url_prefix="/api")
    return app
