package ledger

import (
	"context"
	"errors"
	"net/http"

	"github.com/jackc/pgx/v5"
)

// Transfer moves an amount from one account to another. Its reference, which the caller chooses, makes it happen once.
type Transfer struct {
	ID        int64  `json:"id"`
	Reference string `json:"reference"`
	From      int64  `json:"from"`
	To        int64  `json:"to"`
	Cents     int64  `json:"cents"`
}

const mostCents = 1_000_000_00

func (t Transfer) check() error {
	refuse := func(message string) error { return Refused{http.StatusUnprocessableEntity, message} }
	switch {
	case t.Reference == "" || len(t.Reference) > 80:
		return refuse("reference must have 1 to 80 bytes")
	case t.Cents <= 0 || t.Cents > mostCents:
		return refuse("cents must be more than 0 and at most 1,000,000.00")
	case t.From == t.To:
		return refuse("from and to are the same account")
	}
	return nil
}

// Transfer carries out a transfer. Of one that is there already, it returns what was carried out then, and false.
func (l *Ledger) Transfer(ctx context.Context, wanted Transfer) (done Transfer, created bool, err error) {
	if err := wanted.check(); err != nil {
		return Transfer{}, false, err
	}
	err = l.transaction(ctx, func(tx pgx.Tx) error {
		// Of two with the same reference, the second waits here until the first has committed.
		insert := `INSERT INTO transfers (reference, from_account, to_account, cents) VALUES ($1, $2, $3, $4)
			ON CONFLICT (reference) DO NOTHING RETURNING id`
		err := tx.QueryRow(ctx, insert, wanted.Reference, wanted.From, wanted.To, wanted.Cents).Scan(&wanted.ID)
		if errors.Is(err, pgx.ErrNoRows) {
			done, err = earlier(ctx, tx, wanted)
			return err
		}
		if err != nil {
			return err
		}
		done, created = wanted, true
		return post(ctx, tx, wanted)
	})
	switch {
	case violates(err, "transfers_from_account_fkey"), violates(err, "transfers_to_account_fkey"):
		err = Refused{http.StatusUnprocessableEntity, "from or to is no account"}
	case violates(err, "accounts_customers_stay_above_zero"):
		err = Refused{http.StatusConflict, "the account does not hold that much"}
	}
	return done, created, err
}

// post changes both balances, in the order of the ids, so that two transfers never wait for each other in a circle.
func post(ctx context.Context, tx pgx.Tx, t Transfer) error {
	changes := []struct{ account, cents int64 }{{t.From, -t.Cents}, {t.To, t.Cents}}
	if t.To < t.From {
		changes[0], changes[1] = changes[1], changes[0]
	}
	for _, change := range changes {
		update := "UPDATE accounts SET balance_cents = balance_cents + $1 WHERE id = $2"
		if _, err := tx.Exec(ctx, update, change.cents, change.account); err != nil {
			return err
		}
	}
	return nil
}

func earlier(ctx context.Context, tx pgx.Tx, wanted Transfer) (Transfer, error) {
	query := "SELECT id, reference, from_account, to_account, cents FROM transfers WHERE reference = $1"
	rows, _ := tx.Query(ctx, query, wanted.Reference)
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Transfer])
	if err != nil {
		return Transfer{}, err
	}
	wanted.ID = found.ID
	if found != wanted {
		return Transfer{}, Refused{http.StatusConflict, "there is another transfer with this reference"}
	}
	return found, nil
}
