"""A page that is there at once while the real one is being loaded (gradio takes seconds), and then makes way for it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Longtake</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><style>
body { font-family: system-ui, sans-serif; display: grid; place-content: center; min-height: 90vh; text-align: center; }
progress { width: 220px; accent-color: #f07f13; }</style></head>
<body><h1>Longtake</h1><p role="status" id="say">Starting …</p><progress aria-labelledby="say"></progress><script>
if (navigator.language.startsWith("ko")) document.getElementById("say").textContent = "시작하는 중 …";
setInterval(() => fetch("config").then((r) => { if (r.status !== 503) location.reload(); }).catch(() => {}), 300);
</script></body></html>""".encode()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        home = self.path.split("?")[0] == "/"
        self.send_response(200 if home else 503)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(PAGE if home else b"starting")

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def splash(host: str, port: int) -> Iterator[None]:
    """Serve the page while the body runs; nothing where the port is taken or chosen later (the launch says so)."""
    server = None
    if port:
        with contextlib.suppress(OSError):
            server = ThreadingHTTPServer((host, port), _Handler)
            threading.Thread(target=server.serve_forever, args=(0.05,), name="splash", daemon=True).start()
    try:
        yield
    finally:
        if server is not None:
            server.shutdown()
            server.server_close()
