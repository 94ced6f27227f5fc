package ledger

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestTheAuditFindsAWrongBalance(t *testing.T) {
	c, l := newClient(t)
	c.expect(201, "POST", "/transfers", salary)
	ctx := context.Background()
	if audit, err := l.Audit(ctx); err != nil || audit.Wrong != 0 || audit.Transfers != 1 {
		t.Errorf("%+v, %v", audit, err)
	}
	if _, err := l.pool.Exec(ctx, "UPDATE accounts SET balance_cents = 1 WHERE id = 2"); err != nil {
		t.Fatal(err)
	}
	if audit, err := l.Audit(ctx); err != nil || audit.Wrong != 1 {
		t.Errorf("%+v, %v", audit, err)
	}
	if last := c.expect(200, "GET", "/audit", "")["audit"].(map[string]any); last["wrong"] != 1.0 {
		t.Errorf("the last audit is %v", last)
	}
}

func TestTheAuditorGoesOnUntilItIsAskedToEnd(t *testing.T) {
	_, l := newClient(t)
	ctx, stop := context.WithTimeout(context.Background(), time.Second)
	defer stop()
	settings := Settings{DatabaseURL: l.pool.Config().ConnString(), AuditEvery: 50 * time.Millisecond}
	if err := KeepAuditing(ctx, settings); err != nil {
		t.Fatal(err)
	}
	var audits int
	if err := l.pool.QueryRow(context.Background(), "SELECT count(*) FROM audits").Scan(&audits); err != nil || audits < 2 {
		t.Errorf("%d audits, %v", audits, err)
	}
}

func TestThePageIsForPeople(t *testing.T) {
	c, _ := newClient(t)
	c.expect(201, "POST", "/accounts", `{"name": "<b>"}`)
	c.expect(201, "POST", "/transfers", salary)
	recorder := httptest.NewRecorder()
	c.handler.ServeHTTP(recorder, httptest.NewRequest("GET", "/", nil))
	for _, text := range []string{"Ann", "50.00", "−50.00", "&lt;b&gt;", "Nobody has audited", "Version 1.2.3"} {
		if !strings.Contains(recorder.Body.String(), text) {
			t.Errorf("%q is not on the page: %s", text, recorder.Body)
		}
	}
}
