package main

import (
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
)

// n8n plays n8n: ports, data folder, encryption key and database by its own variables.
func n8n([]string) (map[string]http.Handler, error) {
	if setting("N8N_ENCRYPTION_KEY", "") == "" {
		return nil, errors.New("N8N_ENCRYPTION_KEY is not set: the credentials in the database would be lost")
	}
	if err := claimData(filepath.Join(setting("N8N_USER_FOLDER", setting("HOME", "/home/node")), ".n8n")); err != nil {
		return nil, err
	}
	base, err := openDatabase(n8nDatabase(), 2)
	if err != nil {
		return nil, err
	}
	pages := http.NewServeMux()
	pages.HandleFunc("GET /healthz", func(answer http.ResponseWriter, _ *http.Request) {
		answerJSON(answer, http.StatusOK, map[string]string{"status": "ok"})
	})
	pages.HandleFunc("GET /healthz/readiness", func(answer http.ResponseWriter, _ *http.Request) {
		user, err := base.user()
		if err != nil {
			log.Printf("database: %v", err)
			answerJSON(answer, http.StatusServiceUnavailable, map[string]string{"status": "error"})
			return
		}
		answerJSON(answer, http.StatusOK, map[string]string{"status": "ok", "stand_in_role": user})
	})
	pages.HandleFunc("GET /metrics", func(answer http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(answer, "n8n_stand_in 1")
	})
	pages.HandleFunc("POST /rest/login", func(answer http.ResponseWriter, _ *http.Request) {
		answerJSON(answer, http.StatusUnauthorized, map[string]any{"code": http.StatusUnauthorized})
	})
	pages.HandleFunc("GET /rest/push", echoMessages)
	pages.HandleFunc("/webhook/{path...}", func(answer http.ResponseWriter, _ *http.Request) {
		answerJSON(answer, http.StatusOK, map[string]string{"message": "Workflow was started"})
	})
	pages.HandleFunc("/", func(answer http.ResponseWriter, _ *http.Request) { answerPage(answer, "n8n") })
	address := net.JoinHostPort(setting("N8N_LISTEN_ADDRESS", "::"), setting("N8N_PORT", "5678"))
	return map[string]http.Handler{address: pages}, nil
}

// n8nDatabase connects as the real one does: whom it rejects follows from DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED, and whom
// it trusts from the file beside it.
func n8nDatabase() string {
	tls := url.Values{"sslmode": {"verify-full"}}
	if setting("DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED", "true") == "false" {
		tls.Set("sslmode", "require")
	} else if file := setting("DB_POSTGRESDB_SSL_CA_FILE", ""); file != "" {
		tls.Set("sslrootcert", file)
	}
	address := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(setting("DB_POSTGRESDB_USER", ""), setting("DB_POSTGRESDB_PASSWORD", "")),
		Host:     net.JoinHostPort(setting("DB_POSTGRESDB_HOST", "localhost"), setting("DB_POSTGRESDB_PORT", "5432")),
		Path:     setting("DB_POSTGRESDB_DATABASE", "n8n"),
		RawQuery: tls.Encode(),
	}
	return address.String()
}
