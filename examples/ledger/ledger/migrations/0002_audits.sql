CREATE TABLE audits (
    checked_at timestamptz NOT NULL DEFAULT clock_timestamp() PRIMARY KEY,
    transfers  bigint NOT NULL,
    wrong      bigint NOT NULL
);
