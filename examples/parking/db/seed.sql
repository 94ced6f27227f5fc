-- What a reviewer finds in a new review environment.
INSERT INTO lots (name, address, cents_per_hour) VALUES
    ('Harbour', '1 Quay Street', 250),
    ('Old Town', '12 Market Square', 400),
    ('Airport', 'Terminal Road', 150);

INSERT INTO spaces (lot_id, label, kind)
SELECT lots.id, 'A-' || n, CASE WHEN n = 1 THEN 'accessible' WHEN n <= 3 THEN 'charging' ELSE 'car' END
  FROM lots, generate_series(1, 8) AS n;

INSERT INTO bookings (space_id, plate, starts_at, ends_at)
SELECT spaces.id, 'HH-AB ' || (100 + spaces.id), date_trunc('hour', now()), date_trunc('hour', now()) + interval '8 hours'
  FROM spaces WHERE spaces.label IN ('A-4', 'A-5');
