#!/usr/bin/env python3
"""Elbo beside its peers over HTTP, and beside libmicrohttpd alone: one command, the same two cores, the same bodies.

    Benchmarks/http/setup
    Benchmarks/http/compare.py --models FOLDER > Benchmarks/http/RESULTS.md

FOLDER holds A, B and C.safetensors in PyTorch's names, with X_enc, X_dec and X_score.onnx: A 30-64-32-8 (Gaussian), B 784-512-256-32
(Bernoulli), C convolutional (see models/examples/pytorch). Elbo serves what `elbo import` makes of them.

Peers: FastAPI with PyTorch, and Granian with ONNX Runtime, whose JSON is orjson's or simdjson's; two workers each. All servers stay up and
one at a time is loaded by wrk (closed loop, keep-alive, one thread). In each round each server has each cell once, in turning order. Rates
are medians of the rounds; a ratio is that of medians, with the smallest and largest of one round. Peers log no requests, so the ratio
that counts is that of `elbo serve --no-request-log` (elbo-no-log); Elbo with its defaults stands beside it.

Memory and the time to the first answer are of starts of their own, with A and B. A full run takes 20 minutes; --only W1c16,W2 --rounds 1
--seconds 1 a short while. Progress goes to standard error. It needs wrk, a C compiler, libmicrohttpd-dev, and the Python of setup.
"""
import argparse, contextlib, os, subprocess, sys, tempfile
from load import CELLS, agree, measure, write_bodies
from report import report
from servers import Server, servers

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLES = {"A": "tabular", "B": "images", "C": "convolutional"}


def log(text): print(text, file=sys.stderr, flush=True)


def import_models(a, folder):
    for name, example in EXAMPLES.items():
        subprocess.run([a.elbo, "import", f"{a.models}/{name}.safetensors", "--architecture",
                        f"{ROOT}/models/examples/pytorch/{example}.json", "--samples", "0", "--output", f"{folder}/models/{name}"],
                       check=True, stdout=subprocess.DEVNULL)


def quietest(figures, limit=0.1):
    """The first that the rest of the machine left alone, or else the one that it disturbed least."""
    found = []
    for figure in figures:
        found.append(figure)
        if figure.foreign <= limit: return figure
    return min(found, key=lambda figure: figure.foreign)


def rounds(a, commands, cells, folder):
    """{cell: {server: [a figure of each round]}}"""
    figures = {cell: {name: [] for name in commands if cell in commands[name].cells} for cell in cells}
    with contextlib.ExitStack() as stack:
        running = {}
        for name, command in commands.items():
            running[name] = stack.enter_context(Server(command, folder, "A,B,C"))
        agree(running, folder)
        for number in range(a.rounds):
            for at, cell in enumerate(cells):
                names = list(figures[cell])
                turn = (number + at) % len(names)
                for name in names[turn:] + names[:turn]:
                    if number == 0: measure(running[name], cell, 1, folder)
                    tries = (measure(running[name], cell, a.seconds, folder) for _ in range(a.tries))
                    figure = quietest(tries)
                    figures[cell][name].append(figure)
                    log(f"round {number + 1} {cell} {name:22} {figure.rate:9.1f}/s p50 {figure.p50:.3f} p99 {figure.p99:.3f} ms, "
                        f"{figure.errors} errors, {100 * figure.foreign:.0f} % of the machine busy elsewhere")
    return figures


def starts(a, commands, folder):
    """{server: [(seconds to the first answer, MiB idle (resident, shared once), most resident MiB under W2c64)]}"""
    loaded = next(cell for cell in CELLS if str(cell) == "W2c64")
    found = {}
    for number in range(a.rounds):
        for name, command in commands.items():
            if not command.computes: continue
            with Server(command, folder, "A,B") as server:
                idle = server.idle_memory()
                peak = server.peak_memory(lambda: measure(server, loaded, a.seconds, folder)) if number == 0 else 0
                found.setdefault(name, []).append((server.ready, idle, peak))
            log(f"start {number + 1} {name:22} ready after {server.ready:.3f} s, idle {idle[0]:.0f} MiB, at most {peak:.0f} MiB")
    return found


def arguments():
    a = argparse.ArgumentParser()
    a.add_argument("--elbo", default=f"{ROOT}/.build/release/elbo")
    a.add_argument("--models", required=True)
    a.add_argument("--python", default=f"{ROOT}/.build/benchmarks/bin/python", help="of an environment as setup makes it")
    a.add_argument("--cores", default="0,1", help="for servers and wrk alike")
    a.add_argument("--rounds", type=int, default=5)
    a.add_argument("--seconds", type=int, default=2, help="of each load")
    a.add_argument("--only", default="", help="cells, such as W1c16,W2; `starts` for memory and starts")
    a.add_argument("--servers", default="", help="a part of them, such as elbo-no-log,granian-onnx-simdjson")
    a.add_argument("--tries", type=int, default=1, help="loads at most until one is not disturbed by what else the machine does")
    return a.parse_args()


def main():
    a = arguments()
    os.sched_setaffinity(0, {int(core) for core in a.cores.split(",")})
    only = set(filter(None, a.only.split(",")))
    cells = [cell for cell in CELLS if not only or only & cell.names]
    with tempfile.TemporaryDirectory() as folder:
        import_models(a, folder)
        write_bodies(folder)
        commands = servers(a, folder)
        figures = rounds(a, commands, cells, folder) if cells else {}
        found = starts(a, commands, folder) if not only or "starts" in only else {}
        report(a, figures, found)


if __name__ == "__main__":
    main()
