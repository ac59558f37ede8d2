#!/usr/bin/env python3
"""Elbo beside PyTorch, training a dense VAE: samples a second on two threads.

    Benchmarks/training/compare.py [--elbo .build/release/elbo] [--rounds 5] > Benchmarks/training/RESULTS.md

784-512-256, z of 32, and back, ReLU, Bernoulli, batches of 128, Adam. Both draw the pixels of a batch as 0 or 1 and the noise anew, and
shuffle each epoch; Elbo also keeps a moving average of the weights and limits the gradient's length (--bare leaves both out, as PyTorch
does). A round is a run of many epochs and one of a single epoch by `elbo train`, whose difference is the time of the epochs between, and as
many epochs of PyTorch (eager; fused Adam). Rates are medians of the rounds, with the best beside them; the ratio is of medians, with the
smallest and largest of one round. It needs numpy and torch.
"""
import argparse, datetime, os, re, statistics, struct, subprocess, sys, tempfile, time
import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def images(count, seed):
    """Blocks of grey, in which there is something to learn."""
    r = np.random.default_rng(seed)
    return (np.kron(r.random((count, 7, 7)), np.ones((4, 4))) * 255).astype(np.uint8)


def write_idx(path, x):
    with open(path, "wb") as f: f.write(struct.pack(">BBBBIII", 0, 0, 8, 3, *x.shape) + x.tobytes())


def elbo_epochs(a, folder):
    """What gives the seconds of `elbo train` for a number of epochs, reading, validation and writing included."""
    more = ["--average-decay", "0", "--clip", "0"] if a.bare else []

    def run(epochs):
        start = time.perf_counter()
        subprocess.run([a.elbo, "train", f"{folder}/train.idx", "--validation-data", f"{folder}/validation.idx", "--activation", "relu",
                        "--epochs", str(epochs), "--checkpoint-seconds", "3600", "--output", f"{folder}/trained", *more], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - start
    return run


def torch_epochs(x):
    """What gives the seconds of an epoch of PyTorch."""
    import torch
    from torch import nn
    from torch.nn import functional as F
    torch.set_num_threads(2)
    dense = lambda *widths: [layer for pair in zip(widths, widths[1:]) for layer in (nn.Linear(*pair), nn.ReLU())]
    encoder, decoder = nn.Sequential(*dense(784, 512, 256)), nn.Sequential(*dense(32, 256, 512, 784)[:-1])
    mean, log_variance = nn.Linear(256, 32), nn.Linear(256, 32)
    adam = torch.optim.Adam([p for m in (encoder, mean, log_variance, decoder) for p in m.parameters()], lr=1e-3, fused=True)
    pixels = torch.from_numpy(x.reshape(len(x), -1).astype("f4") / 255)

    def epoch():
        start = time.perf_counter()
        order = torch.randperm(len(pixels))
        for at in range(0, len(pixels), 128):
            batch = torch.bernoulli(pixels[order[at:at + 128]])
            h = encoder(batch)
            mu, v = mean(h), log_variance(h)
            y = decoder(mu + torch.exp(v / 2) * torch.randn_like(mu))
            loss = (F.binary_cross_entropy_with_logits(y, batch, reduction="sum")
                    + 0.5 * (mu * mu + v.exp() - 1 - v).sum()) / len(batch)
            adam.zero_grad(set_to_none=True)
            loss.backward()
            adam.step()
        return time.perf_counter() - start
    return epoch, torch.__version__


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--elbo", default=f"{ROOT}/.build/release/elbo")
    a.add_argument("--rounds", type=int, default=5)
    a.add_argument("--epochs", type=int, default=10, help="of a round")
    a.add_argument("--rows", type=int, default=8192, help="images to train on")
    a.add_argument("--bare", action="store_true", help="without moving average and clipping")
    a = a.parse_args()
    x = images(a.rows, 1)
    epoch, version = torch_epochs(x)
    epoch()
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        write_idx(f"{folder}/train.idx", x)
        write_idx(f"{folder}/validation.idx", images(20, 2))
        run = elbo_epochs(a, folder)
        for number in range(a.rounds):
            short = min(run(1) for _ in range(2))
            ours.append(a.epochs * a.rows / (run(a.epochs + 1) - short))
            theirs.append(a.epochs * a.rows / sum(epoch() for _ in range(a.epochs)))
            print(f"round {number + 1}: Elbo {ours[-1]:.0f}, PyTorch {theirs[-1]:.0f}", file=sys.stderr)
    each = [u / v for u, v in zip(ours, theirs)]
    middle = statistics.median
    processor = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())[1]
    print(f"""# Training

{processor}, {os.cpu_count()} cores, Linux {os.uname().release}, {datetime.date.today()}; PyTorch {version}.

    compare.py --rounds {a.rounds} --epochs {a.epochs} --rows {a.rows}{" --bare" if a.bare else ""}

| model B, batch 128, two threads | samples/s | best round |
|---|--:|--:|
| Elbo | {middle(ours):,.0f} | {max(ours):,.0f} |
| PyTorch | {middle(theirs):,.0f} | {max(theirs):,.0f} |

Ratio {middle(ours) / middle(theirs):.2f} ({min(each):.2f}…{max(each):.2f}), of the best rounds {max(ours) / max(theirs):.2f}; wanted 1.2.""")


if __name__ == "__main__":
    main()
