"""Answers every request on a port of loopback as a healthy n8n does, and with 503 while there is a file of this name."""

import http.server
import sys
from pathlib import Path

port, switch = int(sys.argv[1]), Path(sys.argv[2])


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503 if switch.exists() else 200)
        self.end_headers()
        self.wfile.write(b'{"status":"ok"}')


http.server.ThreadingHTTPServer(("127.0.0.1", port), Answer).serve_forever()
