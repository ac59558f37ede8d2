#!/usr/bin/env python3
"""The dense layers of two models by Elbo's kernels beside OpenBLAS and oneDNN, and the whole score beside the machine's sgemm.

    Benchmarks/kernels/compare.py --models FOLDER > Benchmarks/kernels/RESULTS.md

FOLDER holds A and B.safetensors in PyTorch's names: 30-64-32-8 and 784-512-256-32, and back. kernels.cpp is compiled with
Sources/CKernels and measures the layers; `elbo bench` measures the score at z = μ in the real runner. A round is a run of each; the best
window of all rounds counts, so that what else the machine does counts for nobody. It needs clang (Swift's) for the kernels, g++,
libopenblas-dev and libdnnl-dev.

OpenBLAS 0.3.21 knows no processor that is younger than itself, so OPENBLAS_CORETYPE is set by what /proc/cpuinfo tells.
"""
import argparse, datetime, glob, os, re, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLES = {"A": "tabular", "B": "images"}
BATCHES = (1, 8, 64, 512)


def build(folder):
    include = [f"-I{ROOT}/Sources/CKernels", f"-I{ROOT}/Sources/CKernels/include"]
    for source in glob.glob(f"{ROOT}/Sources/CKernels/*.c"):
        subprocess.run(["clang", "-O2", *include, "-c", source, "-o", f"{folder}/{os.path.basename(source)}.o"], check=True)
    subprocess.run(["g++", "-std=c++17", "-O2", "-fopenmp", *include, f"{ROOT}/Benchmarks/kernels/kernels.cpp", *glob.glob(f"{folder}/*.o"),
                    "-o", f"{folder}/kernels", "-lopenblas", "-ldnnl", "-lpthread"], check=True)


def core_type():
    """The latest that OpenBLAS 0.3.21 has and this processor can run."""
    flags = set(re.search(r"flags\s*: (.*)", open("/proc/cpuinfo").read())[1].split())
    return "COOPERLAKE" if "avx512_bf16" in flags else "SKYLAKEX" if "avx512dq" in flags else "HASWELL"


def layers(folder, seconds):
    """{(model, rows, threads, library): (rows a second, GFLOP/s)}"""
    environment = {"OPENBLAS_CORETYPE": core_type()} | os.environ
    text = subprocess.run([f"{folder}/kernels", str(seconds)], check=True, text=True, stdout=subprocess.PIPE, env=environment).stdout
    found = {}
    for line in text.splitlines():
        model, rows, threads, library, rate, speed = line.split()
        found[model, int(rows), int(threads), library] = (float(rate), float(speed))
    return found


def scores(elbo, folder, seconds):
    """The same of the score in `elbo bench`."""
    found = {}
    for model in EXAMPLES:
        text = subprocess.run([elbo, "bench", f"{folder}/{model}", "--seconds", str(seconds), "--workers", "1,2", "--batches",
                               ",".join(map(str, BATCHES))], check=True, text=True, stdout=subprocess.PIPE).stdout
        lines = text.splitlines()
        places = [i for i, line in enumerate(lines) if line.startswith("score, z = μ")]
        for workers, at in zip((1, 2), places):
            numbers = lambda line: [float(word.replace(",", "")) for word in line[18:].split()]
            for rows, *both in zip(BATCHES, numbers(lines[at]), numbers(lines[at + 1])): found[model, rows, workers, "score"] = tuple(both)
    return found


def table(head, rows):
    print(f"\n| {' | '.join(head)} |\n|{'--:|' * len(head)}")
    for row in rows: print(f"| {' | '.join(row)} |")


def layer_table(best):
    print("\n## The dense layers, forward: thousand rows a second (GFLOP/s)")
    rows = []
    for model, batch, threads in sorted({key[:3] for key in best if key[0] != "sgemm"}):
        cell = lambda library: "{:,.1f} ({:.0f})".format(best[model, batch, threads, library][0] / 1000,
                                                         best[model, batch, threads, library][1])
        speed = lambda library: best[model, batch, threads, library][1]
        other = max(("openblas", "onednn"), key=speed)
        rows.append([model, str(batch), str(threads), cell("elbo"), cell("openblas"), cell("onednn"),
                     f"{speed('elbo') / speed(other):.2f}", cell("score"), f"{speed('score') / speed(other):.2f}"])
    table(["model", "rows", "threads", "Elbo", "OpenBLAS", "oneDNN", "Elbo / best", "Elbo's whole score", "score / best"], rows)


def peak_table(best):
    print("\n## sgemm, n = 1024, and the score of model B at batch 512 beside it, GFLOP/s")
    rows = []
    for threads in (1, 2):
        speeds = [best["sgemm", 1024, threads, library][1] for library in ("openblas", "onednn")]
        ours = [best["B", 512, threads, kind][1] for kind in ("elbo", "score")]
        shares = [f"{speed:.0f} ({100 * speed / max(speeds):.0f} %)" for speed in ours]
        rows.append([str(threads), *(f"{speed:.0f}" for speed in speeds), *shares])
    table(["threads", "OpenBLAS", "oneDNN", "Elbo's layers (share of the best)", "whole score (wanted of two: 75 %)"], rows)


def slower(best):
    """Where another library is faster, and by how much."""
    found = []
    for model, batch, threads in sorted({key[:3] for key in best if key[0] != "sgemm"}):
        for library in ("openblas", "onednn"):
            ratio = best[model, batch, threads, "elbo"][1] / best[model, batch, threads, library][1]
            if ratio < 1: found.append(f"model {model}, {batch} rows, {threads} threads: {ratio:.2f} of {library}")
    print("\nSlower than another library: " + ("; ".join(found) if found else "nowhere") + ".")


def head(a):
    processor = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())[1]
    print(f"""# Kernels

{processor}, {os.cpu_count()} cores, Linux {os.uname().release}, {datetime.date.today()}; OpenBLAS as {core_type()}.

    compare.py --models FOLDER --rounds {a.rounds} --seconds {a.seconds}

Two threads have rows of their own, as workers have; the sgemm of a library is one product on its own threads. The score has its likelihood,
KL and sums besides the layers, and is of records that the model draws: of zeros and ones for B, and of a lone row Elbo reads no weights
of zeros.""")


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--elbo", default=f"{ROOT}/.build/release/elbo")
    a.add_argument("--models", required=True)
    a.add_argument("--rounds", type=int, default=5)
    a.add_argument("--seconds", type=float, default=0.1, help="of a window")
    a = a.parse_args()
    best = {}
    with tempfile.TemporaryDirectory() as folder:
        build(folder)
        for name, example in EXAMPLES.items():
            subprocess.run([a.elbo, "import", f"{a.models}/{name}.safetensors", "--architecture",
                            f"{ROOT}/models/examples/pytorch/{example}.json", "--output", f"{folder}/{name}"], check=True,
                           stdout=subprocess.DEVNULL)
        for number in range(a.rounds):
            for key, figures in (layers(folder, a.seconds) | scores(a.elbo, folder, a.seconds)).items():
                best[key] = max(figures, best.get(key, (0, 0)))
            print(f"round {number + 1} of {a.rounds}", file=sys.stderr)
    head(a)
    layer_table(best)
    slower(best)
    peak_table(best)


if __name__ == "__main__":
    main()
