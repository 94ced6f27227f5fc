package ledger

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"money": money}).Parse(pageText))

func money(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "−", -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}

// page is for people: the accounts, and what the auditor found.
func (l *Ledger) page(version string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		accounts, err := l.Accounts(r.Context())
		var audit *Audit
		if err == nil {
			audit, err = l.LastAudit(r.Context())
		}
		var text bytes.Buffer
		if err == nil {
			err = pageTemplate.Execute(&text, map[string]any{"Accounts": accounts, "Audit": audit, "Version": version})
		}
		if err != nil {
			slog.Error("page", "error", err)
			http.Error(w, "The ledger cannot be read now.", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(text.Bytes())
	}
}
