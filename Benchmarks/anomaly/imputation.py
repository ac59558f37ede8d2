#!/usr/bin/env python3
"""How well `elbo reconstruct` fills empty cells: a table with cells hidden at random, trained on and filled as it is.

    imputation.py --elbo .build/release/elbo --data data.csv --types data_types.csv --hidden Missing10_1.csv

`data.csv` has numbers without a header; `data_types.csv` a kind for each column (count, pos, real, cat, ordinal; the form of
HI-VAE, Nazabal et al. 2020, arXiv:1807.03653); the hidden cells are `row,column` pairs from 1. Nobody but this script sees what
was hidden. Errors are those of that paper: for numbers the root mean squared error over the range of the column, for categories
the share of wrong cells, for ordinal columns the mean distance in levels over their number. Beside it, filling with the mean or
the most frequent value of the cells that are left. Needs numpy only.
"""
import argparse, csv, json, subprocess, tempfile, time
import numpy as np

KINDS = {"count": "real", "pos": "positive", "real": "real", "cat": "categorical", "ordinal": "ordinal"}


def errors(kind, levels, truth, guess):
    if kind == "cat":
        return float((truth != guess).mean())
    if kind == "ordinal":
        return float(np.abs(truth - guess).mean() / levels)
    spread = truth.max() - truth.min()
    return float(np.sqrt(((truth - guess) ** 2).mean()) / spread)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--elbo", required=True)
    a.add_argument("--data", required=True)
    a.add_argument("--types", required=True)
    a.add_argument("--hidden", required=True)
    a.add_argument("--seed", default="1")
    a = a.parse_args()
    table = [r for r in csv.reader(open(a.data)) if r]
    types = list(csv.DictReader(open(a.types)))
    names = [f"{t['type']}_{j}" for j, t in enumerate(types)]
    hidden = [tuple(map(int, r)) for r in csv.reader(open(a.hidden)) if r]
    masked = [list(r) for r in table]
    for row, column in hidden:
        masked[row - 1][column - 1] = ""
    with tempfile.TemporaryDirectory() as d:
        with open(d + "/data.csv", "w", newline="") as f:
            csv.writer(f, lineterminator="\n").writerows([names] + masked)
        columns = [{"name": n, "kind": KINDS[t["type"]]} for n, t in zip(names, types)]
        json.dump({"columns": columns}, open(d + "/columns.json", "w"))
        begin = time.time()
        subprocess.run([a.elbo, "train", d + "/data.csv", "--columns", d + "/columns.json", "--output", d + "/model",
                        "--seed", a.seed], check=True, stdout=subprocess.DEVNULL)
        trained = time.time() - begin
        out = subprocess.run([a.elbo, "reconstruct", d + "/model", d + "/data.csv", "--format", "csv"], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    filled = list(csv.DictReader(out.splitlines()))
    assert len(filled) == len(table)
    print(f"{len(hidden)} of {len(table) * len(names)} cells hidden; trained in {trained:.1f} s")
    print(f"{'column':14}{'elbo':>9}{'simple':>9}")
    sums = {"numbers": [], "categories": [], "ordinal": []}
    for j, (name, t) in enumerate(zip(names, types)):
        rows = [r - 1 for r, c in hidden if c == j + 1]
        gone = set(rows)
        truth = np.array([float(table[r][j]) for r in rows])
        guess = np.array([float(filled[r][name]) for r in rows])
        known = np.array([float(table[r][j]) for r in range(len(table)) if r not in gone])
        values, counts = np.unique(known, return_counts=True)
        simple = values[counts.argmax()] if t["type"] in ("cat", "ordinal") else known.mean()
        levels = int(t["nclass"] or 0)
        pair = (errors(t["type"], levels, truth, guess), errors(t["type"], levels, truth, np.full(len(truth), simple)))
        group = {"cat": "categories", "ordinal": "ordinal"}.get(t["type"], "numbers")
        sums[group].append(pair)
        print(f"{name:14}{pair[0]:9.4f}{pair[1]:9.4f}")
    for group, pairs in sums.items():
        if pairs:
            print(f"{'mean ' + group:18}{np.mean([p[0] for p in pairs]):9.4f}{np.mean([p[1] for p in pairs]):9.4f}")


if __name__ == "__main__":
    main()
