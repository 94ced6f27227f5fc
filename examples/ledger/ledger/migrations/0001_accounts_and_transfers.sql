CREATE TABLE accounts (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL UNIQUE,
    external      boolean NOT NULL DEFAULT false,
    balance_cents bigint NOT NULL DEFAULT 0,
    CONSTRAINT accounts_customers_stay_above_zero CHECK (external OR balance_cents >= 0)
);

CREATE TABLE transfers (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference    text NOT NULL UNIQUE,
    from_account bigint NOT NULL REFERENCES accounts,
    to_account   bigint NOT NULL REFERENCES accounts,
    cents        bigint NOT NULL CHECK (cents > 0),
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON transfers (from_account);
CREATE INDEX ON transfers (to_account);
