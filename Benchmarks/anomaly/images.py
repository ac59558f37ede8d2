#!/usr/bin/env python3
"""How well a model of images tells other images from its own: AUROC of the default ranking and of −ELBO.

    elbo train train.idx --output models/fashion --epochs 25
    images.py --elbo .build/release/elbo --data FOLDER --model models/fashion --kind fashion-mnist

FOLDER holds `mnist` and `fashion-mnist`, each with t10k-images-idx3-ubyte.gz and test10k_bin_seed777.packed, the fixed
binarised test set of the VampPrior protocol. Usual rows are the test rows of `--kind`; strange rows are those of the other
set, greys too (then against usual greys), and pictures made of the usual rows or of nothing. The share of usual rows with a
p-value of at most 0.01 and 0.05 is printed last. It needs numpy only. Command it runs, for each set of rows:
    elbo score MODEL ROWS.idx [--rank elbo]
"""
import argparse, csv, gzip, io, os, struct, subprocess, tempfile
import numpy as np

SIDE = 28


def greys(path):
    with gzip.open(path) as f:
        return np.frombuffer(f.read(), np.uint8, offset=16).reshape(-1, SIDE, SIDE) / 255


def packed(path):
    return np.unpackbits(np.fromfile(path, np.uint8)).reshape(-1, SIDE, SIDE).astype(float)


def strokes(n, r):
    """Two to four thick lines, as letters have them."""
    y, x = np.mgrid[:SIDE, :SIDE]
    out = np.zeros((n, SIDE, SIDE))
    for image in out:
        for _ in range(r.integers(2, 5)):
            p, q = r.uniform(5, 23, 2), r.uniform(5, 23, 2)
            d = q - p
            t = np.clip(((y - p[0]) * d[0] + (x - p[1]) * d[1]) / (d @ d + 1e-6), 0, 1)
            image[:] = np.maximum(image, np.clip(1.9 - np.hypot(y - p[0] - t * d[0], x - p[1] - t * d[1]), 0, 1))
    return out


def strange(usual, grey, other, other_grey, r):
    n = len(usual)
    sets = {"other set": other, "other set, grey": other_grey, "other set inverted": 1 - other,
            "inverted": 1 - usual, "shifted by 3": np.roll(usual, (3, 3), (1, 2)),
            "shifted by 7": np.roll(usual, (7, -7), (1, 2)), "shifted by 7, grey": np.roll(grey, (7, -7), (1, 2)),
            "turned": np.rot90(usual, 1, (1, 2)), "upside down": usual[:, ::-1]}
    lines = strokes(n, r)
    sets |= {"strokes": r.random(lines.shape) < lines, "strokes, grey": lines,
             "noise, half": r.random(usual.shape) < 0.5, "noise, a tenth": r.random(usual.shape) < 0.1,
             "noise, grey": r.random(usual.shape), "noise of the mean": r.random(usual.shape) < usual.mean(0),
             "pixels shuffled": r.permuted(usual.reshape(n, -1), axis=1).reshape(usual.shape),
             "black": np.zeros((20, SIDE, SIDE)), "white": np.ones((20, SIDE, SIDE)),
             "one grey": np.broadcast_to(r.random((200, 1, 1)), (200, SIDE, SIDE)),
             "a tenth flipped": np.where(r.random(usual.shape) < 0.1, 1 - usual, usual)}
    halves, gone, patch = usual.copy(), usual.copy(), usual.copy()
    halves[:, 14:] = usual[r.permutation(n), 14:]
    gone[:, :, 14:] = 0
    patch[:, 8:18, 8:18] = 1 - patch[:, 8:18, 8:18]
    return sets | {"halves of two": halves, "half gone": gone, "patch inverted": patch}


def score(elbo, model, x, rank):
    x = np.rint(np.asarray(x, float) * 255).astype(np.uint8)
    with tempfile.TemporaryDirectory() as d:
        with open(d + "/rows.idx", "wb") as f:
            f.write(struct.pack(">BBBBIII", 0, 0, 8, 3, *x.shape) + x.tobytes())
        text = subprocess.run([elbo, "score", model, d + "/rows.idx", *rank], check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    return np.array([[float(r["anomaly_score"]), float(r["p_value"])] for r in rows]).T


def auroc(usual, strange):
    values, count = np.unique(np.concatenate([usual, strange]), return_counts=True)
    rank = np.cumsum(count) - (count - 1) / 2
    n = len(strange)
    return (rank[np.searchsorted(values, strange)].sum() - n * (n + 1) / 2) / (n * len(usual))


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--elbo", required=True)
    a.add_argument("--data", required=True)
    a.add_argument("--model", required=True)
    a.add_argument("--kind", choices=["mnist", "fashion-mnist"], required=True)
    a.add_argument("--rows", type=int, default=10_000, help="test rows of each set")
    a = a.parse_args()
    other = "mnist" if a.kind == "fashion-mnist" else "fashion-mnist"
    read = lambda kind: (packed(os.path.join(a.data, kind, "test10k_bin_seed777.packed"))[:a.rows],
                         greys(os.path.join(a.data, kind, "t10k-images-idx3-ubyte.gz"))[:a.rows])
    (usual, grey), (far, far_grey) = read(a.kind), read(other)
    sets = strange(usual, grey, far, far_grey, np.random.default_rng(1))
    ranks = {"default": [], "−ELBO": ["--rank", "elbo"]}
    of = {name: (score(a.elbo, a.model, usual, rank), score(a.elbo, a.model, grey, rank)) for name, rank in ranks.items()}
    print(f"{a.kind}, {len(usual)} usual rows{'':8}" + "".join(f"{name:>9}" for name in ranks))
    table = []
    for name, x in sets.items():
        row = [100 * auroc(of[r][", grey" in name or name == "one grey"][0], score(a.elbo, a.model, x, ranks[r])[0]) for r in ranks]
        table.append(row)
        print(f"{name:36}" + "".join(f"{v:9.2f}" for v in row), flush=True)
    print(f"{'mean':36}" + "".join(f"{v:9.2f}" for v in np.mean(table, 0)))
    for which, name in enumerate(["usual rows", "usual rows, grey"]):
        for alpha in (0.01, 0.05):
            row = [np.mean(of[r][which][1] <= alpha) for r in ranks]
            print(f"{name + f', p ≤ {alpha}':36}" + "".join(f"{v:9.4f}" for v in row))


if __name__ == "__main__":
    main()
