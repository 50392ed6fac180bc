"""A validating webhook of one namespace, served by whoever owns that namespace."""

import json
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

from sandbox.cluster.servers import ClusterServer

JSON = dict[str, Any]
_GROUP: Final = "admissionregistration.k8s.io/v1"
_HOOKS: Final = f"/apis/{_GROUP}/validatingwebhookconfigurations"
_NAME: Final = "theirs.example.com"
_SOON: Final = 30.0
"""Seconds in which a server knows a new webhook."""


@contextmanager
def refusing(
    server: ClusterServer, namespace: str, operations: Sequence[str], status: int
) -> Iterator[None]:
    """Inside, what is done to bindings in a namespace is refused with that status."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), _answering(status))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.ca_file, server.ca_file.with_suffix(".key"))
    http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        url = f"https://127.0.0.1:{http.server_address[1]}/"
        server.admin().apply(_configuration(server, namespace, operations, url=url))
        yield
    finally:
        server.admin().delete(f"{_HOOKS}/{_NAME}")
        http.shutdown()
        thread.join(timeout=10)
        http.server_close()


def until(refused: Callable[[], bool]) -> None:
    """Return when the server asks the webhook."""
    late = time.monotonic() + _SOON
    while not refused():
        assert time.monotonic() < late, "the server does not ask the webhook"
        time.sleep(0.05)


def _configuration(
    server: ClusterServer, namespace: str, operations: Sequence[str], *, url: str
) -> JSON:
    bindings = {
        "apiGroups": ["rbac.authorization.k8s.io"],
        "apiVersions": ["v1"],
        "operations": list(operations),
        "resources": ["rolebindings"],
    }
    authority = b64encode(server.ca_file.read_bytes()).decode()
    hook = {
        "name": _NAME,
        "rules": [bindings],
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "clientConfig": {"url": url, "caBundle": authority},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    }
    return {
        "apiVersion": _GROUP,
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": _NAME},
        "webhooks": [hook],
    }


def _answering(status: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Refuses whatever it is asked about."""

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            """Refuse it."""
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said = {"uid": asked["request"]["uid"], "allowed": False, "status": {"code": status}}
            review = {"apiVersion": asked["apiVersion"], "kind": asked["kind"], "response": said}
            text = json.dumps(review).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    return Handler
