"""What the attacks share: a server to attack, a client that sends any bytes, and a tally of checks. Standard library only."""
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = ROOT / "models"
EXAMPLES = MODELS / "examples"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def raise_descriptor_limit(count):
    """Allows this process and its children `count` descriptors, as far as the system does; returns how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = count if hard == resource.RLIM_INFINITY else min(count, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed


class Server:
    """An `elbo serve` of its own on a free port of 127.0.0.1."""

    def __init__(self, program, *options, models=MODELS, port=None, environment=None):
        self.port = port or free_port()
        self.log_path = pathlib.Path(f"/tmp/elbo-attack-{os.getpid()}-{self.port}.log")
        with open(self.log_path, "w") as log:
            # A group of its own, so that Ctrl-C ends the attack and not the server under it.
            self.process = subprocess.Popen(
                [str(program), "serve", "--models", str(models), "--port", str(self.port), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, **(environment or {})})
        self.pid = self.process.pid

    def __enter__(self):
        self.await_ready()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.log_path.unlink(missing_ok=True)

    def await_ready(self, patience=60):
        end = time.monotonic() + patience
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with self.connect() as client:
                    if client.get("/readyz").status == 200:
                        return
            except OSError:
                pass
            time.sleep(0.05)
        sys.exit(f"the server is not ready:\n{self.log()}")

    def connect(self, timeout=10, receive_buffer=None):
        return Client(self.port, timeout, receive_buffer)

    def log(self):
        with open(self.log_path, "rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 4_000))
            return log.read().decode(errors="replace")

    def is_alive(self):
        return self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def exit_status(self, patience):
        """Waits for the end; None where it does not come."""
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            return None

    def stop(self, patience=40):
        self.signal(signal.SIGTERM)
        return self.exit_status(patience)

    def resident_kib(self):
        return resident_kib(self.pid)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


class Broken(OSError):
    """The connection ended in the middle of an answer, or in bytes that are none."""


class Answer:
    def __init__(self, status, version, headers, body):
        self.status, self.version, self.headers, self.body = status, version, headers, body

    @property
    def text(self):
        return self.body.decode(errors="replace")

    @property
    def code(self):
        """The error's word for programs, or None."""
        found = re.match(r'\{"error":\{"code":"([a-z_0-9]+)"', self.text)
        return found[1] if found else None

    @property
    def closes(self):
        return self.headers.get("connection", "").lower() == "close"

    def __repr__(self):
        return f"{self.status} {self.headers} {self.text[:200]}"


class Client:
    """A connection that sends what it is told and reads answers strictly, as RFC 9112 frames them."""

    def __init__(self, port, timeout=10, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Ends with a TCP reset instead of an orderly end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def end_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def send(self, data):
        self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)

    def offer(self, data):
        """Sends as much as the server takes: it may answer and hang up before the end."""
        try:
            self.send(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def get(self, path, headers=""):
        self.send(f"GET {path} HTTP/1.1\r\nHost: a\r\n{headers}\r\n")
        return self.answer()

    def post(self, path, body, headers="", content_type="application/json"):
        self.send(post(path, body, headers, content_type))
        return self.answer()

    def _fill(self):
        piece = self.socket.recv(1 << 16)
        self.buffer += piece
        return piece != b""

    def _line(self):
        while b"\r\n" not in self.buffer:
            if not self._fill():
                raise Broken(f"ended in {self.buffer[:100]!r}")
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line.decode("latin-1")

    def _take(self, count):
        while len(self.buffer) < count:
            if not self._fill():
                raise Broken(f"the body ended after {len(self.buffer)} of {count} bytes")
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def is_at_end(self):
        """Whether nothing more comes and the server has ended the connection; waits for it."""
        try:
            return self.buffer == b"" and not self._fill()
        except ConnectionResetError:
            return self.buffer == b""
        except TimeoutError:
            return False

    def answer(self, to_head=False):
        """The next answer, interim ones (100) passed over; None where the connection ends first."""
        while True:
            if not self.buffer and not self._fill():
                return None
            found = re.fullmatch(r"HTTP/(\d\.\d) (\d{3}) .*", self._line())
            if not found:
                raise Broken(f"no status line: {self.buffer[:100]!r}")
            status, headers = int(found[2]), {}
            while line := self._line():
                name, colon, value = line.partition(":")
                if not colon:
                    raise Broken(f"no header field: {line!r}")
                headers[name.lower()] = value.strip()
            if status != 100:
                return Answer(status, found[1], headers, b"" if to_head or status in (204, 304) else self._body(headers))

    def _body(self, headers):
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = b""
            while size := int(self._line().split(";")[0], 16):
                body += self._take(size)
                if self._line() != "":
                    raise Broken("no line end after a chunk")
            while self._line():
                pass
            return body
        if "content-length" in headers:
            return self._take(int(headers["content-length"]))
        body = self.buffer
        while self._fill():
            body = self.buffer
        self.buffer = b""
        return body


def post(path, body, headers="", content_type="application/json"):
    body = body.encode() if isinstance(body, str) else body
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


def chunked(path, pieces, headers="", content_type="application/json"):
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n{headers}\r\n"
    return head.encode() + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


class Tally:
    """One line a check, and how many passed."""

    def __init__(self):
        self.passed, self.failed, self.start = 0, 0, time.monotonic()

    def group(self, name):
        print(f"# {name} ({time.monotonic() - self.start:.0f} s)", flush=True)

    def check(self, name, is_right, detail=""):
        if is_right:
            self.passed += 1
            print(f"ok    {name}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL  {name}\n      {str(detail)[:1000]}", flush=True)
        return is_right

    def note(self, text):
        print(f"      {text}", flush=True)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed in {time.monotonic() - self.start:.0f} s", flush=True)
        return 1 if self.failed else 0


def eventually(condition, patience=10, interval=0.05):
    """Whether a condition comes true in time."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(interval)
    return True


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
