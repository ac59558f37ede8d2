#!/usr/bin/env python3
"""Stops a server under load again and again, and counts the accepted requests that were lost.

    terminate.py PROGRAM [--rounds 20] [--clients 16]

Each round starts `PROGRAM serve`, keeps `--clients` persistent connections busy with small requests (every second round with heavy ones too, so that
work is queued), and sends SIGTERM in the middle. The exit status must be 0 within the grace (10 s), and no request may be lost.

**Lost** is a request that the server may have acted on without telling its client, or that it took and dropped. A persistent connection may end
between two messages at any time, and a request that was sent into such an end may be sent again (RFC 9112 §9.3.1 and §9.6), so:

- an answer that ends in its middle is lost;
- a connection that ends before the answer, without the `Connection: close` that announces it, is lost when the request was written before SIGTERM, or
  on a connection that had not answered since: the server had it, or had announced nothing;
- a connection refused after SIGTERM is no loss: the balancer's next replica takes it;
- one that the kernel resets while it waits to be accepted is told apart, and refused here as well: nothing of it was read, but its client had reason to
  believe otherwise;
- a 503 is an answer, but one that drain promises not to give within its grace: counted and refused here as well.
"""
import argparse
import json
import signal
import sys
import threading
import time

from harness import EXAMPLES, Server, Tally, post

RECORD = post("/v1/models/network-intrusion/score", (EXAMPLES / "normal.json").read_bytes())
DIGIT = json.loads((EXAMPLES / "digit.json").read_text())["inputs"][0]
HEAVY = post("/v1/models/mnist/score", json.dumps({"inputs": [DIGIT] * 4, "samples": 64}))
GRACE = 10
NOT_ACCEPTED = "reset before it was accepted"


class Load:
    """Persistent clients, each with one request at a time, until the server is gone."""

    def __init__(self, server, clients, is_heavy):
        self.server, self.lock = server, threading.Lock()
        self.counts, self.lost, self.told = {}, [], threading.Event()
        kinds = [HEAVY if is_heavy and number % 2 else RECORD for number in range(clients)]
        self.threads = [threading.Thread(target=self.run, args=(kind,)) for kind in kinds]
        self.threads += [threading.Thread(target=self.run_fresh) for _ in range(clients // 4)]
        for thread in self.threads:
            thread.start()

    def count(self, outcome):
        with self.lock:
            self.counts[outcome] = self.counts.get(outcome, 0) + 1

    def connect(self):
        """A connection, or None once they are refused."""
        try:
            return self.server.connect(timeout=GRACE + 5)
        except OSError:
            self.count("refused")
            return None

    def run(self, request):
        while client := self.connect():
            with client:
                if not self.use(client, request):
                    return

    def run_fresh(self):
        """A connection for each request, until connections are refused."""
        while client := self.connect():
            with client:
                try:
                    client.send(RECORD.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
                    answer = client.answer()
                    if answer is None:
                        return self.lose("the end of a fresh connection without an answer")
                    self.count(answer.status)
                except OSError as error:
                    if not isinstance(error, ConnectionResetError) or not self.told.is_set():
                        return self.lose(f"a fresh connection: {error!r}")
                    self.count(NOT_ACCEPTED)

    def use(self, client, request):
        """Requests on one connection until it ends; whether to open another."""
        answered = 0
        while True:
            try:
                client.send(request)
            except OSError as error:
                # Nothing of it was read: the connection had ended before.
                return self.lose(f"no room to send after {answered} answers: {error!r}")
            try:
                answer = client.answer()
            except OSError as error:
                return self.lose(f"{error!r} after {answered} answers, {client.buffer[:50]!r}")
            if answer is None:
                return self.lose(f"the end after {answered} answers")
            answered += 1
            self.count(answer.status)
            if answer.closes:
                return not self.told.is_set()

    def lose(self, what):
        with self.lock:
            self.lost.append(what)
        return False


def play(tally, program, number, clients):
    is_heavy = number % 2 == 1
    with Server(program, "--drain-timeout", str(GRACE)) as server:
        load = Load(server, clients, is_heavy)
        time.sleep(0.3 + 0.037 * number)
        begin = time.monotonic()
        load.told.set()
        server.signal(signal.SIGTERM)
        status = server.exit_status(GRACE + 5)
        duration = time.monotonic() - begin
        for thread in load.threads:
            thread.join()
        tally.check(f"round {number + 1}{', work queued' if is_heavy else ''}: exit status {status} after {duration:.2f} s, {load.counts}, {len(load.lost)} lost",
                    status == 0 and duration < GRACE and not load.lost and set(load.counts) <= {200, "refused"}, (load.lost[:5], server.log()))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--rounds", type=int, default=20)
    arguments.add_argument("--clients", type=int, default=16)
    options = arguments.parse_args()
    tally = Tally()
    for number in range(options.rounds):
        play(tally, options.program, number, options.clients)
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
