package main

import (
	"net"
	"net/http"
)

// mcp plays the MCP coordinator: port and health answer. It coordinates nothing.
func mcp([]string) (map[string]http.Handler, error) {
	pages := http.NewServeMux()
	healthy := func(answer http.ResponseWriter, _ *http.Request) {
		answerJSON(answer, http.StatusOK, map[string]string{"status": "healthy"})
	}
	pages.HandleFunc("GET /api/health", healthy)
	// Where the coordinator's first version answers.
	pages.HandleFunc("GET /health", healthy)
	pages.HandleFunc("GET /{$}", func(answer http.ResponseWriter, _ *http.Request) { answerPage(answer, "the MCP coordinator") })
	return map[string]http.Handler{net.JoinHostPort(setting("HOST", "0.0.0.0"), setting("PORT", "3000")): pages}, nil
}
