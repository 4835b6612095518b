"""A running service on loopback, and requests to it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMMAND = os.environ["PORTRAIT_DEPTH_COMMAND"]
PHOTO = (ROOT / "samples/person-1.jpg").read_bytes()
SMALL_FILM = "format=gif&height=48&duration=0.1"
SECONDS = 120


class Response:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()

    def json(self) -> Any:
        return json.loads(self.body)

    def detail(self) -> str:
        assert self.headers["Content-Type"] == "application/problem+json", self.headers
        problem = self.json()
        assert problem["status"] == self.status, problem
        return str(problem["detail"])


def multipart(parts: dict[str, bytes | str]) -> tuple[bytes, str]:
    """A text is a field; bytes are a file."""
    boundary = "boundary-of-the-tests"
    body = b""
    for name, value in parts.items():
        is_file = isinstance(value, bytes)
        file_name = f'; filename="{name}.bin"' if is_file else ""
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file_name}\r\n\r\n'.encode()
        body += (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


class Service:
    def __init__(self, *options: str) -> None:
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115
        command = [COMMAND, "serve", "--port", "0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Portrait Depth: http://"), (line, self.log_text())
        self.port = int(line.rsplit(":", 1)[1])
        while self.get("/readyz").status == 503:
            assert self.process.poll() is None

    def log_text(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)

    def request(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Response:
        connection = self.connection()
        connection.request(method, path, body if method == "POST" else None, headers or {})
        response = Response(connection.getresponse())
        connection.close()
        return response

    def get(self, path: str, headers: dict[str, str] | None = None) -> Response:
        return self.request("GET", path, headers=headers)

    def post(self, path: str, body: bytes = PHOTO, headers: dict[str, str] | None = None) -> Response:
        return self.request("POST", path, body, headers)

    def post_parts(self, path: str, parts: dict[str, bytes | str]) -> Response:
        body, content_type = multipart(parts)
        return self.post(path, body, {"Content-Type": content_type})

    def socket(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)

    def metric(self, name: str) -> float:
        lines = self.get("/metrics").body.decode().splitlines()
        return float(next(line for line in lines if line.startswith(name + " ")).rsplit(" ", 1)[1])

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


class ServiceTest(unittest.TestCase):
    OPTIONS: tuple[str, ...] = ()
    service: Service

    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service(*cls.OPTIONS)

    @classmethod
    def tearDownClass(cls) -> None:
        if cls.service.process.poll() is None:
            cls.service.stop()
        cls.service.log.close()
