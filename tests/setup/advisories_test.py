"""scripts/advisories.py (`make advisories`) against a service on loopback, with answers in the form of OSV's."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]


class Service:
    """Answers each batch by `answer(queries)`; keeps the queries."""

    def __init__(self, answer: Any, status: int = 200) -> None:
        self.queries: list[dict[str, Any]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.queries += body["queries"]
                content = json.dumps(answer(body["queries"])).encode()
                self.send_response(status if self.path == "/v1/querybatch" else 404)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> Service:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


def run(address: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", str(PROJECT / "scripts/advisories.py"), "--service", address]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def without_advisories(queries: list[Any]) -> dict[str, Any]:
    return {"results": [{} for _ in queries]}


def three_has_one(queries: list[Any]) -> dict[str, Any]:
    vulnerable = {"vulns": [{"id": "GHSA-fq6p-x6j3-cmmq", "modified": "2026-01-01T00:00:00Z"}]}
    return {"results": [vulnerable if "npm/three@" in query["package"]["purl"] else {} for query in queries]}


class Advisories(unittest.TestCase):
    def test_all_pinned_packages_are_asked_for(self) -> None:
        with Service(without_advisories) as service:
            result = run(service.address)
        self.assertEqual(result.returncode, 0, result.stderr)
        asked = [query["package"]["purl"] for query in service.queries]
        self.assertGreater(len(asked), 100)
        self.assertTrue(any(purl.startswith("pkg:pypi/onnxruntime@1.") for purl in asked))
        self.assertTrue(any(purl.startswith("pkg:npm/%40tensorflow/tfjs-core@") for purl in asked))
        self.assertEqual([purl for purl in asked if "@" not in purl.rsplit("/", 1)[1]], [])

    def test_an_advisory_is_listed(self) -> None:
        with Service(three_has_one) as service:
            result = run(service.address)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertRegex(result.stdout, r"npm three [\d.]+ \(shipped\): GHSA-fq6p-x6j3-cmmq\nadvisories: 1 of \d+ ")

    def test_an_unreachable_service_is_not_an_empty_answer(self) -> None:
        with Service(without_advisories) as service:
            address = service.address
        result = run(address)
        self.assertEqual(result.returncode, 2)
        self.assertIn(f"advisories: {address}: cannot be reached", result.stderr)
        self.assertEqual(result.stdout, "")

    def test_answers_of_another_form_are_not_empty_answers(self) -> None:
        answers = {
            "cannot be reached: Internal Server Error": Service(without_advisories, status=500),
            "answered for 0 of": Service(lambda _: {"results": []}),
            "gave an answer of another form": Service(lambda _: ["no"]),
        }
        for message, started in answers.items():
            with self.subTest(message), started as service:
                result = run(service.address)
                self.assertEqual(result.returncode, 2)
                self.assertIn(message, result.stderr)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
