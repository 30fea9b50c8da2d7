package main

import (
	"context"
	"database/sql"
	"time"

	_ "github.com/lib/pq"
)

const databasePatience = 5 * time.Second

// database is a service's own connection, opened when it is first asked for.
type database struct{ pool *sql.DB }

// openDatabase prepares a connection and makes none: a service starts before its database answers.
func openDatabase(address string, connections int) (*database, error) {
	pool, err := sql.Open("postgres", address)
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(connections)
	pool.SetConnMaxIdleTime(time.Minute)
	return &database{pool}, nil
}

// user is the role the service works as, which is only known once the database has let it in.
func (it *database) user() (string, error) {
	patience, done := context.WithTimeout(context.Background(), databasePatience)
	defer done()
	var user string
	err := it.pool.QueryRowContext(patience, "SELECT current_user").Scan(&user)
	return user, err
}
