package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
)

// n8n plays n8n: ports, data folder, encryption key and database by its own variables.
func n8n([]string) (map[string]http.Handler, error) {
	folder := filepath.Join(setting("N8N_USER_FOLDER", setting("HOME", "/home/node")), ".n8n")
	if err := agreeOnKey(folder); err != nil {
		return nil, err
	}
	if err := claimData(folder); err != nil {
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

// agreeOnKey knows the encryption key from its variable or from the settings file, as the real one does, which does not start
// where both are there and differ. Only the real one makes a key of its own.
func agreeOnKey(folder string) error {
	var kept struct {
		EncryptionKey string `json:"encryptionKey"`
	}
	text, err := os.ReadFile(filepath.Join(folder, "config"))
	if err == nil {
		err = json.Unmarshal(text, &kept)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the settings file cannot be read: %w", err)
	}
	given := setting("N8N_ENCRYPTION_KEY", "")
	switch {
	case given == "" && kept.EncryptionKey == "":
		return errors.New("N8N_ENCRYPTION_KEY is not set: the credentials in the database would be lost")
	case given != "" && kept.EncryptionKey != "" && given != kept.EncryptionKey:
		return errors.New("mismatching encryption keys: the one in the settings file is not the one in N8N_ENCRYPTION_KEY")
	}
	return nil
}

// n8nDatabase connects as the real one does: whom it rejects follows from DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED, and whom
// it trusts from the file beside it. Where nothing is said of TLS, there is none.
func n8nDatabase() string {
	tls := url.Values{"sslmode": {"disable"}}
	authority := setting("DB_POSTGRESDB_SSL_CA_FILE", "")
	switch {
	case setting("DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED", "true") == "false":
		tls.Set("sslmode", "require")
	case authority != "":
		tls = url.Values{"sslmode": {"verify-full"}, "sslrootcert": {authority}}
	case setting("DB_POSTGRESDB_SSL_ENABLED", "false") == "true":
		tls.Set("sslmode", "verify-full")
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
