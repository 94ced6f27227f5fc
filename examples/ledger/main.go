// Ledger keeps accounts and transfers between them: `ledger serve`, `ledger migrate`, `ledger audit`.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"example.com/ledger/ledger"
)

// Set by the build: -ldflags "-X main.version=…".
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "ledger:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	settings, err := ledger.SettingsFromEnvironment(version)
	if err != nil {
		return err
	}
	command := "serve"
	if len(args) > 0 {
		command = args[0]
	}
	switch command {
	case "serve":
		return ledger.Serve(ctx, settings)
	case "migrate":
		return ledger.Migrate(ctx, settings)
	case "audit":
		return ledger.KeepAuditing(ctx, settings)
	}
	return fmt.Errorf("unknown command %q: there are serve, migrate and audit", command)
}
