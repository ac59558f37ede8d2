#!/usr/bin/env python3
"""Anomaly-detection quality of `elbo train` + `elbo score`, by the published semi-supervised protocol.

Protocol (that of the DTE paper, ICLR 2024, so that its tables compare directly; re-running its kNN column with
it gives the published figures to the second decimal on every set whose split is deterministic): sets under 1,000 rows are resampled to
1,000 rows with replacement before the split, sets over 50,000 are cut to 50,000; the first half of the normal
rows, in file order, is for training; the rest and all anomalies are for testing. No labels are shown to either
command, and columns are handed over in their original units.

    adbench.py --elbo .build/release/elbo --data FOLDER                     # every set, seed 0
    adbench.py --elbo .build/release/elbo --data FOLDER --sets thyroid,cardio --seeds 5 --column anomaly_score
    adbench.py ... -- --epochs 200                            # what follows -- goes to `elbo train`

It needs numpy only. Commands it runs, per set and seed:
    elbo train TRAIN.csv --output DIR --seed S
    elbo score DIR TEST.csv --format csv                  # standard output: one line per row, a column `score`
"""
import argparse, csv, glob, io, os, re, subprocess, sys, tempfile, time
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def files(folder):
    return {re.sub(r"^\d+_", "", os.path.basename(p)[:-4]).lower(): p
            for p in glob.glob(os.path.join(folder, "*.npz"))}


def split(path, seed, most=50_000, least=1_000):
    z = np.load(path, allow_pickle=True)
    x, y = z["X"].astype(float), z["y"].astype(int)
    if len(y) < least or len(y) > most:
        np.random.seed(seed)
        i = np.random.choice(len(y), least if len(y) < least else most, replace=len(y) < least)
        x, y = x[i], y[i]
    normal, strange = np.where(y == 0)[0], np.where(y == 1)[0]
    k = round(0.5 * normal.size)
    test = np.append(normal[k:], strange)
    return x[normal[:k]], x[test], y[test]


def write(path, x):
    with open(path, "w") as f:
        f.write(",".join(f"f{j}" for j in range(x.shape[1])) + "\n")
        np.savetxt(f, x, fmt="%.9g", delimiter=",")


def auroc(y, s):
    order = np.argsort(s, kind="mergesort")
    values, first, count = np.unique(s[order], return_index=True, return_counts=True)
    rank = np.empty(len(s))
    rank[order] = np.repeat(first + (count + 1) / 2, count)
    p = (y == 1).sum()
    return (rank[y == 1].sum() - p * (p + 1) / 2) / (p * (len(y) - p))


def average_precision(y, s):
    order = np.argsort(-s, kind="mergesort")
    hit, last = np.cumsum(y[order]), np.append(np.diff(s[order]) != 0, True)
    precision, recall = (hit / np.arange(1, len(y) + 1))[last], (hit / hit[-1])[last]
    return float(np.sum(np.diff(np.append(0, recall)) * precision))


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--elbo", required=True)
    a.add_argument("--data", required=True, help="the folder with ADBench's .npz files")
    a.add_argument("--published", default=os.path.join(HERE, "published.csv"))
    a.add_argument("--sets", default="")
    a.add_argument("--seeds", type=int, default=1)
    a.add_argument("--column", default="score")
    own, rest = (sys.argv[1:], []) if "--" not in sys.argv else (
        sys.argv[1:sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1:])
    a = a.parse_args(own)
    found = files(a.data)
    names = [n for n in a.sets.split(",") if n] or sorted(found, key=lambda n: os.path.getsize(found[n]))
    published = {r["dataset"]: r for r in csv.DictReader(open(a.published))}
    print(f"{'set':18}{'rows':>7}{'d':>5}{'AUROC':>8}{'AP':>8} | {'kNN':>6}{'DTE-NP':>8}{'VAE':>7} | train s  score s", flush=True)
    table = []
    for n in names:
        roc, ap, t_train, t_score = [], [], [], []
        for seed in range(a.seeds):
            x, t, y = split(found[n], seed)
            with tempfile.TemporaryDirectory() as d:
                write(d + "/train.csv", x)
                write(d + "/test.csv", t)
                begin = time.time()
                subprocess.run([a.elbo, "train", d + "/train.csv", "--output", d + "/model", "--seed", str(seed), *rest],
                               check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                middle = time.time()
                out = subprocess.run([a.elbo, "score", d + "/model", d + "/test.csv", "--format", "csv"],
                                     check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True).stdout
                t_train.append(middle - begin)
                t_score.append(time.time() - middle)
            s = np.array([float(r[a.column]) for r in csv.DictReader(io.StringIO(out))])
            assert len(s) == len(y), f"{n}: {len(s)} scores for {len(y)} rows"
            assert np.isfinite(s).all(), f"{n}: a score is not finite"
            roc.append(100 * auroc(y, s))
            ap.append(100 * average_precision(y, s))
        p = published.get(n, {})
        row = [np.mean(roc), np.mean(ap)] + [float(p.get(k, "nan")) for k in ("kNN", "DTE-NP", "VAE")]
        table.append(row)
        print(f"{n:18}{len(t):7}{x.shape[1]:5}{row[0]:8.2f}{row[1]:8.2f} | {row[2]:6.2f}{row[3]:8.2f}{row[4]:7.2f} | "
              f"{np.mean(t_train):7.1f}{np.mean(t_score):8.2f}", flush=True)
    m = np.nanmean(table, axis=0)
    print(f"{'mean of ' + str(len(table)):30}{m[0]:8.2f}{m[1]:8.2f} | {m[2]:6.2f}{m[3]:8.2f}{m[4]:7.2f} |")


if __name__ == "__main__":
    main()
