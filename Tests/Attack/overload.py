#!/usr/bin/env python3
"""Offers five times what the server can do, and tells whether it refuses the rest at once and serves what it has accepted.

    overload.py PROGRAM [--seconds 20] [--times 5]

Finds the capacity with eight persistent connections (closed loop), then sends `--times` as many requests a second at fixed times (open loop), whether
answered or not. Every answer must be 200 with the very same bytes, or 429 with Retry-After. An accepted request waits behind at most 512 others
(`maxInFlight`), so the 99th percentile of the accepted is bounded by 512 / capacity, taken twice, since the generator takes up to half of the cores.
`/livez` must answer within 20 ms (99th percentile), memory must be flat over the second half.

Generator and server share the cores: the generator runs at nice 10, the process that asks `/livez` at the server's own priority. The 20 ms are those
of a machine that does nothing else: builds beside it make every wake-up wait.
"""
import argparse
import collections
import json
import multiprocessing
import os
import selectors
import socket
import statistics
import sys
import time

from harness import EXAMPLES, Client, Server, Tally, percentile, post, raise_descriptor_limit

DIGIT = json.loads((EXAMPLES / "digit.json").read_text())["inputs"][0]
REQUEST = post("/v1/models/mnist/score", json.dumps({"inputs": [DIGIT] * 2, "samples": 32}))
MOST_WAITING = 512
MOST_CONNECTIONS = 900


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.buffer, self.began = b"", 0.0

    def take(self):
        """(status, header, body) once it is complete."""
        self.buffer += self.socket.recv(1 << 16)
        header, end, body = self.buffer.partition(b"\r\n\r\n")
        if not end or len(body) < int(header.lower().split(b"content-length: ")[1].split(b"\r\n")[0]):
            return None
        self.buffer = b""
        return int(header[9:12]), header.lower(), body


class Generator:
    """Many connections on one thread; what is due is sent on an idle connection, or on a new one."""

    def __init__(self, port):
        self.port, self.selector, self.idle, self.count = port, selectors.DefaultSelector(), [], 0
        self.statuses, self.times, self.bodies = collections.Counter(), collections.defaultdict(list), set()
        self.faults, self.late = [], 0

    def send(self):
        if not self.idle:
            if self.count == MOST_CONNECTIONS:
                self.late += 1
                return
            self.count += 1
            connection = Connection(self.port)
            self.selector.register(connection.socket, selectors.EVENT_READ, connection)
            self.idle.append(connection)
        connection = self.idle.pop()
        connection.began = time.monotonic()
        connection.socket.send(REQUEST)

    def receive(self, patience):
        """Takes what has come; how many answers."""
        answers = 0
        for key, _ in self.selector.select(patience):
            connection = key.data
            if (answer := connection.take()) is None:
                continue
            status, header, body = answer
            answers += 1
            self.statuses[status] += 1
            self.times[status].append(time.monotonic() - connection.began)
            if status == 200:
                self.bodies.add(body)
            elif status == 429 and b"\r\nretry-after: " not in header:
                self.faults.append(header)
            self.idle.append(connection)
        return answers

    def closed_loop(self, connections, seconds):
        """Answers a second."""
        begin = time.monotonic()
        for _ in range(connections):
            self.send()
        while time.monotonic() - begin < seconds:
            for _ in range(self.receive(0.1)):
                self.send()
        rate = self.statuses[200] / seconds
        self.drain()
        return rate

    def open_loop(self, rate, seconds, watch):
        begin, sent = time.monotonic(), 0
        while (now := time.monotonic() - begin) < seconds:
            while sent < rate * now:
                self.send()
                sent += 1
                # Between many that are due at once, what has come is taken.
                if sent % 16 == 0:
                    self.receive(0)
            self.receive(0.001)
            watch(now)
        self.drain()
        return sent

    def drain(self):
        end = time.monotonic() + 30
        while len(self.idle) < self.count and time.monotonic() < end:
            self.receive(0.1)


def ask_health(port, begin, pipe):
    """Asks `/livez` each 5 ms until told to end; passes the times on."""
    begin.wait()
    times = []
    with Client(port) as client:
        while not pipe.poll():
            start = time.monotonic()
            if client.get("/livez").status == 200:
                times.append(time.monotonic() - start)
            time.sleep(0.005)
    pipe.send(times)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--seconds", type=float, default=20)
    arguments.add_argument("--times", type=float, default=5)
    options = arguments.parse_args()
    raise_descriptor_limit(4_096)
    tally, memory = Tally(), []
    with Server(options.program) as server:
        ours, theirs = multiprocessing.Pipe()
        begin = multiprocessing.Event()
        # Before this process becomes nice.
        prober = multiprocessing.Process(target=ask_health, args=(server.port, begin, theirs), daemon=True)
        prober.start()
        os.nice(10)
        capacity = Generator(server.port).closed_loop(8, 4)
        generator = Generator(server.port)

        def watch(now):
            if now > len(memory) * 0.25:
                memory.append(server.resident_kib())

        begin.set()
        sent = generator.open_loop(options.times * capacity, options.seconds, watch)
        ours.send("end")
        health = ours.recv()
        judge(tally, options, capacity, generator, sent, health, memory, server)
    return tally.finish()


def judge(tally, options, capacity, generator, sent, health, memory, server):
    accepted, refused = generator.times[200], generator.times[429]
    bound = 2 * MOST_WAITING / capacity
    tally.note(f"capacity {capacity:.0f} requests a second; {sent / options.seconds:.0f} a second offered, {generator.late} could not be for want of connections")
    tally.check(f"only 200 and 429: {dict(generator.statuses)}", set(generator.statuses) == {200, 429} and sum(generator.statuses.values()) == sent - generator.late)
    tally.check("each 429 with Retry-After", not generator.faults)
    tally.check("one and the same answer", len(generator.bodies) == 1)
    tally.check(f"{len(accepted) / options.seconds / capacity:.0%} of the capacity is used", len(accepted) / options.seconds > 0.5 * capacity)
    tally.check(f"accepted: p50 {percentile(accepted, 0.5):.2f} s, p99 {percentile(accepted, 0.99):.2f} s (bound {bound:.2f} s)", percentile(accepted, 0.99) < bound)
    tally.note(f"refused: p50 {percentile(refused, 0.5) * 1000:.0f} ms, p99 {percentile(refused, 0.99) * 1000:.0f} ms")
    tally.check(f"/livez: p50 {percentile(health, 0.5) * 1000:.1f} ms, p99 {percentile(health, 0.99) * 1000:.1f} ms of {len(health)}", percentile(health, 0.99) < 0.02)
    half = len(memory) // 2
    third, last = statistics.mean(memory[half:half + half // 2]), statistics.mean(memory[half + half // 2:])
    tally.check(f"memory: {third:.0f} kB in the third quarter, {last:.0f} kB in the last", last < 1.03 * third)
    tally.check("the server lives and serves", server.is_alive() and server.connect().get("/readyz").status == 200)


if __name__ == "__main__":
    sys.exit(main())
