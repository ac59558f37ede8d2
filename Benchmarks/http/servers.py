"""The servers that are compared: how each is started, what it uses, and how it is stopped."""
import dataclasses, os, re, signal, socket, subprocess, sys, tempfile, time
from load import CELLS, post

HERE = os.path.dirname(os.path.abspath(__file__))
TICKS = os.sysconf("SC_CLK_TCK")

ELBO, QUIET, UNBATCHED = "elbo", "elbo-no-log", "elbo-no-batch"
PYTORCH, ORJSON, SIMDJSON = "fastapi-torch", "granian-onnx-orjson", "granian-onnx-simdjson"
BARE, SUSPENDING = "libmicrohttpd", "libmicrohttpd-suspend"
PEERS = (PYTORCH, ORJSON, SIMDJSON)


@dataclasses.dataclass
class Command:
    words: object  # A function of the port and the models' names.
    environment: dict = dataclasses.field(default_factory=dict)
    works: str = "W"
    computes: bool = True

    @property
    def cells(self): return [cell for cell in CELLS if cell.work.startswith(self.works)]


def servers(a, folder):
    def elbo(*flags):
        models = lambda names: [word for name in names.split(",") for word in ("--model", f"{name}={folder}/models/{name}")]
        return lambda port, names: [a.elbo, "serve", *models(names), "--host", "127.0.0.1", "--port", port, *flags]

    def uvicorn(port, names):
        return [a.python, "-m", "uvicorn", "fastapi_torch:app", "--app-dir", f"{HERE}/peers", "--host", "127.0.0.1", "--port", port,
                "--workers", "2", "--no-access-log", "--log-level", "warning"]

    def granian(port, names):
        return [a.python, "-m", "granian", "--interface", "rsgi", "--host", "127.0.0.1", "--port", port, "--workers", "2", "--loop",
                "uvloop", "--no-ws", "--log-level", "warning", "--working-dir", f"{HERE}/peers", "granian_onnx:app"]

    bare = f"{folder}/bare"
    subprocess.run(["cc", "-O2", "-o", bare, f"{HERE}/peers/bare.c", "-lmicrohttpd", "-lpthread"], check=True)
    weights = {"WEIGHTS": os.path.abspath(a.models), "OMP_NUM_THREADS": "1"}
    every = {ELBO: Command(elbo()), QUIET: Command(elbo("--no-request-log")),
             UNBATCHED: Command(elbo("--no-request-log", "--no-batching"), works="W2"),
             PYTORCH: Command(uvicorn, weights), ORJSON: Command(granian, weights),
             SIMDJSON: Command(granian, weights | {"PARSER": "simdjson"}),
             BARE: Command(lambda port, names: [bare, port, "plain"], works="W1", computes=False),
             SUSPENDING: Command(lambda port, names: [bare, port, "suspend"], works="W1", computes=False)}
    return {name: command for name, command in every.items() if not a.servers or name in a.servers.split(",")}


class Server:
    """A server and its processes, from its start to its end."""

    def __init__(self, command, folder, models):
        self.command, self.models = command, models
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.output = tempfile.NamedTemporaryFile("w+", dir=folder, suffix=".log")

    def __enter__(self):
        environment = os.environ | self.command.environment | {"MODELS": self.models}
        start = time.monotonic()
        # In our process group and session, so that the scheduler treats server and client alike.
        self.process = subprocess.Popen(self.command.words(str(self.port), self.models), env=environment, stdout=self.output,
                                        stderr=subprocess.STDOUT)
        try: self.wait(start)
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait(self, start):
        record = '{"samples":0,"inputs":[[%s]]}' % ",".join(["0.5"] * 30)
        while True:
            if self.process.poll() is not None or time.monotonic() - start > 120:
                self.output.seek(0)
                raise RuntimeError(f"{self.process.args} does not serve: {self.output.read()[-1000:]}")
            answer = post(self.port, "/v1/models/A/score", record)
            if answer and answer[0] == 200: break
            time.sleep(0.002)
        self.ready = time.monotonic() - start

    def __exit__(self, *_):
        processes, end = self.processes(), time.monotonic() + 15
        self.process.terminate()
        alive = lambda: [process for process in processes if os.path.exists(f"/proc/{process}")]
        while (self.process.poll() is None or alive()) and time.monotonic() < end: time.sleep(0.01)
        for process in alive(): os.kill(process, signal.SIGKILL)
        self.process.wait()
        self.output.close()

    def processes(self):
        """Our process and its descendants."""
        children = {}
        for name in filter(str.isdigit, os.listdir("/proc")):
            try: text = open(f"/proc/{name}/stat").read()
            except OSError: continue
            children.setdefault(int(text[text.rindex(")") + 2:].split()[1]), []).append(int(name))
        found = [self.process.pid]
        for process in found: found += children.get(process, [])
        return found

    def _sum(self, file, pattern):
        texts = []
        for process in self.processes():
            with open(f"/proc/{process}/{file}") as f: texts.append(f.read())
        return sum(int(n) for text in texts for n in re.findall(pattern, text))

    def cpu(self):
        """Seconds so far."""
        total = 0
        for process in self.processes():
            with open(f"/proc/{process}/stat") as f: text = f.read()
            user, system = text[text.rindex(")") + 2:].split()[11:13]
            total += int(user) + int(system)
        return total / TICKS

    def settle(self):
        """Waits until what the last load left is done."""
        before, end = self.cpu(), time.monotonic() + 5
        while time.monotonic() < end:
            time.sleep(0.05)
            now = self.cpu()
            if now - before < 0.015: return
            before = now

    def idle_memory(self):
        """MiB of all processes: resident, and with shared pages counted once."""
        time.sleep(1)
        return self._sum("status", r"VmRSS:\s+(\d+)") / 1024, self._sum("smaps_rollup", r"\nPss: +(\d+)") / 1024

    def peak_memory(self, load):
        """The most MiB resident in `load`, all processes summed."""
        for process in self.processes():
            with open(f"/proc/{process}/clear_refs", "w") as f: f.write("5")
        load()
        return self._sum("status", r"VmHWM:\s+(\d+)") / 1024
