#!/usr/bin/env python3
"""Elbo beside ONNX Runtime and PyTorch on a convolutional VAE: rows a second of answers and of training.

    compare.py --elbo .build/release/elbo --models FOLDER [--rounds 5]

FOLDER holds C.safetensors (PyTorch's names), C_enc.onnx and C_score.onnx with a dynamic batch: 28×28 → conv 32 → conv 64 (4×4,
stride 2, padding 1) → 256 → z of 32, and the same back, ReLU, Bernoulli. Answers are on one thread. A round measures Elbo
(`elbo bench MODEL --seconds S --batches …`: encode and the score at z = μ) and ONNX Runtime one after the other; the best window of
all rounds counts for both, so that what else the machine does counts for neither.

Training is on two threads: `elbo train` with the same layers on synthetic images, the time of a long run less that of a short
one; PyTorch draws the pixels and the noise anew, and steps Adam, as Elbo does. It needs numpy, torch, onnxruntime and safetensors.
"""
import argparse, json, os, struct, subprocess, tempfile, time
import numpy as np

BATCHES = (1, 64, 256)
ARCHITECTURE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../models/examples/pytorch/convolutional.json")


def network():
    window = {"kernel": 4, "stride": 2, "padding": 1}
    layer = lambda kind, channels: {"type": kind, "channels": channels, "activation": "relu"} | window
    dense = lambda units: {"type": "dense", "units": units, "activation": "relu"}
    return {"latent_dimension": 32,
            "encoder": [layer("conv2d", 32), layer("conv2d", 64), dense(256)],
            "decoder": [dense(256), dense(3136), {"type": "reshape", "shape": [64, 7, 7]}, layer("conv_transpose2d", 32)],
            "output": {"type": "conv_transpose2d"} | window}


def import_model(elbo, models, folder):
    """PyTorch's weights as a model directory that gives ONNX Runtime's answers."""
    import onnxruntime as ort
    from safetensors.numpy import save_file
    x = np.random.default_rng(0).random((16, 784)).round(2).astype("f4")
    run = lambda name, **inputs: ort.InferenceSession(f"{models}/{name}.onnx").run(None, inputs)
    mu, sigma = run("C_enc", x=x)
    golden = f"{folder}.golden.safetensors"
    save_file({"input": x, "mu": mu, "sigma": sigma, "reconstruction": run("C_dec", z=mu)[0],
               "score": run("C_score", x=x)[0].reshape(-1)}, golden)
    subprocess.run([elbo, "import", f"{models}/C.safetensors", "--architecture", ARCHITECTURE, "--samples", "0", "--golden", golden,
                    "--output", folder], check=True)


def elbo_rates(elbo, model, seconds):
    text = subprocess.run([elbo, "bench", model, "--seconds", str(seconds), "--batches", ",".join(map(str, BATCHES))],
                          check=True, text=True, stdout=subprocess.PIPE).stdout
    rows = {line[:18].strip(): [int(n.replace(",", "")) for n in line[18:].split()] for line in text.splitlines()[2:]}
    return {(name, batch): rate for name in ("encode", "score, z = μ") for batch, rate in zip(BATCHES, rows[name])}


def window(step, rows, seconds):
    start, done = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - start) < seconds:
        step()
        done += rows
    return done / elapsed


def answers(a, model):
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    sessions = {name: ort.InferenceSession(f"{a.models}/{file}.onnx", options)
                for name, file in (("encode", "C_enc"), ("score, z = μ", "C_score"))}
    x = {batch: (np.random.default_rng(1).random((batch, 784)) < 0.5).astype("f4") for batch in BATCHES}
    ours, theirs = {}, {}
    for _ in range(a.rounds):
        for key, rate in elbo_rates(a.elbo, model, a.seconds).items(): ours[key] = max(rate, ours.get(key, 0))
        for name, session in sessions.items():
            for batch in BATCHES:
                rate = window(lambda: session.run(None, {"x": x[batch]}), batch, a.seconds)
                theirs[name, batch] = max(rate, theirs.get((name, batch), 0))
    print(f"{'one thread, rows/s':24}{'batch':>6}{'Elbo':>10}{'ONNX RT':>10}{'ratio':>8}")
    for name, batch in ours:
        u, v = ours[name, batch], theirs[name, batch]
        print(f"{name:24}{batch:6}{u:10.0f}{v:10.0f}{u / v:8.2f}")


def synthetic(n):
    r = np.random.default_rng(2)
    return (np.kron(r.random((n, 7, 7)), np.ones((4, 4))) * 255).astype(np.uint8)


def write_idx(path, x):
    with open(path, "wb") as f: f.write(struct.pack(">BBBBIII", 0, 0, 8, 3, *x.shape) + x.tobytes())


def elbo_training(a, folder):
    """What takes a number of epochs and gives the seconds of the whole command."""
    def run(count):
        start = time.perf_counter()
        subprocess.run([a.elbo, "train", f"{folder}/train.idx", "--validation-data", f"{folder}/validation.idx", "--network",
                        f"{folder}/network.json", "--epochs", str(count), "--batch-size", "128", "--output",
                        f"{folder}/trained"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - start
    return run


def torch_epoch(x):
    import torch, torch.nn as nn, torch.nn.functional as F
    torch.set_num_threads(2)
    encoder = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(), nn.Flatten(),
                            nn.Linear(3136, 256), nn.ReLU())
    mean, log_variance = nn.Linear(256, 32), nn.Linear(256, 32)
    decoder = nn.Sequential(nn.Linear(32, 256), nn.ReLU(), nn.Linear(256, 3136), nn.ReLU(), nn.Unflatten(1, (64, 7, 7)),
                            nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1))
    adam = torch.optim.Adam([p for m in (encoder, mean, log_variance, decoder) for p in m.parameters()], lr=1e-3)
    images = torch.from_numpy(x.astype("f4") / 255).unsqueeze(1)

    def epoch():
        start = time.perf_counter()
        order = torch.randperm(len(images))
        for at in range(0, len(images), 128):
            batch = torch.bernoulli(images[order[at:at + 128]])
            h = encoder(batch)
            mu, v = mean(h), log_variance(h)
            y = decoder(mu + torch.exp(v / 2) * torch.randn_like(mu))
            loss = (F.binary_cross_entropy_with_logits(y, batch, reduction="sum")
                    + 0.5 * (mu * mu + v.exp() - 1 - v).sum()) / len(batch)
            adam.zero_grad()
            loss.backward()
            adam.step()
        return time.perf_counter() - start
    return epoch


def training(a, folder):
    x = synthetic(a.rows)
    write_idx(f"{folder}/train.idx", x)
    write_idx(f"{folder}/validation.idx", synthetic(20))
    with open(f"{folder}/network.json", "w") as f: json.dump(network(), f)
    run, epoch = elbo_training(a, folder), torch_epoch(x)
    epoch()
    short, long, theirs = [], [], []
    for _ in range(a.rounds):
        short.append(run(1))
        long.append(run(5))
        theirs += [epoch() for _ in range(4)]
    u, v = 4 * a.rows / (min(long) - min(short)), a.rows / min(theirs)
    print(f"{'two threads, rows/s':24}{'batch':>6}{'Elbo':>10}{'PyTorch':>10}{'ratio':>8}")
    print(f"{'training':24}{128:6}{u:10.0f}{v:10.0f}{u / v:8.2f}")


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--elbo", required=True)
    a.add_argument("--models", required=True)
    a.add_argument("--rounds", type=int, default=5)
    a.add_argument("--seconds", type=float, default=0.1, help="of a window")
    a.add_argument("--rows", type=int, default=8192, help="images to train on")
    a.add_argument("--only", choices=["answers", "training"])
    a = a.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        import_model(a.elbo, a.models, f"{folder}/C")
        if a.only != "training": answers(a, f"{folder}/C")
        if a.only != "answers": training(a, folder)


if __name__ == "__main__":
    main()
