"""Sends damaged requests to a service by sixteen clients: mutated_requests.py COUNT [SEED].

Ends with an error if the service crashes or hangs.
"""

import os
import random
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

from service_fixture import PHOTO, Service, multipart

CLIENTS = 16
OPTIONS = ("format=gif&height=32&duration=0.1", "format=npy", "preset=sway&fps=5&height=16", "mask=x", "scene=original")


def whole_requests() -> list[bytes]:
    """Requests of each kind, from which the damaged ones are made."""
    head = b"Host: localhost\r\nConnection: close\r\n"
    form, content_type = multipart({"photo": PHOTO, "mask": PHOTO, "format": "png", "any-subject": "true"})
    requests = [
        b"GET " + path + b" HTTP/1.1\r\n" + head + b"\r\n" for path in (b"/", b"/metrics", b"/v1/models?a=%41&b")
    ]
    for task in ("depth", "segment", "photo3d"):
        for options in OPTIONS:
            start = f"POST /v1/{task}?{options} HTTP/1.1\r\n".encode() + head
            requests.append(start + f"Content-Length: {len(PHOTO)}\r\n\r\n".encode() + PHOTO)
        start = f"POST /v1/{task} HTTP/1.1\r\nContent-Type: {content_type}\r\n".encode() + head
        requests.append(start + f"Content-Length: {len(form)}\r\n\r\n".encode() + form)
        chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PHOTO), PHOTO)
        requests.append(
            b"POST /v1/" + task.encode() + b" HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + head + b"\r\n" + chunk
        )
    return requests


def damaged(request: bytes, chance: random.Random) -> bytes:
    """Changes, removes, repeats and cuts bytes; most places are in the head and the parts' heads."""
    data = bytearray(request)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        if not data:
            break
        reach = chance.choice((40, 300, 900, len(data)))
        place = chance.randrange(min(reach, len(data)))
        kind = chance.randrange(6)
        if kind == 0:
            data[place] = chance.randrange(256)
        elif kind == 1:
            del data[place : place + chance.choice((1, 4, 64))]
        elif kind == 2:
            data[place:place] = data[place : place + chance.choice((1, 8, 64))]
        elif kind == 3:
            data[place:place] = chance.choice((b"\r\n", b"\0", b"%", b"-1", b"99999999999999999999", b"--", b";", b'"'))
        elif kind == 4:
            data[place:place] = bytes(chance.randrange(256) for _ in range(chance.choice((3, 50))))
        else:
            del data[place:]
    return bytes(data)


def send(port: int, request: bytes) -> None:
    """The answer does not matter; a client that waits closes its side, as the request may be incomplete."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        try:
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass
        except OSError:  # the service has closed the connection
            pass


def run_client(service: Service, count: int, seed: str) -> None:
    chance = random.Random(seed)
    whole = whole_requests()
    for number in range(count):
        send(service.port, damaged(chance.choice(whole), chance))
        if service.process.poll() is not None:
            raise RuntimeError(f"the service ended near request {number} of seed {seed}")


def run(count: int, seed: int) -> None:
    service = Service("--workers", "2", "--receive-timeout", "1", "--timeout", "20", "--max-megapixels", "2")
    with ThreadPoolExecutor(CLIENTS) as clients:
        runs = [
            clients.submit(run_client, service, (count + client) // CLIENTS, f"{seed}-{client}")
            for client in range(CLIENTS)
        ]
    if errors := [str(error) for run in runs if (error := run.exception())]:
        sys.exit("\n".join([*errors, service.log_text()[-4000:]]))
    assert service.post("/v1/segment").status == 200
    if code := service.stop():
        sys.exit(f"the service ended with {code}:\n{service.log_text()[-4000:]}")
    print(f"{count} damaged requests, seed {seed}: no crash")


if __name__ == "__main__":
    os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=1")
    run(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
