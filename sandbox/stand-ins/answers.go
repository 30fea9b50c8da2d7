package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// answerJSON answers with a value as JSON.
func answerJSON(answer http.ResponseWriter, status int, value any) {
	answer.Header().Set("Content-Type", "application/json")
	answer.WriteHeader(status)
	if err := json.NewEncoder(answer).Encode(value); err != nil {
		log.Printf("an answer was not read to its end: %v", err)
	}
}

// answerPage answers with a small HTML page.
func answerPage(answer http.ResponseWriter, title string) {
	answer.Header().Set("Content-Type", "text/html; charset=utf-8")
	page := "<!doctype html><title>" + title + "</title><p>A stand-in for " + title + ", not the real one.\n"
	if _, err := answer.Write([]byte(page)); err != nil {
		log.Printf("an answer was not read to its end: %v", err)
	}
}

// randomText is a secret of the given number of bytes, in hexadecimal digits.
func randomText(bytes int) string {
	secret := make([]byte, bytes)
	if _, err := rand.Read(secret); err != nil {
		panic(err)
	}
	return hex.EncodeToString(secret)
}

// setting is an environment variable, or a default where it is empty.
func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// claimData writes a line about this start into the service's data folder: a service that may not write there, or whose
// data are gone, is noticed as it would be with the real one.
func claimData(folder string) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(folder, "stand-in-starts"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	if _, err := file.WriteString(time.Now().UTC().Format(time.RFC3339Nano) + "\n"); err != nil {
		return errors.Join(err, file.Close())
	}
	return file.Close()
}
