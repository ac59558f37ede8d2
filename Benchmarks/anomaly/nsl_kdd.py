#!/usr/bin/env python3
"""Named, mixed-type records: NSL-KDD network connections, one-class (trained on normal traffic only).

    nsl_kdd.py --data FOLDER --elbo .build/release/elbo                     # train, then score KDDTest+
    nsl_kdd.py --data FOLDER --elbo .build/release/elbo --model models/network-intrusion     # score a trained model only
    nsl_kdd.py --data FOLDER --write-training nsl-kdd-normal.csv            # the rows that models/network-intrusion saw

Training rows: the 67,343 `normal` rows of KDDTrain+, all 41 named columns in raw units, no label, no difficulty.
Test: KDDTest+ (9,711 normal, 12,833 attacks, 17 attack types and some services never seen in training).
Reference points: beta-VAE reconstruction 96.2 to 96.8 AUROC, latent-neighbour distance 97.5 (arXiv 2602.19785).
"""
import argparse, csv, io, os, subprocess, tempfile, time
import numpy as np
from adbench import HERE, auroc, average_precision



def names(folder):
    text = open(os.path.join(folder, "FieldNames.csv")).read().replace("\r", "\n")
    return [line.split(",")[0].strip() for line in text.split("\n") if "," in line]


def rows(folder, name):
    return [line.rstrip("\n").split(",") for line in open(os.path.join(folder, name)) if line.strip()]


def write(path, header, table):
    with open(path, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(header)
        w.writerows(r[:len(header)] for r in table)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--data", required=True, help="the folder with KDDTrain+.txt, KDDTest+.txt and FieldNames.csv")
    a.add_argument("--elbo", default=".build/release/elbo")
    a.add_argument("--model", default="")
    a.add_argument("--write-training", default="", help="only write the normal training rows to this file")
    a.add_argument("--seed", default="0")
    a = a.parse_args()
    header, test = names(a.data), rows(a.data, "KDDTest+.txt")
    assert len(header) == 41
    if a.write_training:
        write(a.write_training, header, [r for r in rows(a.data, "KDDTrain+.txt") if r[41] == "normal"])
        return
    with tempfile.TemporaryDirectory() as d:
        model = a.model or d + "/model"
        if not a.model:
            write(d + "/train.csv", header, [r for r in rows(a.data, "KDDTrain+.txt") if r[41] == "normal"])
            begin = time.time()
            subprocess.run([a.elbo, "train", d + "/train.csv", "--output", model, "--seed", a.seed], check=True)
            print(f"train {time.time() - begin:.1f} s")
        write(d + "/test.csv", header, test)
        begin = time.time()
        out = subprocess.run([a.elbo, "score", model, d + "/test.csv", "--format", "csv"], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
        took = time.time() - begin
    table = list(csv.DictReader(io.StringIO(out)))
    y = np.array([int(r[41] != "normal") for r in test])
    for column in ("score", "anomaly_score"):
        s = np.array([float(r[column]) for r in table])
        assert len(s) == len(y) and np.isfinite(s).all()
        print(f"KDDTest+ {column}: AUROC {100 * auroc(y, s):.2f}  AP {100 * average_precision(y, s):.2f}")
    print(f"{len(y)} records scored in {took:.2f} s ({len(y) / took:.0f}/s)")
    if "p_value" in table[0]:
        p = np.array([float(r["p_value"]) for r in table])
        for alpha in (0.01, 0.05):
            print(f"  p <= {alpha}: {100 * (p[y == 0] <= alpha).mean():.2f} % of test normals, "
                  f"{100 * (p[y == 1] <= alpha).mean():.2f} % of attacks")


if __name__ == "__main__":
    main()
