#!/usr/bin/env python3
"""Puts three replicas behind HAProxy, kills one and terminates another under load, and compares every answer.

    replicas.py PROGRAM [--clients 12]

HAProxy asks `/readyz`, and sends a request again to another replica where a connection fails or ends without an answer: scores depend on the record
alone, so a request may be sent twice, and any replica gives the same bytes. In the middle of the load one replica gets SIGKILL, is started again, and
another gets SIGTERM. No answer may be wrong; a failed one is allowed only for what was in flight on the killed replica, at most one for each client;
around SIGTERM none. Needs Debian's haproxy.
"""
import argparse
import collections
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from harness import EXAMPLES, Client, Server, Tally, free_port, post

CONFIGURATION = """
global
    stats socket {folder}/control mode 600 level admin
defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    retries 3
    option redispatch 1
    retry-on conn-failure empty-response response-timeout
    option http-keep-alive
frontend front
    bind 127.0.0.1:{front}
    default_backend replicas
backend replicas
    balance leastconn
    option httpchk
    http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host replica
    http-check expect status 200
    default-server check inter 100ms fall 1 rise 1
"""


class Clients:
    def __init__(self, port, count, expected):
        self.port, self.expected = port, expected
        self.is_over, self.lock = threading.Event(), threading.Lock()
        self.phase, self.outcomes = "three", collections.defaultdict(collections.Counter)
        self.threads = [threading.Thread(target=self.run, args=(number,)) for number in range(count)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        requests = list(self.expected)
        turn = number
        while not self.is_over.is_set():
            try:
                with Client(self.port, timeout=30) as client:
                    while not self.is_over.is_set():
                        request, turn = requests[turn % len(requests)], turn + 1
                        phase = self.phase
                        client.send(request)
                        answer = client.answer()
                        self.note(phase, request, answer)
                        if answer is None or answer.closes:
                            break
            except OSError as error:
                self.count(self.phase, repr(error))

    def note(self, phase, request, answer):
        if answer is None:
            # Sent before it, perhaps, but failed in it.
            self.count(self.phase, "the end")
        elif answer.status == 200 and answer.body != self.expected[request]:
            self.count(phase, "WRONG")
        else:
            self.count(phase, answer.status)

    def count(self, phase, outcome):
        with self.lock:
            self.outcomes[phase][outcome] += 1

    def end(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()


def requests():
    record = json.loads((EXAMPLES / "normal.json").read_text())
    digit = json.loads((EXAMPLES / "digit.json").read_text())["inputs"][0]
    return [
        post("/v1/models/network-intrusion/score", json.dumps(record)),
        post("/v1/models/network-intrusion/score", (EXAMPLES / "connections.csv").read_bytes(), content_type="text/csv"),
        post("/v1/models/mnist/score", json.dumps({"inputs": [digit], "samples": 16})),
        post("/v1/models/mnist/sample", '{"count": 2, "seed": 7}'),
        post("/v1/models/network-intrusion/score", json.dumps({"records": record["records"] * 100})),
    ]


def answers(port):
    expected = {}
    with Client(port, timeout=30) as client:
        for request in requests():
            client.send(request)
            expected[request] = client.answer().body
    return expected


def start_balancer(folder, front, replicas):
    text = CONFIGURATION.format(folder=folder, front=front)
    text += "".join(f"    server replica{number} 127.0.0.1:{replica.port}\n" for number, replica in enumerate(replicas))
    path = pathlib.Path(folder) / "haproxy.cfg"
    path.write_text(text)
    subprocess.run(["haproxy", "-c", "-q", "-f", path], check=True)
    # In the foreground and without a master: one process, which is ours to end.
    return subprocess.Popen(["haproxy", "-db", "-f", path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def play(tally, program, clients, replicas, front):
    load = Clients(front, clients, answers(replicas[0].port))
    time.sleep(3)
    load.phase = "SIGKILL"
    replicas[0].signal(signal.SIGKILL)
    replicas[0].process.wait()
    time.sleep(2)
    load.phase = "two"
    replacement = Server(program, port=replicas[0].port)
    replicas.append(replacement)
    replacement.await_ready()
    time.sleep(1)
    load.phase = "SIGTERM"
    status = replicas[1].stop()
    time.sleep(2)
    load.phase = "without the terminated one"
    time.sleep(1)
    load.end()
    tally.check(f"SIGTERM: exit status {status}", status == 0, replicas[1].log())
    for phase, outcomes in load.outcomes.items():
        failures = sum(outcomes.values()) - outcomes[200]
        allowed = clients if phase == "SIGKILL" else 0
        tally.check(f"{phase}: {dict(outcomes)}", outcomes["WRONG"] == 0 and failures <= allowed)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--clients", type=int, default=12)
    options = arguments.parse_args()
    if not shutil.which("haproxy"):
        sys.exit("haproxy is missing: apt-get install haproxy")
    tally, front = Tally(), free_port()
    replicas, balancer = [], None
    with tempfile.TemporaryDirectory() as folder:
        try:
            replicas = [Server(options.program) for _ in range(3)]
            for replica in replicas:
                replica.await_ready()
            balancer = start_balancer(folder, front, replicas)
            time.sleep(1)
            play(tally, options.program, options.clients, replicas, front)
        finally:
            if balancer:
                balancer.kill()
                balancer.wait()
            for replica in replicas:
                replica.__exit__()
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
