package main

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"log"
	"net/http"
	"strings"
	"sync"
)

const (
	websocketKey   = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
	closeMessage   = 8
	pingMessage    = 9
	pongMessage    = 10
	longestMessage = 64 * 1024
	goingAway      = 1001
)

// websockets are those that are open. Ending tells them that the service goes away.
var websockets = struct {
	open   sync.WaitGroup
	ending chan struct{}
}{ending: make(chan struct{})}

// closeWebsockets asks every client to leave, as the real services do at their end, and waits until all have.
func closeWebsockets(patience context.Context) error {
	close(websockets.ending)
	closed := make(chan struct{})
	go func() {
		websockets.open.Wait()
		close(closed)
	}()
	select {
	case <-closed:
		return nil
	case <-patience.Done():
		return errors.New("websockets are still open")
	}
}

// echoMessages opens a websocket and sends every message back, until the other side closes it.
func echoMessages(answer http.ResponseWriter, request *http.Request) {
	if !strings.EqualFold(request.Header.Get("Upgrade"), "websocket") {
		http.Error(answer, "Bad Request", http.StatusBadRequest)
		return
	}
	connection, buffered, err := http.NewResponseController(answer).Hijack()
	if err != nil {
		http.Error(answer, err.Error(), http.StatusInternalServerError)
		return
	}
	defer connection.Close()
	websockets.open.Add(1)
	defer websockets.open.Done()
	sum := sha1.Sum([]byte(request.Header.Get("Sec-WebSocket-Key") + websocketKey))
	_, err = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"X-Stand-In: true\r\nX-Stand-In-Release: "+release+"\r\nSec-WebSocket-Accept: "+base64.StdEncoding.EncodeToString(sum[:])+"\r\n\r\n")
	socket := &websocket{reader: buffered.Reader, writer: connection}
	over := make(chan struct{})
	defer close(over)
	go func() {
		select {
		case <-websockets.ending:
			socket.sayGoodbye()
		case <-over:
		}
	}()
	for err == nil {
		err = socket.echoOne()
	}
	if !errors.Is(err, io.EOF) {
		log.Printf("websocket: %v", err)
	}
}

// websocket is an open one. Nothing is sent after its goodbye.
type websocket struct {
	reader  *bufio.Reader
	sending sync.Mutex
	writer  io.Writer
	isOver  bool
}

// sayGoodbye tells the client that the service goes away.
func (it *websocket) sayGoodbye() {
	it.sending.Lock()
	defer it.sending.Unlock()
	it.isOver = true
	goodbye := binary.BigEndian.AppendUint16([]byte{0x80 | closeMessage, 2}, goingAway)
	if _, err := it.writer.Write(goodbye); err != nil {
		log.Printf("websocket: %v", err)
	}
}

// echoOne answers one message; io.EOF after the one that closes.
func (it *websocket) echoOne() error {
	kind, payload, err := readMessage(it.reader)
	if err != nil {
		return err
	}
	it.sending.Lock()
	defer it.sending.Unlock()
	if it.isOver {
		// What a client had sent before it heard the goodbye is not answered; its own goodbye is the end.
		if kind == closeMessage {
			return io.EOF
		}
		return nil
	}
	if kind == pingMessage {
		kind = pongMessage
	}
	head := []byte{0x80 | kind, byte(len(payload))}
	if len(payload) > 125 {
		head = binary.BigEndian.AppendUint16([]byte{0x80 | kind, 126}, uint16(len(payload)))
	}
	if _, err := it.writer.Write(append(head, payload...)); err != nil {
		return err
	}
	if kind == closeMessage {
		return io.EOF
	}
	return nil
}

// readMessage reads one unfragmented message of a client, which always masks it (RFC 6455).
func readMessage(reader *bufio.Reader) (byte, []byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(reader, head[:]); err != nil {
		return 0, nil, err
	}
	length := uint64(head[1] & 0x7f)
	switch length {
	case 126:
		var short uint16
		if err := binary.Read(reader, binary.BigEndian, &short); err != nil {
			return 0, nil, err
		}
		length = uint64(short)
	case 127:
		if err := binary.Read(reader, binary.BigEndian, &length); err != nil {
			return 0, nil, err
		}
	}
	if head[1]&0x80 == 0 || head[0]&0x80 == 0 || length >= longestMessage {
		return 0, nil, errors.New("a message that is not masked, in parts or too long")
	}
	masked := make([]byte, 4+length)
	if _, err := io.ReadFull(reader, masked); err != nil {
		return 0, nil, err
	}
	payload := masked[4:]
	for index := range payload {
		payload[index] ^= masked[index%4]
	}
	return head[0] & 0x0f, payload, nil
}
