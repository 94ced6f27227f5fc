package ledger

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// Settings is what the program reads from its environment.
type Settings struct {
	DatabaseURL string
	// Port that the service listens on.
	Port string
	// AuditEvery is the time between two audits.
	AuditEvery time.Duration
	Version    string
}

// SettingsFromEnvironment reads DATABASE_URL, PORT and AUDIT_EVERY.
func SettingsFromEnvironment(version string) (Settings, error) {
	url := os.Getenv("DATABASE_URL")
	if url == "" {
		return Settings{}, errors.New("DATABASE_URL is not set; expected postgresql://user:password@host:5432/name")
	}
	every, err := time.ParseDuration(or(os.Getenv("AUDIT_EVERY"), "1m"))
	if err != nil || every <= 0 {
		return Settings{}, fmt.Errorf("AUDIT_EVERY is %q; expected a duration such as 1m", os.Getenv("AUDIT_EVERY"))
	}
	return Settings{DatabaseURL: url, Port: or(os.Getenv("PORT"), "8080"), AuditEvery: every, Version: version}, nil
}

func or(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}
