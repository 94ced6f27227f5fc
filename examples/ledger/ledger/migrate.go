package ledger

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	// Any constant: the name of this lock among the advisory locks of the database.
	migrationLock = 81_07
	// For a database that is just starting.
	patience = 30 * time.Second
)

// Migrate applies what is missing in the database, all or nothing.
func Migrate(ctx context.Context, settings Settings) error {
	books, err := Open(ctx, settings.DatabaseURL)
	if err != nil {
		return err
	}
	defer books.Close()
	if err := books.await(ctx); err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return books.migrate(ctx, files)
}

func (l *Ledger) await(ctx context.Context) error {
	deadline := time.Now().Add(patience)
	for {
		err := l.Ping(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("no connection to the database in %s: %w", patience, err)
		}
		time.Sleep(500 * time.Millisecond)
	}
}

// migrate applies *.sql in the order of their names, each once.
func (l *Ledger) migrate(ctx context.Context, files fs.FS) error {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return err
	}
	return l.transaction(ctx, func(tx pgx.Tx) error {
		// Of two runs at the same time, one works and the other waits until the first has committed.
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", migrationLock); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY)"); err != nil {
			return err
		}
		for _, name := range names {
			if err := applyOnce(ctx, tx, files, name); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	})
}

func applyOnce(ctx context.Context, tx pgx.Tx, files fs.FS, name string) error {
	added, err := tx.Exec(ctx, "INSERT INTO schema_migrations (name) VALUES ($1) ON CONFLICT DO NOTHING", name)
	if err != nil || added.RowsAffected() == 0 {
		return err
	}
	script, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	slog.Info("applying", "migration", name)
	// Without parameters, PostgreSQL takes several statements at once.
	_, err = tx.Conn().PgConn().Exec(ctx, string(script)).ReadAll()
	return err
}
