CREATE TABLE lots (
    id             integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name           text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 80),
    address        text NOT NULL,
    cents_per_hour integer NOT NULL DEFAULT 200 CHECK (cents_per_hour >= 0)
);

CREATE TABLE spaces (
    id     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lot_id integer NOT NULL REFERENCES lots,
    label  text NOT NULL,
    kind   text NOT NULL DEFAULT 'car' CHECK (kind IN ('car', 'motorbike', 'accessible', 'charging')),
    UNIQUE (lot_id, label)
);
