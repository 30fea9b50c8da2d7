"""Answers every request on a port of loopback with 200 and one and the same body, each after a pause in seconds."""

import http.server
import sys
import time

port, body, pause = int(sys.argv[1]), sys.argv[2].encode(), float(sys.argv[3])


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        time.sleep(pause)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("127.0.0.1", port), Answer).serve_forever()
