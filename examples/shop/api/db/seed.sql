-- What a reviewer finds in a new review environment.
INSERT INTO products (name, price_cents, stock) VALUES
    ('Enamel mug', 1200, 40),
    ('Linen apron', 3900, 12),
    ('Bread knife', 4500, 3),
    ('Tea towel', 900, 0);

-- For the nightly job: an order that is too old to keep, and one that the worker never heard of.
INSERT INTO orders (email, created_at) VALUES
    ('last.year@example.com', now() - interval '400 days'),
    ('forgotten@example.com', now() - interval '2 hours');
INSERT INTO order_items (order_id, product_id, quantity, price_cents)
SELECT orders.id, products.id, 1, products.price_cents FROM orders, products WHERE products.name = 'Enamel mug';
