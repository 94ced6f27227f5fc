package ledger

import (
	"context"
	"errors"
	"net/http"

	"github.com/jackc/pgx/v5"
)

// Account holds money. That of a customer never falls below zero; an external one stands for the world outside.
type Account struct {
	ID           int64  `json:"id"`
	Name         string `json:"name"`
	External     bool   `json:"external"`
	BalanceCents int64  `json:"balance_cents"`
}

const accountColumns = "SELECT id, name, external, balance_cents FROM accounts "

// CreateAccount opens an account with nothing in it.
func (l *Ledger) CreateAccount(ctx context.Context, name string, external bool) (Account, error) {
	if name == "" || len(name) > 80 {
		return Account{}, Refused{http.StatusUnprocessableEntity, "name must have 1 to 80 bytes"}
	}
	account := Account{Name: name, External: external}
	insert := "INSERT INTO accounts (name, external) VALUES ($1, $2) RETURNING id"
	err := l.pool.QueryRow(ctx, insert, name, external).Scan(&account.ID)
	if violates(err, "accounts_name_key") {
		return Account{}, Refused{http.StatusConflict, "there is an account of this name already"}
	}
	return account, err
}

// Account returns the account with this id.
func (l *Ledger) Account(ctx context.Context, id int64) (Account, error) {
	rows, _ := l.pool.Query(ctx, accountColumns+"WHERE id = $1", id)
	account, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Account])
	if errors.Is(err, pgx.ErrNoRows) {
		return Account{}, Refused{http.StatusNotFound, "there is no such account"}
	}
	return account, err
}

// Accounts returns the first hundred by name.
func (l *Ledger) Accounts(ctx context.Context) ([]Account, error) {
	rows, _ := l.pool.Query(ctx, accountColumns+"ORDER BY name LIMIT 100")
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Account])
}
