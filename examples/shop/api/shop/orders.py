"""Orders: what is ordered leaves the stock in the same transaction; the worker confirms it afterwards."""

from flask import Blueprint, current_app, jsonify, request
from redis import RedisError

from .confirmations import enqueue
from .database import database
from .errors import Refused

blueprint = Blueprint("orders", __name__)

#: Pieces of one product in one order.
MOST = 100


@blueprint.post("/orders")
def create():
    email, items = ordered(request.get_json())
    with database().transaction() as connection:
        order = connection.execute("INSERT INTO orders (email) VALUES (%s) RETURNING id", [email]).fetchone()
        # In one order for everybody: two orders of the same products do not wait for each other in a circle.
        for product, quantity in sorted(items.items()):
            taken = connection.execute(
                "UPDATE products SET stock = stock - %s WHERE id = %s AND stock >= %s RETURNING price_cents",
                [quantity, product, quantity],
            ).fetchone()
            if taken is None:
                raise Refused(409, f"product {product} is not in stock in this quantity")
            connection.execute(
                "INSERT INTO order_items (order_id, product_id, quantity, price_cents) VALUES (%s, %s, %s, %s)",
                [order["id"], product, quantity, taken["price_cents"]],
            )
    try:
        enqueue(current_app.extensions["settings"].redis_url, [order["id"]])
    except RedisError as error:
        # The order is placed. The nightly job hands it to the worker again.
        current_app.logger.warning("order %s: not handed to the worker: %s", order["id"], error)
    return jsonify(found(order["id"])), 201, {"Location": f"/api/orders/{order['id']}"}


@blueprint.get("/orders/<int:number>")
def read(number: int):
    return jsonify(found(number))


def found(number: int) -> dict:
    order = database().one(
        "SELECT id, email, confirmations.body AS confirmation,"
        " (SELECT sum(quantity * price_cents) FROM order_items WHERE order_id = orders.id) AS total_cents"
        " FROM orders LEFT JOIN confirmations ON order_id = id WHERE id = %s",
        [number],
    )
    if order is None:
        raise Refused(404, f"there is no order {number}")
    return order


def ordered(body: object) -> tuple[str, dict[int, int]]:
    """Address and quantity of each product; refuses everything else."""
    fields = body if isinstance(body, dict) else {}
    email, items = fields.get("email"), fields.get("items")
    if not isinstance(email, str) or "@" not in email or len(email) > 254:
        raise Refused(422, "email is not an address")
    if not isinstance(items, list) or not 0 < len(items) <= 20:
        raise Refused(422, "items is not a list of 1 to 20 products")
    quantities: dict[int, int] = {}
    for item in items:
        product, quantity = (item.get("product"), item.get("quantity")) if isinstance(item, dict) else (None, None)
        if type(product) is not int or type(quantity) is not int or not 0 < quantity <= MOST:
            raise Refused(422, f"an item is {{product, quantity}}: the id of a product and 1 to {MOST}")
        if not 0 < product < 2**31 or product in quantities:
            raise Refused(422, f"product {product} is no product, or is there twice")
        quantities[product] = quantity
    return email, quantities
