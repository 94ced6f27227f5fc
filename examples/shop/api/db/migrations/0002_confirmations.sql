CREATE TABLE confirmations (
    order_id integer PRIMARY KEY REFERENCES orders ON DELETE CASCADE,
    body     text NOT NULL,
    sent_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE cleanups (
    ran_at   timestamptz NOT NULL DEFAULT now(),
    deleted  integer NOT NULL,
    enqueued integer NOT NULL
);
