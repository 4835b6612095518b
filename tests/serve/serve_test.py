"""`portrait-depth serve`: results, errors, access, load and end."""

import base64
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from service_fixture import COMMAND, PHOTO, ROOT, SMALL_FILM, Response, Service, ServiceTest, multipart


def command_result(*arguments: str, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / f"result{suffix}"
        command = [COMMAND, arguments[0], str(ROOT / "samples/person-1.jpg"), "-o", str(result), *arguments[1:]]
        subprocess.run([*command, "--threads", "1", "--quiet"], check=True)
        return result.read_bytes()


def command_error(*arguments: str) -> str:
    command = [COMMAND, arguments[0], str(ROOT / "samples/person-1.jpg"), *arguments[1:]]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


class Answers(ServiceTest):
    OPTIONS = ("--workers", "1")

    def test_results_are_the_commands_byte_for_byte(self) -> None:
        film = self.service.post(f"/v1/photo3d?{SMALL_FILM}")
        self.assertEqual((film.status, film.headers["Content-Type"]), (200, "image/gif"))
        self.assertEqual(film.body, command_result("photo3d", "--height", "48", "--duration", "0.1", suffix=".gif"))
        depth = self.service.post("/v1/depth?format=npy")
        self.assertEqual(depth.body, command_result("depth", suffix=".npy"))
        mask = self.service.post_parts("/v1/segment", {"photo": PHOTO, "format": "png"})
        self.assertEqual(mask.headers["Content-Type"], "image/png")
        self.assertEqual(mask.body, command_result("segment", suffix=".png"))
        webm = self.service.post("/v1/photo3d?format=webm&height=48&duration=0.1")
        self.assertEqual((webm.status, webm.body[:4]), (200, b"\x1aE\xdf\xa3"))

    def test_a_mask_and_a_background_are_parts(self) -> None:
        mask = self.service.post("/v1/segment").body
        parts: dict[str, bytes | str] = {"photo": PHOTO, "mask": mask, "background": PHOTO, "height": "48"}
        answer = self.service.post_parts("/v1/photo3d", {**parts, "duration": "0.1"})
        self.assertEqual((answer.status, answer.body[:6]), (200, b"GIF89a"))
        damaged = self.service.post_parts("/v1/depth", {"photo": PHOTO, "mask": b"no picture"})
        self.assertEqual(damaged.status, 422)
        self.assertTrue(damaged.detail().startswith("mask: "), damaged.detail())

    def test_a_part_may_come_byte_by_byte(self) -> None:
        body, content_type = multipart({"format": "jpg", "photo": PHOTO})
        head = f"POST /v1/segment HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n"
        start = body.index(b"jpg") + 3
        for _ in range(5):
            with self.service.socket() as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
                for byte in body[:start]:
                    connection.sendall(bytes([byte]))
                connection.sendall(body[start:])
                self.assertRegex(connection.recv(4096), rb"^HTTP/1.1 200")

    def test_json_has_the_facts_and_the_file(self) -> None:
        answer = self.service.post("/v1/depth", headers={"Accept": "application/json"})
        result = answer.json()
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(base64.b64decode(result["data"])[:4], b"\x89PNG")
        self.assertGreater(result["facts"]["head_distance_metres"], 0.2)
        self.assertIn("depth", result["seconds"])

    def test_takes_the_cameras_pitch_as_the_command(self) -> None:
        answer = self.service.post("/v1/depth?camera-pitch=12", headers={"Accept": "application/json"})
        self.assertAlmostEqual(answer.json()["facts"]["camera_pitch_degrees"], 12, places=4)
        wrong = self.service.post("/v1/depth?camera-pitch=91")
        self.assertEqual(wrong.status, 400)
        self.assertIn("-90 to 90", wrong.detail())

    def test_events_report_the_progress_and_end_with_the_result(self) -> None:
        answer = self.service.post(f"/v1/photo3d?{SMALL_FILM}", headers={"Accept": "text/event-stream"})
        events = [event.split("\n") for event in answer.body.decode().rstrip("\n").split("\n\n")]
        names = [name.removeprefix("event: ") for name, _ in events]
        data = [json.loads(line.removeprefix("data: ")) for _, line in events]
        self.assertEqual(answer.headers["Content-Type"], "text/event-stream")
        self.assertEqual(set(names[:-1]), {"progress"})
        self.assertEqual(names[-1], "result")
        fractions = [event["fraction"] for event in data[:-1]]
        self.assertEqual(fractions, sorted(fractions))
        self.assertGreater(len(fractions), 4)
        self.assertEqual(base64.b64decode(data[-1]["data"])[:6], b"GIF89a")

    def test_events_end_with_the_problem(self) -> None:
        answer = self.service.post("/v1/depth", b"no picture", {"Accept": "text/event-stream"})
        self.assertIn(b'event: error\ndata: {"type":"about:blank"', answer.body)

    def test_pages_and_lists(self) -> None:
        self.assertEqual(self.service.get("/v1/models").json()[0]["name"], "ar_portrait_depth")
        page = self.service.get("/upload")
        self.assertEqual(page.headers["Cross-Origin-Embedder-Policy"], "require-corp")
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
        self.assertIn(b"colormap", self.service.get("/docs").body)
        self.assertEqual(self.service.get("/healthz").body, b"ok\n")
        self.assertEqual(self.service.get("/readyz").body, b"ready\n")
        self.assertEqual(self.service.get("/").status, 200)

    def test_metrics_and_log_count_the_requests(self) -> None:
        answer = self.service.post("/v1/segment?format=jpg", headers={"X-Request-Id": "the-tests-own.1"})
        self.assertEqual(answer.headers["X-Request-Id"], "the-tests-own.1")
        text = self.service.get("/metrics").body.decode()
        self.assertIn('portrait_depth_requests_total{path="/v1/segment",status="200"}', text)
        self.assertIn('portrait_depth_job_seconds_bucket{task="segment",le="+Inf"}', text)
        lines = [json.loads(line) for line in self.service.log_text().splitlines()]
        line = next(line for line in lines if line["id"] == "the-tests-own.1")
        self.assertEqual((line["path"], line["status"], line["received"]), ("/v1/segment", 200, len(PHOTO)))
        self.assertEqual(line["sent"], len(answer.body))

    def test_no_file_is_written(self) -> None:
        shown = Path(f"/proc/{self.service.process.pid}/fd")
        seen: set[str] = set()
        done = threading.Event()

        def look() -> None:
            while not done.is_set():
                for link in shown.iterdir():
                    try:
                        seen.add(str(link.readlink()))
                    except OSError:
                        continue

        thread = threading.Thread(target=look)
        thread.start()
        self.service.post("/v1/photo3d?format=webm&height=48&duration=0.5")
        done.set()
        thread.join()
        self.assertTrue(any("memfd:portrait-depth" in name for name in seen))
        files = {name for name in seen if name.startswith("/") and "memfd:" not in name}
        self.assertEqual({name for name in files if not name.startswith(("/dev/", "/proc/"))} - self.own_log(), set())

    def own_log(self) -> set[str]:
        return {str(Path(f"/proc/self/fd/{self.service.log.fileno()}").readlink())}


class Problems(ServiceTest):
    OPTIONS = ("--workers", "1", "--max-body", "1", "--receive-timeout", "2", "--max-megapixels", "2")

    def check(self, answer: Response, status: int, words: str) -> None:
        self.assertEqual(answer.status, status, answer.body)
        self.assertIn(words, answer.detail())
        self.assertNotIn("/proc", answer.detail())

    def test_wrong_options_have_the_commands_sentence(self) -> None:
        for name, value in {"height": "1", "preset": "no", "duration": "nan", "fps": "x", "loops": "-1"}.items():
            answer = self.service.post(f"/v1/photo3d?{name}={value}")
            self.assertEqual(answer.status, 400)
            self.assertIn(answer.detail(), command_error("photo3d", f"--{name}={value}", "-o", "a.gif"))
        default = self.service.post("/v1/photo3d?format=glb&loops=0&quality=0.750", b"")
        self.check(default, 400, "photo: missing")  # generated clients send all defaults
        useless = self.service.post("/v1/photo3d?format=glb&loops=2")
        self.check(useless, 400, "a .glb takes no --loops; leave that out")
        self.check(self.service.post("/v1/depth?min-depth=0.2"), 400, "minDepth and maxDepth")
        self.check(self.service.post("/v1/photo3d?format=png"), 400, "--stereo quilt")

    def test_no_path_of_the_server_is_opened(self) -> None:
        for option in ("mask=/etc/passwd", "path=/etc/passwd", "background=/etc/passwd"):
            self.check(self.service.post(f"/v1/photo3d?{option}"), 400, "multipart/form-data")
        self.check(self.service.post("/v1/depth?model=/etc/passwd"), 400, "/v1/models")
        for option in ("model-output=relief", "pair=true", "threads=9", "output=x", "model-folder=/etc", "help=1"):
            self.check(self.service.post(f"/v1/photo3d?{option}"), 400, "not an option of this request")
        self.check(self.service.get("/../../etc/passwd"), 404, "no such page")

    def test_wrong_photos(self) -> None:
        self.check(self.service.post("/v1/depth", b""), 400, "photo: missing")
        self.check(self.service.post_parts("/v1/depth", {"format": "png"}), 400, "photo: missing")
        self.check(self.service.post("/v1/depth", PHOTO[:2000]), 422, "photo: damaged")
        self.check(self.service.post("/v1/depth", b"GIF87a"), 422, "photo: ")
        gray = (ROOT / "tests/io").exists() and (ROOT / ".deps/samples/coffee.png")
        if gray and gray.exists():
            self.check(self.service.post("/v1/depth", gray.read_bytes()), 422, "person")

    def test_sizes(self) -> None:
        self.check(self.service.post("/v1/depth", bytes(1_000_001)), 413, "more than 1000000 bytes")
        connection = self.service.connection()
        connection.request(
            "POST",
            "/v1/depth",
            iter([bytes(500_000)] * 3),
            encode_chunked=True,
            headers={"Transfer-Encoding": "chunked"},
        )
        self.check(Response(connection.getresponse()), 413, "more than 1000000 bytes")
        connection.close()

    def test_methods_and_pages(self) -> None:
        self.check(self.service.get("/nothing"), 404, "no such page")
        self.check(self.service.get("/v1/depth"), 405, "use POST")
        self.check(self.service.post("/metrics", b""), 405, "use GET")

    def test_damaged_multipart_bodies(self) -> None:
        for body in (b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data; name=photo\r\n\r\nabc", b"\0" * 100):
            answer = self.service.post("/v1/depth", body, {"Content-Type": "multipart/form-data; boundary=x"})
            self.assertEqual(answer.status, 400, body)

    def test_slow_half_closed_and_lying_clients_hold_nobody(self) -> None:
        head = b"POST /v1/depth HTTP/1.1\r\nHost: localhost\r\n"
        openings = (
            b"",
            b"POST /v1/de",
            head,
            head + b"Content-Length: 900000\r\n\r\nabc",
            head + b"Transfer-Encoding: chunked\r\n\r\nff\r\na",
        )
        slow = [self.service.socket() for _ in range(100)]
        for index, client in enumerate(slow):
            client.sendall(openings[index % len(openings)])
        start = time.monotonic()
        self.assertEqual(self.service.post("/v1/segment").status, 200)
        dripping = slow[2]
        with self.assertRaisesRegex(OSError, "pipe|reset"):  # a byte each quarter of a second does not extend the time
            while time.monotonic() < start + 60:
                dripping.sendall(b"a")
                time.sleep(0.25)
        self.assertLess(time.monotonic() - start, 50)
        for client in slow:
            try:
                while client.recv(4096):
                    pass
            except ConnectionError:
                pass
            client.close()

    def test_a_client_that_goes_stops_its_work(self) -> None:
        client = self.service.socket()
        head = "POST /v1/photo3d?format=webm&height=1080&duration=600 HTTP/1.1\r\nHost: localhost\r\n"
        head += f"Content-Length: {len(PHOTO)}\r\n\r\n"
        client.sendall(head.encode() + PHOTO)
        self.wait_for_busy_workers(1)
        client.close()
        self.wait_for_busy_workers(0)

    def wait_for_busy_workers(self, wanted: int) -> None:
        end = time.monotonic() + 60
        while self.service.metric("portrait_depth_workers_busy") != wanted:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)


class Access(ServiceTest):
    OPTIONS: tuple[str, ...] = ()
    TOKEN = "a-token-of-the-tests"

    @classmethod
    def setUpClass(cls) -> None:
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(f"# the first\n{cls.TOKEN}\n")
            file.flush()
            cls.service = Service("--workers", "1", "--tokens", file.name, "--cors", "https://shop.example")

    def test_tokens(self) -> None:
        self.assertEqual(self.service.post("/v1/segment").status, 401)
        for wrong in (
            "Bearer x",
            f"Bearer {self.TOKEN}x",
            f"Bearer {self.TOKEN[:-1]}",
            f"Basic {self.TOKEN}",
            "Bearer ",
        ):
            answer = self.service.post("/v1/segment", headers={"Authorization": wrong})
            self.assertEqual((answer.status, answer.headers["WWW-Authenticate"]), (401, "Bearer"), wrong)
        self.assertEqual(
            self.service.post("/v1/segment", headers={"Authorization": f"Bearer {self.TOKEN}"}).status, 200
        )
        self.assertEqual(self.service.get("/metrics").status, 401)
        self.assertEqual(self.service.get("/healthz").status, 200)

    def test_host_names_of_other_pages_are_rejected(self) -> None:
        for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", ""):
            self.assertEqual(self.service.get("/", {"Host": host}).status, 421, host)
        for host in ("localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]:80"):
            self.assertEqual(self.service.get("/healthz", {"Host": host}).status, 200, host)

    def test_origins(self) -> None:
        self.assertEqual(self.service.get("/healthz", {"Origin": "https://evil.example"}).status, 403)
        self.assertEqual(self.service.get("/healthz", {"Origin": "null"}).status, 403)
        own = f"http://127.0.0.1:{self.service.port}"
        self.assertNotIn("Access-Control-Allow-Origin", self.service.get("/healthz", {"Origin": own}).headers)
        answer = self.service.request("OPTIONS", "/v1/depth", headers={"Origin": "https://shop.example"})
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "https://shop.example")
        headers = {"Origin": "https://shop.example", "Authorization": f"Bearer {self.TOKEN}"}
        answer = self.service.post("/v1/segment", headers=headers)
        self.assertEqual((answer.status, answer.headers["Access-Control-Allow-Origin"]), (200, "https://shop.example"))

    def test_wrong_starts_are_one_line(self) -> None:
        for options, words in {
            ("--tokens", "/nothing"): "/nothing: not found: no such file of tokens",
            ("--tokens", "/dev/null"): "the file has no token",
            ("--tokens", "/"): "a folder, not a file of tokens",
            ("--address", "localhost"): "not a numeric address",
            ("--port", str(self.service.port)): "choose another --port",
            ("--site", "/proc"): "no index.html",
            ("--workers", "-1"): "--workers",
        }.items():
            result = subprocess.run(
                [COMMAND, "serve", *options], capture_output=True, text=True, check=False, timeout=60
            )
            self.assertNotEqual(result.returncode, 0)
            self.assertIn(words, result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)


class Load(unittest.TestCase):
    def test_a_full_queue_refuses_and_none_hangs(self) -> None:
        service = Service("--workers", "1", "--queue", "2")
        with ThreadPoolExecutor(12) as clients:
            answers = list(clients.map(lambda _: service.post(f"/v1/photo3d?{SMALL_FILM}"), range(12)))
        statuses = [answer.status for answer in answers]
        self.assertEqual(set(statuses), {200, 503})
        self.assertGreaterEqual(statuses.count(200), 3)
        for answer in answers:
            if answer.status == 503:
                self.assertGreater(int(answer.headers["Retry-After"]), 0)
                self.assertIn("queue is full", answer.detail())
        service.stop()

    def test_a_full_queue_refuses_a_request_before_it_is_read(self) -> None:
        service = Service("--workers", "1", "--queue", "1")
        with ThreadPoolExecutor(2) as clients:
            films = [clients.submit(service.post, "/v1/photo3d?format=gif&height=96&duration=2") for _ in range(2)]
            while service.metric("portrait_depth_queue_waiting") == 0:
                self.assertFalse(films[0].done())
            wrong = service.post("/v1/depth?model=nothing")
            self.assertEqual(wrong.status, 503, wrong.detail())
            self.assertEqual([film.result().status for film in films], [200, 200])
        self.assertEqual(service.post("/v1/depth?model=nothing").status, 400)
        service.stop()

    def test_the_time_of_a_request_is_limited(self) -> None:
        service = Service("--workers", "1", "--timeout", "1")
        start = time.monotonic()
        answer = service.post("/v1/photo3d?format=webm&height=1080&duration=600")
        self.assertEqual(answer.status, 503)
        self.assertIn("photo: timeout: not done after 1 s", answer.detail())
        self.assertLess(time.monotonic() - start, 30)
        service.stop()

    def test_the_service_ends_its_photos_before_it_ends(self) -> None:
        service = Service("--workers", "1")
        with ThreadPoolExecutor(1) as clients:
            answer = clients.submit(service.post, "/v1/photo3d?format=gif&height=96&duration=2")
            while service.metric("portrait_depth_workers_busy") == 0:
                self.assertFalse(answer.done())
            self.assertEqual(service.stop(), 0)
            self.assertEqual(answer.result().status, 200)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
