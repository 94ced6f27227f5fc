package ledger

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// The ledger on a real PostgreSQL that DATABASE_URL names; everything in it is deleted after the test.
func openTest(t *testing.T) *Ledger {
	t.Helper()
	url := os.Getenv("DATABASE_URL")
	if url == "" {
		t.Fatal("DATABASE_URL must name an empty PostgreSQL database")
	}
	ctx := context.Background()
	if err := Migrate(ctx, Settings{DatabaseURL: url}); err != nil {
		t.Fatal(err)
	}
	l, err := Open(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	if accounts, err := l.Accounts(ctx); err != nil || len(accounts) > 0 {
		t.Fatalf("this database holds data, which the tests would delete: %v, %v", accounts, err)
	}
	t.Cleanup(func() {
		if _, err := l.pool.Exec(ctx, "TRUNCATE accounts, transfers, audits RESTART IDENTITY"); err != nil {
			t.Error(err)
		}
		l.Close()
	})
	return l
}

type client struct {
	t       *testing.T
	handler http.Handler
}

// call returns the status and the JSON object of an answer.
func (c client) call(method, path, body string) (int, map[string]any) {
	c.t.Helper()
	recorder := httptest.NewRecorder()
	c.handler.ServeHTTP(recorder, httptest.NewRequest(method, path, strings.NewReader(body)))
	var object map[string]any
	if err := json.Unmarshal(recorder.Body.Bytes(), &object); err != nil {
		c.t.Fatalf("%s %s: %d %s", method, path, recorder.Code, recorder.Body)
	}
	return recorder.Code, object
}

func (c client) expect(status int, method, path, body string) map[string]any {
	c.t.Helper()
	got, object := c.call(method, path, body)
	if got != status {
		c.t.Fatalf("%s %s %s: %d %v, want %d", method, path, body, got, object, status)
	}
	return object
}

// newClient has two accounts: 1 is the bank, which is external, and 2 is Ann's.
func newClient(t *testing.T) (client, *Ledger) {
	l := openTest(t)
	c := client{t, Handler(l, "1.2.3")}
	c.expect(201, "POST", "/accounts", `{"name": "Bank", "external": true}`)
	c.expect(201, "POST", "/accounts", `{"name": "Ann"}`)
	return c, l
}

func (c client) balance(path string) float64 {
	c.t.Helper()
	return c.expect(200, "GET", path, "")["balance_cents"].(float64)
}
