"""Requests to one API server by path, for what the sandbox does itself; all with a timeout."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import urllib3
from kubernetes.client import ApiClient, ApiException, Configuration

Manifest = dict[str, Any]

_TIMEOUT = (2.0, 10.0)  # Seconds to connect, and to wait for an answer.
_APPLY = "application/apply-patch+yaml"  # Server-side apply; JSON is YAML.
_FIELD_MANAGER = "sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One API server as one user sees it. Errors are those of the kubernetes client.

    Each call opens its own connection: nothing is left open when a test or the sandbox ends.
    """

    url: str
    ca_file: Path
    token: str = field(repr=False)

    def get(self, path: str) -> Manifest:
        """The object at a path such as /api/v1/namespaces/default."""
        return self._request("GET", path)

    def post(self, path: str, body: Manifest) -> Manifest:
        """What the server answers to a POST."""
        return self._request("POST", path, body)

    def delete(self, path: str) -> Manifest:
        """What the server answers to a DELETE."""
        return self._request("DELETE", path)

    def replace(self, path: str, body: Manifest) -> Manifest:
        """The object at a path replaced, whoever wrote to it since it was read: never a 409.

        Without a resourceVersion RBAC and core objects are updated unconditionally.
        """
        metadata = {**body["metadata"]}
        metadata.pop("resourceVersion", None)
        return self._request("PUT", path, {**body, "metadata": metadata})

    def apply(self, manifest: Manifest) -> Manifest:
        """The object made like the manifest, whether it was there before or not."""
        return self._request("PATCH", path_of(manifest), manifest)

    def apply_status(self, manifest: Manifest) -> Manifest:
        """As `apply`, for the object's status, which only a kubelet or a controller writes else."""
        return self._request("PATCH", f"{path_of(manifest)}/status", manifest)

    def is_ready(self) -> bool:
        """Whether the server answers and says that it is ready."""
        try:
            return self._send("GET", "/readyz", None)[0] == HTTPStatus.OK
        except (OSError, ApiException, urllib3.exceptions.HTTPError):
            return False  # Not listening, or its certificate is not written yet.

    def _request(self, method: str, path: str, body: Manifest | None = None) -> Manifest:
        status, reason, text = self._send(method, path, body)
        if status >= HTTPStatus.BAD_REQUEST:
            error = ApiException(status=status, reason=f"{reason} ({method} {path})")
            error.body = text
            raise error
        answer: Manifest = json.loads(text)
        return answer

    def _send(self, method: str, path: str, body: Manifest | None) -> tuple[int, str, str]:
        with ApiClient(self._configuration()) as client:
            request = client.param_serialize(
                method,
                path,
                query_params=_query(method),
                header_params={"Accept": "application/json", "Content-Type": _content_type(method)},
                body=body,
                auth_settings=["BearerToken"],
            )
            response = client.call_api(*request, _request_timeout=_TIMEOUT)
            return response.status, response.reason, response.read().decode()

    def _configuration(self) -> Configuration:
        configuration = Configuration()
        configuration.host = self.url
        configuration.ssl_ca_cert = str(self.ca_file)
        configuration.api_key = {"BearerToken": f"Bearer {self.token}"}
        configuration.proxy = None
        configuration.retries = False
        return configuration


def path_of(manifest: Manifest) -> str:
    """The API path of an object; the plural is guessed as UnsafeGuessKindToResource does."""
    version = manifest["apiVersion"]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    metadata = manifest["metadata"]
    namespace = f"/namespaces/{metadata['namespace']}" if "namespace" in metadata else ""
    return f"{root}{namespace}/{_plural(manifest['kind'].lower())}/{metadata['name']}"


def _plural(kind: str) -> str:
    if kind.endswith("s"):
        return f"{kind}es"
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def _content_type(method: str) -> str:
    return _APPLY if method == "PATCH" else "application/json"


def _query(method: str) -> list[tuple[str, str]]:
    return [("fieldManager", _FIELD_MANAGER), ("force", "true")] if method == "PATCH" else []
