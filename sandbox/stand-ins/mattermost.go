package main

import (
	"log"
	"net/http"
)

// mattermost plays Mattermost: listen address, data folder and database by its own variables.
func mattermost([]string) (map[string]http.Handler, error) {
	if err := claimData(setting("MM_FILESETTINGS_DIRECTORY", "/mattermost/data")); err != nil {
		return nil, err
	}
	base, err := openDatabase(setting("MM_SQLSETTINGS_DATASOURCE", ""), 2)
	if err != nil {
		return nil, err
	}
	pages := http.NewServeMux()
	pages.HandleFunc("GET /api/v4/system/ping", func(answer http.ResponseWriter, request *http.Request) {
		health := map[string]string{"status": "OK"}
		status := http.StatusOK
		if request.URL.Query().Get("get_server_status") == "true" {
			health["database_status"] = "OK"
			if user, err := base.user(); err != nil {
				log.Printf("database: %v", err)
				health["status"], health["database_status"], status = "UNHEALTHY", "UNHEALTHY", http.StatusInternalServerError
			} else {
				health["stand_in_role"] = user
			}
		}
		answerJSON(answer, status, health)
	})
	pages.HandleFunc("POST /api/v4/users/login", func(answer http.ResponseWriter, _ *http.Request) {
		answerJSON(answer, http.StatusUnauthorized, map[string]any{
			"id": "api.user.login.invalid_credentials_email_username", "status_code": http.StatusUnauthorized,
		})
	})
	pages.HandleFunc("GET /api/v4/websocket", echoMessages)
	pages.HandleFunc("/", func(answer http.ResponseWriter, _ *http.Request) { answerPage(answer, "Mattermost") })
	return map[string]http.Handler{setting("MM_SERVICESETTINGS_LISTENADDRESS", ":8065"): pages}, nil
}
