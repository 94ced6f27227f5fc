package ledger

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
)

const mostBytes = 1 << 16

type answer struct {
	status int
	body   any
}

// Handler answers the requests for a ledger. Every refusal is JSON: {"error": {"status", "message"}}.
func Handler(l *Ledger, version string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", l.page(version))
	mux.Handle("GET /healthz", respond(l.health))
	mux.Handle("GET /version", respond(func(*http.Request) (answer, error) {
		return answer{http.StatusOK, map[string]string{"version": version}}, nil
	}))
	mux.Handle("GET /accounts", respond(l.listAccounts))
	mux.Handle("POST /accounts", respond(l.createAccount))
	mux.Handle("GET /accounts/{id}", respond(l.readAccount))
	mux.Handle("POST /transfers", respond(l.createTransfer))
	mux.Handle("GET /audit", respond(l.lastAudit))
	return mux
}

func respond(handle func(*http.Request) (answer, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, err := handle(r)
		if err != nil {
			got = refusal(r, err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(got.status)
		if err := json.NewEncoder(w).Encode(got.body); err != nil {
			slog.Warn("answer not sent", "error", err)
		}
	})
}

func refusal(r *http.Request, err error) answer {
	var refused Refused
	if !errors.As(err, &refused) {
		slog.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		refused = Refused{http.StatusServiceUnavailable, "the ledger cannot be read now"}
	}
	body := map[string]any{"status": refused.Status, "message": refused.Message}
	return answer{refused.Status, map[string]any{"error": body}}
}

// An instance that cannot reach its database should get no traffic.
func (l *Ledger) health(r *http.Request) (answer, error) {
	return answer{http.StatusOK, map[string]string{"status": "ok"}}, l.Ping(r.Context())
}

func (l *Ledger) listAccounts(r *http.Request) (answer, error) {
	accounts, err := l.Accounts(r.Context())
	return answer{http.StatusOK, map[string]any{"accounts": accounts}}, err
}

func (l *Ledger) createAccount(r *http.Request) (answer, error) {
	var wanted struct {
		Name     string `json:"name"`
		External bool   `json:"external"`
	}
	if err := decode(r, &wanted); err != nil {
		return answer{}, err
	}
	account, err := l.CreateAccount(r.Context(), wanted.Name, wanted.External)
	return answer{http.StatusCreated, account}, err
}

func (l *Ledger) readAccount(r *http.Request) (answer, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return answer{}, Refused{http.StatusNotFound, "there is no such account"}
	}
	account, err := l.Account(r.Context(), id)
	return answer{http.StatusOK, account}, err
}

func (l *Ledger) createTransfer(r *http.Request) (answer, error) {
	var wanted Transfer
	if err := decode(r, &wanted); err != nil {
		return answer{}, err
	}
	done, created, err := l.Transfer(r.Context(), wanted)
	if created {
		return answer{http.StatusCreated, done}, err
	}
	return answer{http.StatusOK, done}, err
}

func (l *Ledger) lastAudit(r *http.Request) (answer, error) {
	last, err := l.LastAudit(r.Context())
	return answer{http.StatusOK, map[string]any{"audit": last}}, err
}

func decode(r *http.Request, into any) error {
	decoder := json.NewDecoder(http.MaxBytesReader(nil, r.Body, mostBytes))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return Refused{http.StatusBadRequest, "the body is not what is expected: " + err.Error()}
	}
	return nil
}
