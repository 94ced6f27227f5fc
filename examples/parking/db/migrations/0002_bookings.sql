-- For "=" on integers in a GiST index.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE bookings (
    id        integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    space_id  integer NOT NULL REFERENCES spaces,
    plate     text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at   timestamptz NOT NULL,
    CONSTRAINT bookings_end_after_they_start CHECK (ends_at > starts_at),
    CONSTRAINT bookings_last_a_month_at_most CHECK (ends_at <= starts_at + interval '31 days'),
    -- Half-open: a booking may begin at the very moment at which another one ends.
    CONSTRAINT bookings_do_not_overlap EXCLUDE USING gist
        (space_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&)
);
