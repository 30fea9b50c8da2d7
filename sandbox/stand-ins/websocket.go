package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"log"
	"net/http"
	"strings"
)

const (
	websocketKey   = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
	closeMessage   = 8
	pingMessage    = 9
	pongMessage    = 10
	longestMessage = 64 * 1024
)

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
	sum := sha1.Sum([]byte(request.Header.Get("Sec-WebSocket-Key") + websocketKey))
	_, err = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"X-Stand-In: true\r\nSec-WebSocket-Accept: "+base64.StdEncoding.EncodeToString(sum[:])+"\r\n\r\n")
	for err == nil {
		err = echoOne(buffered.Reader, connection)
	}
	if !errors.Is(err, io.EOF) {
		log.Printf("websocket: %v", err)
	}
}

// echoOne answers one message; io.EOF after the one that closes.
func echoOne(reader *bufio.Reader, writer io.Writer) error {
	kind, payload, err := readMessage(reader)
	if err != nil {
		return err
	}
	if kind == pingMessage {
		kind = pongMessage
	}
	head := []byte{0x80 | kind, byte(len(payload))}
	if len(payload) > 125 {
		head = binary.BigEndian.AppendUint16([]byte{0x80 | kind, 126}, uint16(len(payload)))
	}
	if _, err := writer.Write(append(head, payload...)); err != nil {
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
