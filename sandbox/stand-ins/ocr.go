package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/gomodule/redigo/redis"
)

const (
	queueName     = "ocr:jobs"
	resultSeconds = 3600
	queuePatience = 2 * time.Second
	workerWait    = 5
	imageMib      = 1024 * 1024
)

// job is an image that waits to be read.
type job struct {
	ID   string `json:"id"`
	Hash string `json:"hash"`
	Size int    `json:"size"`
}

// ocr plays the OCR API: a job queue in Redis, workers that take from it, and results that anybody can ask for.
func ocr([]string) (map[string]http.Handler, error) {
	if err := claimData(setting("HOME", "/var/lib/ocr")); err != nil {
		return nil, err
	}
	workers, err := strconv.Atoi(setting("WORKERS", "1"))
	if err != nil {
		return nil, fmt.Errorf("WORKERS: %w", err)
	}
	limit, err := strconv.Atoi(setting("MAX_IMAGE_SIZE", "10"))
	if err != nil {
		return nil, fmt.Errorf("MAX_IMAGE_SIZE: %w", err)
	}
	queue := openQueue()
	for range workers {
		go work(queue)
	}
	pages := http.NewServeMux()
	pages.HandleFunc("GET /health", func(answer http.ResponseWriter, _ *http.Request) {
		answerJSON(answer, http.StatusOK, map[string]bool{"ok": true})
	})
	pages.HandleFunc("GET /ready", func(answer http.ResponseWriter, _ *http.Request) {
		connection := queue.Get()
		defer connection.Close()
		if _, err := connection.Do("PING"); err != nil {
			log.Printf("queue: %v", err)
			answerJSON(answer, http.StatusServiceUnavailable, map[string]bool{"ready": false})
			return
		}
		answerJSON(answer, http.StatusOK, map[string]bool{"ready": true})
	})
	for _, path := range []string{"/v1/ocr", "/v1/ocr/receipt", "/v1/parse"} {
		pages.Handle("POST "+path, withKey(submit(queue, int64(limit)*imageMib)))
	}
	pages.Handle("GET /v1/jobs/{id}", withKey(result(queue)))
	address := net.JoinHostPort(setting("HOST", "127.0.0.1"), setting("PORT", "8080"))
	return map[string]http.Handler{address: pages}, nil
}

func openQueue() *redis.Pool {
	address := net.JoinHostPort(setting("REDIS_HOST", "127.0.0.1"), setting("REDIS_PORT", "6379"))
	return &redis.Pool{MaxIdle: 4, Dial: func() (redis.Conn, error) {
		number, err := strconv.Atoi(setting("REDIS_DB", "0"))
		if err != nil {
			return nil, fmt.Errorf("REDIS_DB: %w", err)
		}
		return redis.Dial("tcp", address, redis.DialPassword(setting("REDIS_PASSWORD", "")), redis.DialDatabase(number),
			redis.DialConnectTimeout(queuePatience), redis.DialReadTimeout(workerWait*time.Second+queuePatience))
	}}
}

// withKey lets nobody in without the service's key.
func withKey(handler http.HandlerFunc) http.Handler {
	key := []byte(setting("API_KEY", ""))
	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		given := []byte(request.Header.Get("X-API-Key"))
		if len(key) == 0 || subtle.ConstantTimeCompare(given, key) != 1 {
			answerJSON(answer, http.StatusUnauthorized, map[string]string{"detail": "Invalid API key"})
			return
		}
		handler(answer, request)
	})
}

// submit puts an image into the queue.
func submit(queue *redis.Pool, limit int64) http.HandlerFunc {
	return func(answer http.ResponseWriter, request *http.Request) {
		image, err := io.ReadAll(http.MaxBytesReader(answer, request.Body, limit))
		if err != nil {
			answerJSON(answer, http.StatusRequestEntityTooLarge, map[string]string{"detail": "Image too large"})
			return
		}
		sum := sha256.Sum256(image)
		wanted := job{ID: randomText(8), Hash: hex.EncodeToString(sum[:]), Size: len(image)}
		text, err := json.Marshal(wanted)
		if err == nil {
			connection := queue.Get()
			defer connection.Close()
			_, err = connection.Do("LPUSH", queueName, text)
		}
		if err != nil {
			log.Printf("queue: %v", err)
			answerJSON(answer, http.StatusServiceUnavailable, map[string]string{"detail": "The queue does not answer"})
			return
		}
		answerJSON(answer, http.StatusAccepted, map[string]string{"job_id": wanted.ID})
	}
}

// result tells what came of a job.
func result(queue *redis.Pool) http.HandlerFunc {
	return func(answer http.ResponseWriter, request *http.Request) {
		connection := queue.Get()
		defer connection.Close()
		text, err := redis.Bytes(connection.Do("GET", "ocr:result:"+request.PathValue("id")))
		switch {
		case errors.Is(err, redis.ErrNil):
			answerJSON(answer, http.StatusNotFound, map[string]string{"status": "pending or unknown"})
		case err != nil:
			log.Printf("queue: %v", err)
			answerJSON(answer, http.StatusServiceUnavailable, map[string]string{"detail": "The queue does not answer"})
		default:
			answerJSON(answer, http.StatusOK, json.RawMessage(text))
		}
	}
}

// work takes jobs for ever. It reads nothing: the text it finds in an image is the image's hash.
func work(queue *redis.Pool) {
	for {
		if err := workOnce(queue); err != nil && !errors.Is(err, redis.ErrNil) {
			log.Printf("queue: %v", err)
			time.Sleep(time.Second)
		}
	}
}

func workOnce(queue *redis.Pool) error {
	connection := queue.Get()
	defer connection.Close()
	taken, err := redis.ByteSlices(connection.Do("BRPOP", queueName, workerWait))
	if err != nil {
		return err
	}
	var wanted job
	if err := json.Unmarshal(taken[1], &wanted); err != nil {
		return err
	}
	text, err := json.Marshal(map[string]any{"status": "done", "text": wanted.Hash, "bytes": wanted.Size})
	if err != nil {
		return err
	}
	_, err = connection.Do("SETEX", "ocr:result:"+wanted.ID, resultSeconds, text)
	return err
}
