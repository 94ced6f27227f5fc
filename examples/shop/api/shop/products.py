"""What the shop sells, and how much of it is left."""

from flask import Blueprint, jsonify

from .database import database

blueprint = Blueprint("products", __name__)


@blueprint.get("/products")
def products():
    found = database().all("SELECT id, name, price_cents, stock FROM products ORDER BY name LIMIT 100")
    return jsonify(products=found)
