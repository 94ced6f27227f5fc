package ledger

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// Audit is the result of one comparison of balances and transfers.
type Audit struct {
	CheckedAt time.Time `json:"checked_at"`
	Transfers int64     `json:"transfers"`
	// Wrong is the number of accounts whose balance is not what their transfers come to.
	Wrong int64 `json:"wrong"`
}

// Audit compares every balance with the transfers, and records the result.
func (l *Ledger) Audit(ctx context.Context) (Audit, error) {
	// One statement sees one state of the database, however many transfers happen meanwhile.
	rows, _ := l.pool.Query(ctx, `
		INSERT INTO audits (transfers, wrong)
		SELECT (SELECT count(*) FROM transfers), count(*) FROM accounts
		 WHERE balance_cents <> (SELECT coalesce(sum(CASE WHEN to_account = accounts.id THEN cents ELSE -cents END), 0)
		                           FROM transfers WHERE accounts.id IN (from_account, to_account))
		RETURNING checked_at, transfers, wrong`)
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Audit])
}

// LastAudit returns nil where there was none.
func (l *Ledger) LastAudit(ctx context.Context) (*Audit, error) {
	rows, _ := l.pool.Query(ctx, "SELECT checked_at, transfers, wrong FROM audits ORDER BY checked_at DESC LIMIT 1")
	last, err := pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByPos[Audit])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return last, err
}

// KeepAuditing audits again and again until ctx ends. It ends with an error when the database cannot be asked.
func KeepAuditing(ctx context.Context, settings Settings) error {
	books, err := Open(ctx, settings.DatabaseURL)
	if err != nil {
		return err
	}
	defer books.Close()
	ticker := time.NewTicker(settings.AuditEvery)
	defer ticker.Stop()
	for {
		audit, err := books.Audit(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		slog.Info("audited", "transfers", audit.Transfers, "wrong", audit.Wrong)
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
