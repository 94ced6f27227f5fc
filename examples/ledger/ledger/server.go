package ledger

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

const (
	// Longer than a proxy keeps an idle connection, so that the side that sends requests is the one that closes.
	idleTimeout = 75 * time.Second
	// For the requests that are being answered when the process is asked to end.
	shutdownTimeout = 20 * time.Second
)

// Serve answers requests until ctx ends, and then those that it has begun.
func Serve(ctx context.Context, settings Settings) error {
	// Not ctx: the connections are needed until the last answer.
	books, err := Open(context.Background(), settings.DatabaseURL)
	if err != nil {
		return err
	}
	defer books.Close()
	server := &http.Server{
		Addr:              ":" + settings.Port,
		Handler:           Handler(books, settings.Version),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       idleTimeout,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	slog.Info("listening", "port", settings.Port, "version", settings.Version)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	slog.Info("ending")
	limited, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(limited); err != nil {
		return err
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
