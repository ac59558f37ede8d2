#!/usr/bin/env python3
"""Serves mixed clients for a long time, and tells whether anything grew.

    soak.py PROGRAM [--minutes N] [--csv soak.csv] [--load SHARE] [--serve-option=OPTION …]

Starts `PROGRAM serve` on a free port of 127.0.0.1 with copies of the models of this repository. Clients score JSON, CSV and NDJSON, sample, decode,
encode, reconstruct, infer in binary tensors, read metrics and health, send bad requests, feed bodies slowly and hang up in the middle; once a
minute a model's file is touched and SIGHUP reloads it. The pace keeps the server at some `--load` of one core (0.4). Each 5 s a line of the CSV:
seconds, resident kB, descriptors, threads, CPU share, requests. In the end the mean memory of the last quarter is within 3 % of the first
quarter's (the first tenth left out, while the allocator's arenas find their size: what is in use stays the same, as `malloc_stats` tells), descriptors and threads have not grown, and every status was the expected one. Run it with `nice`.
"""
import argparse
import csv
import json
import os
import pathlib
import random
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import threading
import time

from harness import EXAMPLES, MODELS, Broken, Server, Tally, post, raise_descriptor_limit

TABLE = "/v1/models/network-intrusion"
NDJSON = "application/x-ndjson"


class Mix:
    """The kinds of requests, each `(name, weight, bytes, expected statuses)`; a body that must never change is compared."""

    def __init__(self):
        record = json.loads((EXAMPLES / "normal.json").read_text())["records"][0]
        digit = json.loads((EXAMPLES / "digit.json").read_text())["inputs"][0]
        table = (EXAMPLES / "connections.csv").read_bytes()
        header, rows = table.split(b"\n", 1)
        lines = "\n".join(json.dumps(record) for _ in range(40)).encode()
        tensor = struct.pack("<784f", *digit)
        infer = json.dumps({"inputs": [{"name": "input", "shape": [1, 784], "datatype": "FP32", "parameters": {"binary_data_size": len(tensor)}}],
                            "outputs": [{"name": name, "parameters": {"binary_data": True}} for name in ("mu", "score")]}).encode()
        get = lambda path: f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
        self.kinds = [
            ("score JSON", 20, post(f"{TABLE}/score", json.dumps({"records": [record]})), {200}),
            ("score 50 records", 4, post(f"{TABLE}/score", json.dumps({"records": [record] * 50})), {200}),
            ("score CSV", 10, post(f"{TABLE}/score", table, content_type="text/csv"), {200}),
            ("score CSV of 2,000 lines", 1, post(f"{TABLE}/score", header + b"\n" + rows * 1_000, content_type="text/csv"), {200}),
            ("score NDJSON", 6, post(f"{TABLE}/score", lines, content_type=NDJSON), {200}),
            ("contributions", 5, post(f"{TABLE}/score?contributions=true", json.dumps({"records": [record]})), {200}),
            ("reconstruct", 5, post(f"{TABLE}/reconstruct", json.dumps({"records": [record]})), {200}),
            ("encode", 10, post("/v1/models/mnist/encode", json.dumps({"inputs": [digit]})), {200}),
            ("score a digit", 4, post("/v1/models/mnist/score", json.dumps({"inputs": [digit], "samples": 2})), {200}),
            ("decode", 8, post("/v1/models/mnist/decode", json.dumps({"latents": [[0.1] * 32]})), {200}),
            ("sample", 8, post("/v1/models/mnist/sample", '{"count": 4, "seed": 7}'), {200}),
            ("sample PNG", 2, post("/v1/models/mnist/sample", '{"count": 4, "seed": 7}', headers="Accept: image/png\r\n"), {200}),
            ("infer binary", 8, post("/v2/models/mnist/infer", infer + tensor, f"Inference-Header-Content-Length: {len(infer)}\r\n"), {200}),
            ("metrics", 4, get("/metrics"), {200}), ("livez", 10, get("/livez"), {200}), ("readyz", 10, get("/readyz"), {200}),
            ("models", 2, get("/v1/models"), {200}), ("OpenAPI", 1, get("/openapi.json"), {200}), ("docs", 1, get("/docs"), {200}),
            ("unknown path", 3, get("/wp-login.php"), {404}), ("wrong method", 2, get(f"{TABLE}/score"), {405}),
            ("bad JSON", 3, post(f"{TABLE}/score", '{"records": [{"duration": '), {400}),
            ("bad cell", 3, post(f"{TABLE}/score", '{"records": [{"duration": "long"}]}'), {422}),
            ("bad CSV", 2, post(f"{TABLE}/score", b"a,b\n1,2\n", content_type="text/csv"), {422}),
            ("bad length", 1, b"POST /v1/score HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", {400}),
            ("bad type", 1, post(f"{TABLE}/score", b"x", content_type="application/x-php"), {415}),
        ]
        self.varying = {"metrics", "models"}
        self.weights = [kind[1] for kind in self.kinds]

    def pick(self, chance):
        return chance.choices(self.kinds, self.weights)[0]


class Soak:
    def __init__(self, server, load, seed):
        self.server, self.mix, self.load = server, Mix(), load
        self.is_over, self.lock = threading.Event(), threading.Lock()
        self.pause, self.count, self.faults, self.counts = 0.02, 0, [], {}
        self.first_bodies = {}
        self.seed = seed

    def fault(self, text):
        with self.lock:
            self.faults.append(text)
            print(f"FAULT {text[:500]}", flush=True)

    def note(self, name, request, expected, answer):
        with self.lock:
            self.count += 1
            key = (name, answer.status if answer else None)
            self.counts[key] = self.counts.get(key, 0) + 1
            first = self.first_bodies.setdefault(name, answer.body) if answer and name not in self.mix.varying else None
        if answer is None or answer.status not in expected:
            self.fault(f"{name}: {answer}")
        elif first is not None and first != answer.body:
            self.fault(f"{name}: another answer than at first: {answer.text[:200]}")

    def warm_up(self):
        """Each kind a few times at once: the high-water marks of buffers and of the allocator, which an uneven load would reach only by and by."""
        for _, _, request, _ in self.mix.kinds:
            threads = [threading.Thread(target=self.ask, args=(request, 10)) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def ask(self, request, count):
        for _ in range(count):
            with self.server.connect(timeout=60) as client:
                client.send(request)
                client.answer()

    # One client: some requests on a connection, then another connection

    def run_steady(self, number):
        chance = random.Random(self.seed + number)
        while not self.is_over.is_set():
            try:
                with self.server.connect(timeout=30) as client:
                    for _ in range(chance.randrange(1, 50)):
                        if self.is_over.wait(chance.expovariate(1) * self.pause):
                            return
                        name, _, request, expected = self.mix.pick(chance)
                        client.send(request)
                        answer = client.answer()
                        self.note(name, request, expected, answer)
                        if answer is None or answer.closes:
                            break
            except OSError as error:
                self.fault(f"steady client: {error!r}")

    def run_slow(self, number):
        """Bodies in small pieces, over a second."""
        chance = random.Random(self.seed + 1_000 + number)
        while not self.is_over.wait(1):
            name, _, request, expected = self.mix.kinds[chance.choice([0, 2, 4, 7])]
            try:
                with self.server.connect(timeout=30) as client:
                    cut = max(1, len(request) // 20)
                    for start in range(0, len(request), cut):
                        client.send(request[start:start + cut])
                        time.sleep(0.05)
                    self.note(name, request, expected, client.answer())
            except OSError as error:
                self.fault(f"slow client: {error!r}")

    def run_leaver(self, number):
        """Hangs up at any point, by an end or a reset, also before it has read the answer."""
        chance = random.Random(self.seed + 2_000 + number)
        while not self.is_over.wait(chance.expovariate(5)):
            request = self.mix.pick(chance)[2]
            try:
                client = self.server.connect()
                client.offer(request[:chance.randrange(1, len(request) + 1)])
                time.sleep(chance.choice([0, 0, 0.01, 0.1]))
                client.reset() if chance.random() < 0.5 else client.close()
            except OSError as error:
                self.fault(f"leaving client: {error!r}")

    def start(self):
        runs = [(self.run_steady, number) for number in range(6)] + [(self.run_slow, number) for number in range(3)]
        runs += [(self.run_leaver, number) for number in range(2)]
        self.threads = [threading.Thread(target=run, args=(number,)) for run, number in runs]
        for thread in self.threads:
            thread.start()

    def end(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()


def sample(server, begin, soak, last):
    """One line of the CSV, and what the next needs."""
    now, cpu = time.monotonic(), server.cpu_seconds()
    share = (cpu - last[1]) / (now - last[0])
    threads = len(os.listdir(f"/proc/{server.pid}/task"))
    return [round(now - begin, 1), server.resident_kib(), server.descriptors(), threads, round(share, 3), soak.count], (now, cpu)


def pace(soak, share):
    """Slows down above the load that is wanted, speeds up below it; gently, since the load is uneven."""
    soak.pause = min(1.0, max(0.001, soak.pause * min(1.3, max(0.8, share / soak.load))))


def watch(server, soak, minutes, path, model):
    begin, last, rows = time.monotonic(), (time.monotonic(), server.cpu_seconds()), []
    next_reload = begin + 60
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["seconds", "resident_kib", "descriptors", "threads", "cpu", "requests"])
        while time.monotonic() - begin < minutes * 60 and server.is_alive():
            time.sleep(5)
            row, last = sample(server, begin, soak, last)
            rows.append(row)
            writer.writerow(row)
            file.flush()
            pace(soak, row[4])
            if time.monotonic() >= next_reload:
                os.utime(model)
                server.signal(signal.SIGHUP)
                next_reload += 60
    return rows


def judge(tally, server, soak, rows):
    warm = [row for row in rows if row[0] > max(60, 0.1 * rows[-1][0])] or rows
    quarter = max(1, len(warm) // 4)
    first, last = warm[:quarter], warm[-quarter:]
    mean = lambda part, column: statistics.mean(row[column] for row in part)
    change = mean(last, 1) / mean(first, 1) - 1
    tally.note(f"{soak.count} requests at {mean(rows, 4):.2f} of a core; by kind: {soak.counts}")
    tally.check("the server lives", server.is_alive(), server.log())
    tally.check(f"memory: {mean(first, 1):.0f} kB in the first quarter, {mean(last, 1):.0f} kB in the last ({change:+.1%}, at most +3 %)", change <= 0.03)
    for column, name, spare in [(2, "descriptors", 4), (3, "threads", 2)]:
        # Between the samples clients come and go: the means tell of a leak, which grows with every request.
        tally.check(f"{name}: {mean(first, column):.1f} in the first quarter, {mean(last, column):.1f} in the last",
                    mean(last, column) <= mean(first, column) + spare)
    tally.check(f"{len(soak.faults)} unexpected statuses, answers or ends", not soak.faults, soak.faults[:5])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--csv", default="soak.csv")
    arguments.add_argument("--load", type=float, default=0.4, help="of one core")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--serve-option", action="append", default=[])
    options = arguments.parse_args()
    raise_descriptor_limit(4_096)
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        models = pathlib.Path(folder) / "models"
        for name in ("mnist", "network-intrusion"):
            shutil.copytree(MODELS / name, models / name)
        with Server(options.program, *options.serve_option, models=models) as server:
            soak = Soak(server, options.load, options.seed)
            soak.warm_up()
            soak.start()
            try:
                rows = watch(server, soak, options.minutes, options.csv, models / "network-intrusion" / "model.json")
            finally:
                soak.end()
            judge(tally, server, soak, rows)
            status = server.stop()
            tally.check(f"SIGTERM: exit status {status}", status == 0, server.log())
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
