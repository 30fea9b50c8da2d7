// Command stand-in plays the services whose images no registry in the sandbox has. It speaks their ports, health
// answers, cookies and data folders, reads their own configuration, and says in every answer what it is.
//
// Which one it plays follows from the name it is called by, so that a unit's own command line works unchanged.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"maps"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// release says in every answer which image answers. One whose name says that it is broken ends before it serves.
var release = setting("STAND_IN_RELEASE", "unknown")

// service is one that is played: it returns what to serve, by address.
type service func(arguments []string) (map[string]http.Handler, error)

var services = map[string]service{
	"odoo":        odoo,
	"mattermost":  mattermost,
	"n8n":         n8n,
	"ocr-service": ocr,
	"superset":    superset,
	"mcp":         mcp,
	// What Superset's image runs before it serves.
	"prepare-superset": prepareSuperset,
}

const shutdownPatience = 10 * time.Second

func main() {
	log.SetFlags(0)
	name := filepath.Base(os.Args[0])
	play, known := services[name]
	if !known {
		log.Fatalf("%s is not played here: call this program %s", name,
			strings.Join(slices.Sorted(maps.Keys(services)), ", "))
	}
	if strings.HasSuffix(release, "-broken") {
		log.Fatalf("%s: release %s is broken, as it was made to be", name, release)
	}
	handlers, err := play(os.Args[1:])
	if err != nil {
		log.Fatalf("%s: %v", name, err)
	}
	if len(handlers) == 0 {
		return // It was told to do one thing, and has done it.
	}
	if err := serve(name, handlers); err != nil {
		log.Fatalf("%s: %v", name, err)
	}
}

// serve listens on every address until the process is told to end, and then answers what it has begun.
func serve(name string, handlers map[string]http.Handler) error {
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	failed := make(chan error, len(handlers))
	var servers []*http.Server
	for address, handler := range handlers {
		server := &http.Server{Addr: address, Handler: labelled(handler), ReadHeaderTimeout: 10 * time.Second}
		servers = append(servers, server)
		go func() { failed <- server.ListenAndServe() }()
		fmt.Printf("stand-in for %s listens on %s\n", name, address)
	}
	select {
	case err := <-failed:
		return err
	case <-stop.Done():
	}
	patience, done := context.WithTimeout(context.Background(), shutdownPatience)
	defer done()
	problems := []error{closeWebsockets(patience)}
	for _, server := range servers {
		problems = append(problems, server.Shutdown(patience))
	}
	return errors.Join(problems...)
}

// labelled marks every answer, so that nobody takes it for the real service's.
func labelled(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		answer.Header().Set("X-Stand-In", "true")
		answer.Header().Set("X-Stand-In-Release", release)
		handler.ServeHTTP(answer, request)
	})
}
