package ledger

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Ledger is the accounts and transfers of one database.
type Ledger struct {
	pool *pgxpool.Pool
}

// Open connects when the first query needs it.
func Open(ctx context.Context, url string) (*Ledger, error) {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, err
	}
	return &Ledger{pool}, nil
}

// Close gives up the connections.
func (l *Ledger) Close() { l.pool.Close() }

// Ping returns nil when a query comes back.
func (l *Ledger) Ping(ctx context.Context) error { return l.pool.Ping(ctx) }

func (l *Ledger) transaction(ctx context.Context, work func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, l.pool, work)
}

// Refused is what the caller can change: it says so in words for people.
type Refused struct {
	Status  int
	Message string
}

func (r Refused) Error() string { return r.Message }

// violates tells whether PostgreSQL refused a statement for the constraint of this name.
func violates(err error, constraint string) bool {
	var refusal *pgconn.PgError
	return errors.As(err, &refusal) && refusal.ConstraintName == constraint
}
