"""What is asked: the cells of the comparison, their bodies, and how one is measured."""
import dataclasses, http.client, json, os, random, resource, subprocess, time

HERE = os.path.dirname(os.path.abspath(__file__))
INPUTS = {"A": 30, "B": 784, "C": 784}


@dataclasses.dataclass(frozen=True)
class Cell:
    work: str
    model: str
    operation: str
    rows: int
    concurrency: int
    wanted: float
    """Requests a second of Elbo over those of the best peer."""

    def __str__(self): return f"{self.work}c{self.concurrency}"

    @property
    def names(self): return {str(self), self.work, self.work[:2]}

    @property
    def target(self): return f"/v1/models/{self.model}/{self.operation}"

    def bodies(self, folder): return f"{folder}/{self.model}-{self.operation}-{self.rows}.jsonl"


def cells(work, model, operation, rows, wanted):
    return [Cell(work, model, operation, rows, concurrency, ratio) for concurrency, ratio in wanted.items()]


CELLS = (cells("W1", "A", "score", 1, {1: 3, 16: 3, 64: 3, 256: 3}) + cells("W2", "B", "score", 1, {1: 1.7, 16: 3, 64: 3})
         + cells("W3", "B", "score", 256, {1: 1.6, 4: 1.6}) + cells("W4n1", "B", "sample", 1, {1: 2, 16: 2})
         + cells("W4n64", "B", "sample", 64, {1: 1.2, 4: 1.2}) + cells("W5r1", "C", "encode", 1, {1: 2, 16: 2})
         + cells("W5r64", "C", "encode", 64, {1: 1.2, 4: 1.2}))


def body(cell, numbers):
    """A request that all servers take: peers pass over `samples`, `seed` and `mean`, and compute what these ask of Elbo (z = μ; the
    means of what is drawn, without which Elbo gives zeros and ones)."""
    if cell.operation == "sample": return '{"count":%d,"seed":%d,"mean":true}' % (cell.rows, numbers.randrange(1 << 30))
    number = (lambda: f"{numbers.gauss(0, 1):.6f}") if cell.model == "A" else (lambda: f"{numbers.random():.6f}")
    rows = ",".join("[%s]" % ",".join(number() for _ in range(INPUTS[cell.model])) for _ in range(cell.rows))
    return ('{"samples":0,"inputs":[%s]}' if cell.operation == "score" else '{"inputs":[%s]}') % rows


def write_bodies(folder):
    for cell in CELLS:
        if os.path.exists(cell.bodies(folder)): continue
        numbers = random.Random(7)
        with open(cell.bodies(folder), "w") as f:
            for _ in range(32 if cell.rows == 1 else 4): f.write(body(cell, numbers) + "\n")


def post(port, path, text):
    """Status and answer; None where nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", path, text, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException): return None
    finally: connection.close()


def answers(server, cell, folder):
    """The scores or the means of the codes that a server gives for the first body."""
    with open(cell.bodies(folder)) as f: status, text = post(server.port, cell.target, f.readline())
    if status != 200: raise RuntimeError(f"{cell}: {status} {text[:300]}")
    answer = json.loads(text)
    if cell.operation == "score":
        return answer["scores"] if "scores" in answer else [row["score"] for row in answer["results"]]
    rows = [row["mu"] for row in answer["results"]] if "results" in answer else answer["mu"]
    return [number for row in rows for number in row]


def agree(running, folder):
    """Fails unless all servers that compute give the same answers."""
    for cell in CELLS:
        if cell.operation == "sample": continue
        found = [answers(server, cell, folder) for server in running.values() if server.command.computes and cell in server.command.cells]
        for other in found[1:]:
            if len(other) != len(found[0]) or any(abs(x - y) > 1e-4 * max(1, abs(y)) for x, y in zip(other, found[0])):
                raise RuntimeError(f"{cell}: servers differ")


@dataclasses.dataclass
class Figure:
    rate: float
    p50: float
    p99: float
    cpu: float
    """Seconds of the server for 1,000 requests."""
    errors: int
    foreign: float
    """The share of the machine that neither server nor client used."""


def busy():
    with open("/proc/stat") as f: return sum(map(int, f.readline().split()[1:4])) / os.sysconf("SC_CLK_TCK")


def client():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(server, cell, seconds, folder):
    server.settle()
    start, machine, ours, theirs = time.monotonic(), busy(), client(), server.cpu()
    text = subprocess.run(["wrk", "--threads", "1", "--connections", str(cell.concurrency), "--duration", f"{seconds}s", "--timeout", "30s",
                           "--script", f"{HERE}/post.lua", f"http://127.0.0.1:{server.port}"], check=True, text=True,
                          env=os.environ | {"BODIES": cell.bodies(folder), "TARGET": cell.target}, stdout=subprocess.PIPE).stdout
    cpu = server.cpu() - theirs
    elsewhere = busy() - machine - (client() - ours) - cpu
    counted = json.loads(text[text.index("{"):])
    requests = max(1, counted["requests"])
    return Figure(counted["requests"] / counted["seconds"], counted["p50"], counted["p99"], 1000 * cpu / requests, counted["errors"],
                  max(0, elsewhere) / (time.monotonic() - start) / os.cpu_count())
