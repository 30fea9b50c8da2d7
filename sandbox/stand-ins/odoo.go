package main

import (
	"bufio"
	"errors"
	"fmt"
	"log"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	sessionSeconds = 3600
	updateTakes    = 3 * time.Second
)

// odoo plays Odoo: its configuration file, HTTP and long-polling ports, health answer, sessions and static files.
func odoo(arguments []string) (map[string]http.Handler, error) {
	options, err := odooOptions(arguments)
	if err != nil {
		return nil, err
	}
	data := options["data_dir"]
	if err := claimData(data); err != nil {
		return nil, err
	}
	base, err := openDatabase(odooDatabase(options), 2)
	if err != nil {
		return nil, err
	}
	if modules := options["update"]; modules != "" {
		return nil, odooUpdate(modules, base)
	}
	pages := http.NewServeMux()
	pages.HandleFunc("GET /web/health", func(answer http.ResponseWriter, request *http.Request) {
		odooHealth(answer, request, base)
	})
	pages.HandleFunc("/web/login", func(answer http.ResponseWriter, request *http.Request) {
		odooSession(answer, request, filepath.Join(data, "sessions"))
		answerPage(answer, "Odoo")
	})
	pages.HandleFunc("GET /web/static/{path...}", func(answer http.ResponseWriter, _ *http.Request) {
		answer.Header().Set("Content-Type", "text/css")
		answer.Header().Set("Cache-Control", "public, max-age=604800")
		fmt.Fprint(answer, strings.Repeat(".stand-in { color: #71639e; }\n", 400))
	})
	pages.HandleFunc("/web/database/", func(answer http.ResponseWriter, _ *http.Request) {
		answerPage(answer, "Odoo's database manager")
	})
	pages.HandleFunc("GET /{$}", func(answer http.ResponseWriter, request *http.Request) {
		http.Redirect(answer, request, "/web/login", http.StatusSeeOther)
	})
	live := http.NewServeMux()
	live.HandleFunc("GET /websocket", echoMessages)
	live.HandleFunc("GET /websocket/health", func(answer http.ResponseWriter, _ *http.Request) {
		answerJSON(answer, http.StatusOK, map[string]string{"status": "pass"})
	})
	host := options["http_interface"]
	return map[string]http.Handler{
		net.JoinHostPort(host, options["http_port"]):   pages,
		net.JoinHostPort(host, options["gevent_port"]): live,
	}, nil
}

// odooUpdate plays the update of some modules, which takes its time in the database. One whose name says so fails.
func odooUpdate(modules string, base *database) error {
	if _, err := base.user(); err != nil {
		return fmt.Errorf("update of %s: %w", modules, err)
	}
	time.Sleep(updateTakes)
	if strings.HasSuffix(modules, "_broken") {
		return fmt.Errorf("update of %s failed, as it was made to", modules)
	}
	fmt.Printf("stand-in for odoo has updated %s\n", modules)
	return nil
}

// odooHealth is Odoo's own: about the process, and about the database only when it is asked.
func odooHealth(answer http.ResponseWriter, request *http.Request, base *database) {
	if request.URL.Query().Get("db_server_status") == "" {
		answerJSON(answer, http.StatusOK, map[string]any{"status": "pass"})
		return
	}
	user, err := base.user()
	if err != nil {
		log.Printf("database: %v", err)
		answerJSON(answer, http.StatusInternalServerError, map[string]any{"status": "fail", "db_server_status": false})
		return
	}
	answerJSON(answer, http.StatusOK, map[string]any{"status": "pass", "db_server_status": true, "stand_in_role": user})
}

// odooSession keeps a session file for each visitor, and gives the cookie that belongs to it.
func odooSession(answer http.ResponseWriter, request *http.Request, folder string) {
	if cookie, err := request.Cookie("session_id"); err == nil {
		if _, err := os.Stat(filepath.Join(folder, filepath.Base(cookie.Value))); err == nil {
			return
		}
	}
	session := randomText(20)
	err := errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(filepath.Join(folder, session), nil, 0o600))
	if err != nil {
		log.Printf("session: %v", err)
		http.Error(answer, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	http.SetCookie(answer, &http.Cookie{Name: "session_id", Value: session, Path: "/", MaxAge: sessionSeconds, HttpOnly: true})
}

// odooOptions reads the file that --config names, over Odoo's defaults; what is an argument stands above both.
func odooOptions(arguments []string) (map[string]string, error) {
	options := map[string]string{
		"http_interface": "0.0.0.0", "http_port": "8069", "gevent_port": "8072", "data_dir": "/var/lib/odoo",
		"db_host": "", "db_port": "5432", "db_name": "postgres", "db_user": "", "db_password": "", "db_sslmode": "prefer",
	}
	path := "/etc/odoo/odoo.conf"
	given := map[string]string{}
	for index, argument := range arguments {
		if name, value, joined := strings.Cut(argument, "="); joined && name == "--config" {
			path = value
		} else if joined && strings.HasPrefix(name, "--") {
			given[strings.ReplaceAll(strings.TrimPrefix(name, "--"), "-", "_")] = value
		} else if (argument == "-c" || argument == "--config") && index+1 < len(arguments) {
			path = arguments[index+1]
		}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if name, value, found := strings.Cut(line, "="); found && !strings.HasPrefix(line, ";") && !strings.HasPrefix(line, "#") {
			options[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	maps.Copy(options, given)
	return options, lines.Err()
}

func odooDatabase(options map[string]string) string {
	mode := options["db_sslmode"]
	// The library knows no "prefer": with TLS is what every database here wants.
	if mode == "prefer" {
		mode = "require"
	}
	address := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(options["db_user"], options["db_password"]),
		Host:     net.JoinHostPort(options["db_host"], options["db_port"]),
		Path:     options["db_name"],
		RawQuery: url.Values{"sslmode": {mode}}.Encode(),
	}
	return address.String()
}
