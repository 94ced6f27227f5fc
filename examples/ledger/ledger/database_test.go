package ledger

import (
	"context"
	"sync"
	"testing"
	"testing/fstest"
)

func TestWithoutADatabaseItIsUnhealthy(t *testing.T) {
	l, err := Open(context.Background(), "postgresql://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := client{t, Handler(l, "dev")}
	c.expect(503, "GET", "/healthz", "")
	c.expect(503, "GET", "/accounts", "")
	c.expect(200, "GET", "/version", "")
}

func TestMigrationsAreAppliedOnceOrNotAtAll(t *testing.T) {
	l := openTest(t)
	ctx := context.Background()
	t.Cleanup(func() {
		drop := "DROP TABLE IF EXISTS migrated; DELETE FROM schema_migrations WHERE name LIKE '9%'"
		if _, err := l.pool.Exec(ctx, drop); err != nil {
			t.Error(err)
		}
	})
	files := fstest.MapFS{"9001_table.sql": {Data: []byte("CREATE TABLE migrated (id integer); SELECT 1")}}
	broken := fstest.MapFS{"9001_table.sql": files["9001_table.sql"], "9002_broken.sql": {Data: []byte("SELECT nothing")}}
	if err := l.migrate(ctx, broken); err == nil {
		t.Fatal("a broken migration was applied")
	}
	var all sync.WaitGroup
	for range 3 {
		all.Add(1)
		go func() {
			defer all.Done()
			if err := l.migrate(ctx, files); err != nil {
				t.Error(err)
			}
		}()
	}
	all.Wait()
}

func TestSettings(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgresql://ledger@localhost/ledger")
	t.Setenv("AUDIT_EVERY", "soon")
	if _, err := SettingsFromEnvironment("dev"); err == nil {
		t.Error("AUDIT_EVERY=soon is accepted")
	}
	t.Setenv("AUDIT_EVERY", "")
	if settings, err := SettingsFromEnvironment("dev"); err != nil || settings.Port != "8080" {
		t.Errorf("%+v, %v", settings, err)
	}
	t.Setenv("DATABASE_URL", "")
	if _, err := SettingsFromEnvironment("dev"); err == nil {
		t.Error("no DATABASE_URL is accepted")
	}
}
