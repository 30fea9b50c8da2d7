package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
)

// superset plays Superset: port, health answer, login page, the migration of its metadata, and the one thing that must
// not happen to these.
func superset(arguments []string) (map[string]http.Handler, error) {
	address := setting("SQLALCHEMY_DATABASE_URI", "")
	if err := metadataBase(address); err != nil {
		return nil, err
	}
	if strings.Join(arguments, " ") == "db upgrade" {
		return nil, migrate(address)
	}
	pages := http.NewServeMux()
	pages.HandleFunc("GET /health", func(answer http.ResponseWriter, _ *http.Request) { fmt.Fprint(answer, "OK") })
	pages.HandleFunc("GET /login/", func(answer http.ResponseWriter, _ *http.Request) { answerPage(answer, "Superset") })
	pages.HandleFunc("GET /{$}", func(answer http.ResponseWriter, request *http.Request) {
		http.Redirect(answer, request, "/login/", http.StatusFound)
	})
	port := setting("PORT", setting("SUPERSET_PORT", "8088"))
	return map[string]http.Handler{net.JoinHostPort(setting("SUPERSET_BIND_ADDRESS", "0.0.0.0"), port): pages}, nil
}

// prepareSuperset plays the script that images/superset has: it does one thing, and ends.
func prepareSuperset([]string) (map[string]http.Handler, error) {
	return superset([]string{"db", "upgrade"})
}

// migrate plays `superset db upgrade`: it needs the database, and changes nothing in it.
func migrate(address string) error {
	_, place, isAddress := strings.Cut(address, "://")
	if !isAddress {
		log.Print("superset: there is no database to migrate")
		return nil
	}
	// The words of Superset's own library mean nothing to this one.
	base, err := openDatabase("postgres://"+place, 1)
	if err != nil {
		return fmt.Errorf("migration: %w", err)
	}
	user, err := base.user()
	if err != nil {
		return fmt.Errorf("migration: %w", err)
	}
	log.Printf("superset: metadata migrated as %s", user)
	return nil
}

// metadataBase refuses every database but PostgreSQL. The real one takes SQLite without a word, and everything it knows
// is gone with the container. What is no address at all decides nothing: adopted apps have such values in the sandbox,
// where nobody knows their own. The address itself is not printed: there is a password in it.
func metadataBase(address string) error {
	scheme, _, isAddress := strings.Cut(address, "://")
	dialect, _, _ := strings.Cut(scheme, "+")
	switch {
	case address == "":
		log.Print("superset: SQLALCHEMY_DATABASE_URI is not set: the real one would keep its metadata in SQLite")
	case !isAddress:
		log.Print("superset: SQLALCHEMY_DATABASE_URI is no database address: the stand-in goes on without one")
	case dialect != "postgresql":
		return fmt.Errorf("SQLALCHEMY_DATABASE_URI is a %s address: metadata must lie in PostgreSQL (postgresql+psycopg2://...), "+
			"or they are gone with the container", dialect)
	}
	return nil
}
