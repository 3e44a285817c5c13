"""Serves the files of its folder; answers a POST with the number of bytes that came."""
import http.server


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"%d bytes\n" % len(body))


http.server.ThreadingHTTPServer(("", 8000), Handler).serve_forever()
