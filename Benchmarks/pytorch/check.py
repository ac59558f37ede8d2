#!/usr/bin/env python3
"""PyTorch in, ONNX out: do Elbo, PyTorch and ONNX Runtime give the same answers?

    check.py --elbo .build/release/elbo [--models FOLDER] [--rows 1000]

1. FOLDER holds A, B and C.safetensors with the ONNX files that PyTorch made of them (X_enc, X_dec, X_score): each is imported with
   models/examples/pytorch/, must give these files' answers within 1e-5, and is exported.
2. Every kind of layer, head and likelihood: modules with random weights in PyTorch, imported and exported.
3. The exported files in ONNX Runtime beside Elbo on as many rows, those of models/mnist too.
4. The example in models/README.md, word by word but for the port.

A difference is |a - b| / max(1, |b|); the strict one, |a - b| / |b|, is told beside it. It needs torch, onnxruntime, safetensors
and, to check the files themselves, onnx. The exit code is 1 where something differs by more than 1e-5.
"""
import argparse, json, os, re, socket, subprocess, sys, tempfile
import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIMIT = 1e-5
EXAMPLES = {"A": "tabular", "B": "images", "C": "convolutional"}
failures = []


def compare(what, got, expected):
    got, expected = np.asarray(got, "f8").reshape(-1), np.asarray(expected, "f8").reshape(-1)
    assert got.shape == expected.shape, (what, got.shape, expected.shape)
    error = np.abs(got - expected)
    relative, strict = (error / np.maximum(1, np.abs(expected))).max(), (error / np.maximum(1e-30, np.abs(expected))).max()
    print(f"{what:44}{relative:10.1e}{strict:10.1e}{'' if relative <= LIMIT else '   DIFFERS'}", flush=True)
    if not relative <= LIMIT: failures.append(what)


class Elbo:
    def __init__(self, program): self.program = program

    def run(self, *arguments, **more):
        return subprocess.run([self.program, *arguments], check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              **more).stdout

    def table(self, operation, model, rows, *more):
        lines = "\n".join(json.dumps([float(v) for v in row]) for row in rows)
        text = self.run(operation, model, "-", "--input-format", "ndjson", "--format", "csv", *more, input=lines)
        header, *lines = text.splitlines()
        return header.split(","), np.array([[float(v or "nan") for v in line.split(",")] for line in lines])

    def encode(self, model, x, *more):
        names, values = self.table("encode", model, x, *more)
        half = sum(n.startswith("mu_") for n in names)
        return values[:, :half], values[:, half:]

    def decode(self, model, z, *more): return self.table("decode", model, z, *more)[1]

    def score(self, model, x, *more):
        names, values = self.table("score", model, x, "--samples", "0", *more)
        return values[:, names.index("score")]


def session(path):
    import onnxruntime as ort
    return ort.InferenceSession(path, providers=["CPUExecutionProvider"])


def exported(elbo, name, model, folder, x, label=None):
    """ONNX Runtime on the exported files beside Elbo."""
    onnx_folder = f"{folder}/{name}-onnx"
    elbo.run("export", model, "--onnx", onnx_folder)
    try:
        import onnx
        for file in os.listdir(onnx_folder): onnx.checker.check_model(f"{onnx_folder}/{file}", full_check=True)
    except ImportError: pass
    more = ["--condition", str(label)] if label is not None else []
    labels = {"label": np.full(len(x), label, "i8")} if label is not None else {}
    encoder, decoder = session(f"{onnx_folder}/encoder.onnx"), session(f"{onnx_folder}/decoder.onnx")
    codes = dict(zip([o.name for o in encoder.get_outputs()], encoder.run(None, {"inputs": x} | labels)))
    mu, sigma = elbo.encode(model, x, *more)
    compare(f"{name} ONNX mu", codes["mu"], mu)
    if "sigma" in codes: compare(f"{name} ONNX sigma", codes["sigma"], sigma)
    if os.path.exists(f"{onnx_folder}/score.onnx"):
        score = session(f"{onnx_folder}/score.onnx").run(["score"], {"inputs": x})[0]
        compare(f"{name} ONNX score", score, elbo.score(model, x, *more))
    z = np.random.default_rng(5).standard_normal(mu.shape).astype("f4")
    compare(f"{name} ONNX reconstruction", decoder.run(None, {"latents": z} | labels)[0], elbo.decode(model, z, *more))


def three(elbo, models, folder, rows):
    from safetensors.numpy import save_file
    for name, example in EXAMPLES.items():
        architecture = f"{ROOT}/models/examples/pytorch/{example}.json"
        shape = json.load(open(architecture))["input"]
        x = np.random.default_rng(1).random((rows, int(np.prod(shape)))).astype("f4")
        mu, sigma = session(f"{models}/{name}_enc.onnx").run(None, {"x": x})
        reconstruction = session(f"{models}/{name}_dec.onnx").run(None, {"z": mu})[0]
        score = session(f"{models}/{name}_score.onnx").run(None, {"x": x})[0].reshape(-1)
        save_file({"input": x, "mu": mu, "sigma": sigma, "reconstruction": reconstruction, "score": score},
                  f"{folder}/{name}.golden.safetensors")
        print(elbo.run("import", f"{models}/{name}.safetensors", "--architecture", architecture, "--output", f"{folder}/{name}",
                       "--golden", f"{folder}/{name}.golden.safetensors", "--tolerance", str(LIMIT)), end="")
        ours = elbo.encode(f"{folder}/{name}", x)
        compare(f"{name} mu", ours[0], mu)
        compare(f"{name} sigma", ours[1], sigma)
        compare(f"{name} reconstruction", elbo.decode(f"{folder}/{name}", mu), reconstruction)
        compare(f"{name} score", elbo.score(f"{folder}/{name}", x), score)
        exported(elbo, name, f"{folder}/{name}", folder, x)


def zoo():
    """Every kind of layer: PyTorch's modules, and the same as layers of an architecture file."""
    import torch, torch.nn as nn

    class Residual(nn.Sequential):
        def __init__(self, end, *layers): super().__init__(*layers); self.__dict__["end"] = end
        def forward(self, x): return self.end(x + super().forward(x))

    class Gated(nn.Module):
        def __init__(self, make): super().__init__(); self.value, self.gate = make(), make()
        def forward(self, x): return self.value(x) * torch.sigmoid(self.gate(x))

    act = lambda name: {"type": "activation", "activation": name}
    conv = lambda channels, kernel, **more: {"type": "conv2d", "channels": channels, "kernel": kernel} | more
    image = {"input": [2, 12, 10], "latent_dimension": 4}
    yield "images", image | {
        "encoder": [conv(8, 3, padding=1, bias=False), {"type": "batch_norm", "activation": "leaky_relu"}, {"type": "max_pool", "size": 2},
                    {"type": "residual", "activation": "elu", "layers": [
                        conv(8, 3, padding=1, activation="silu"), {"type": "group_norm", "groups": 4}]},
                    {"type": "gated_conv2d", "channels": 6, "kernel": [3, 2], "stride": [2, 1], "padding": [1, 0]},
                    {"type": "layer_norm"}, {"type": "average_pool", "size": 2, "stride": 1, "padding": 1}, {"type": "flatten"},
                    {"type": "dropout", "rate": 0.1}, {"type": "dense", "units": 20, "activation": "gelu"}],
        "heads": {"split": "encoder.13", "order": ["log_sigma", "mean"]},
        "decoder": [{"type": "dense", "units": 60, "activation": "tanh"}, {"type": "batch_norm"},
                    {"type": "reshape", "shape": [5, 4, 3]}, {"type": "upsample", "factor": 2},
                    {"type": "gated_conv_transpose2d", "channels": 4, "kernel": 3, "stride": 2, "padding": 1, "output_padding": 1},
                    {"type": "conv_transpose2d", "channels": 3, "kernel": [1, 3], "padding": [2, 2], "activation": "softplus", "name": "tail"}],
        "output": {"type": "conv2d", "kernel": [1, 1], "name": "last"}, "likelihood": {"type": "bernoulli"}}, nn.ModuleDict({
            "encoder": nn.Sequential(
                nn.Conv2d(2, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.LeakyReLU(), nn.MaxPool2d(2),
                Residual(nn.ELU(), nn.Conv2d(8, 8, 3, padding=1), nn.SiLU(), nn.GroupNorm(4, 8)),
                Gated(lambda: nn.Conv2d(8, 6, (3, 2), (2, 1), (1, 0))), nn.LayerNorm([6, 3, 4]), nn.AvgPool2d(2, 1, 1), nn.Flatten(),
                nn.Dropout(0.1), nn.Linear(6 * 4 * 5, 20), nn.GELU(), nn.Identity(), nn.Linear(20, 8)),
            "decoder": nn.Sequential(
                nn.Linear(4, 60), nn.Tanh(), nn.BatchNorm1d(60), nn.Unflatten(1, (5, 4, 3)), nn.Upsample(scale_factor=2),
                Gated(lambda: nn.ConvTranspose2d(5, 4, 3, 2, 1, 1))),
            "tail": nn.ConvTranspose2d(4, 3, (1, 3), padding=(2, 2)), "last": nn.Conv2d(3, 2, 1)}), \
        lambda m, z: torch.sigmoid(m["last"](nn.functional.softplus(m["tail"](m["decoder"](z))))), lambda h: (h[:, 4:], 2 * h[:, :4])

    vector = {"input": [7], "latent_dimension": 3}
    def dense(likelihood, outputs=7, link=lambda y: y, tensors=()):
        m = nn.ModuleDict({"fc1": nn.Linear(7, 12), "gate": Gated(lambda: nn.Linear(12, 12)), "norm": nn.LayerNorm(12),
                           "groups": nn.GroupNorm(3, 12), "fc21": nn.Linear(12, 3), "fc22": nn.Linear(12, 3),
                           "fc3": nn.Linear(3, 12), "fc4": nn.Linear(12, outputs), "unused": nn.Linear(2, 2)})
        if tensors: m["likelihood"] = nn.ParameterDict(dict(tensors))
        architecture = vector | {
            "encoder": [{"type": "dense", "units": 12, "activation": "silu", "name": "fc1"}, {"type": "gated_dense", "units": 12, "name": "gate"},
                        {"type": "layer_norm", "name": "norm"}, {"type": "group_norm", "groups": 3, "name": "groups"}],
            "heads": {"mean": "fc21", "log_variance": "fc22"},
            "decoder": [{"type": "dense", "units": 12, "activation": "sigmoid", "name": "fc3"}], "output": {"type": "dense", "name": "fc4"},
            "ignore": ["unused"], "likelihood": likelihood}
        def encode(x):
            h = m["groups"](m["norm"](m["gate"](nn.functional.silu(m["fc1"](x)))))
            return m["fc21"](h), m["fc22"](h)
        m.encode = encode
        return architecture, m, lambda m, z: link(m["fc4"](torch.sigmoid(m["fc3"](z)))), None
    yield "gaussian", *dense({"type": "gaussian", "sigma": 0.5})
    yield "learned sigma", *dense({"type": "gaussian", "sigma": "learned", "floor": 0.05},
                                  tensors=[("scale", nn.Parameter(torch.randn(7)))])
    cb = lambda l: torch.where(l.abs() < 0.05, 0.5 + l.double() / 12 - l.double() ** 3 / 720, 1 / (1 - torch.exp(-l.double())) - 1 / l.double())
    yield "continuous bernoulli", *dense({"type": "continuous_bernoulli"}, link=cb)
    def logistic(y):
        s = (1 / 512 + nn.functional.softplus(y[:, 7:].double())).unsqueeze(2)
        return torch.sigmoid((y[:, :7].double().unsqueeze(2) - torch.arange(1, 256) / 256) / s).sum(2) / 255
    yield "logistic", *dense({"type": "discretized_logistic", "levels": 256, "sigma": "per_record", "floor": 1 / 512}, 14, logistic)


def layers(elbo, folder, rows):
    import torch
    from safetensors.torch import save_file
    for i, (name, architecture, module, decode, split) in enumerate(zoo()):
        torch.manual_seed(i)
        for p in module.parameters(): p.data = torch.randn_like(p) * (0.3 if p.dim() > 1 else 1)
        for m in module.modules():
            if hasattr(m, "running_var"): m.running_mean, m.running_var = torch.randn_like(m.running_mean), torch.rand_like(m.running_var) + 0.5
        module.eval()
        path = f"{folder}/{name.replace(' ', '-')}"
        json.dump(architecture, open(f"{path}.json", "w"))
        save_file(module.state_dict(), f"{path}.safetensors")
        shape = architecture["input"]
        x = torch.rand(rows, *shape)
        with torch.no_grad():
            mu, log_variance = split(module["encoder"](x)) if split else module.encode(x)
            answers = {"input": x, "mu": mu, "log_variance": log_variance, "reconstruction": decode(module, mu)}
        save_file({k: v.contiguous() for k, v in answers.items()}, f"{path}.golden.safetensors")
        elbo.run("import", f"{path}.safetensors", "--architecture", f"{path}.json", "--output", path, "--golden", f"{path}.golden.safetensors")
        flat = x.reshape(rows, -1).numpy()
        ours = elbo.encode(path, flat)
        compare(f"{name} mu", ours[0], mu)
        compare(f"{name} sigma", ours[1], torch.exp(log_variance / 2))
        compare(f"{name} reconstruction", elbo.decode(path, mu.numpy()), answers["reconstruction"])
        exported(elbo, name, path, folder, flat)


def conditional(elbo, folder, rows):
    """A label: the files take it, and Elbo's own names need no others."""
    from safetensors.numpy import save_file
    r = np.random.default_rng(3)
    shapes = {"encoder.0": (6, 5), "encoder.mean": (2, 9), "encoder.log_variance": (2, 9), "decoder.0": (6, 5), "decoder.2": (5, 6)}
    save_file({f"{n}.{t}": r.standard_normal(s if t == "weight" else s[:1]).astype("f4") for n, s in shapes.items() for t in ("weight", "bias")},
              f"{folder}/label.safetensors")
    layer = {"type": "dense", "units": 6, "activation": "tanh"}
    json.dump({"input": [5], "latent_dimension": 2, "encoder": [layer], "decoder": [layer], "condition": {"levels": ["0", "1", "2"]},
               "heads": {"mean": "encoder.mean", "log_variance": "encoder.log_variance"}, "likelihood": {"type": "bernoulli"}},
              open(f"{folder}/label.json", "w"))
    elbo.run("import", f"{folder}/label.safetensors", "--architecture", f"{folder}/label.json", "--output", f"{folder}/label")
    for label in (0, 2): exported(elbo, "label", f"{folder}/label", folder, r.random((rows, 5)).astype("f4"), label)


def readme(program, folder):
    """Files and commands as a reader of models/README.md would have them."""
    text = open(f"{ROOT}/models/README.md").read().split("## From PyTorch")[1].split("### ")[0]
    os.makedirs(folder)
    commands = ""
    for before, kind, block in re.findall(r"([^`]*`[^`\n]*`[^`]*?|[^`]*)```(\w+)\n(.*?)```", text, re.S):
        names = re.findall(r"`([\w.]+)`", before)
        if kind == "sh": commands = block
        else: open(f"{folder}/{names[-1]}", "w").write(block)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = str(s.getsockname()[1])
    os.symlink(program, f"{folder}/elbo")
    environment = os.environ | {"ELBO_PORT": port, "PATH": f"{folder}:{os.path.dirname(sys.executable)}:{os.environ['PATH']}"}
    script = f"set -e\ntrap 'kill %1' EXIT\n{commands.replace('8080', port)}"
    print(subprocess.run(["bash", "-c", script], cwd=folder, check=True, text=True, env=environment, timeout=300,
                         stdout=subprocess.PIPE).stdout)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--elbo", required=True)
    a.add_argument("--models")
    a.add_argument("--rows", type=int, default=1000)
    a = a.parse_args()
    elbo = Elbo(os.path.abspath(a.elbo))
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'':44}{'relative':>10}{'strict':>10}")
        if a.models: three(elbo, a.models, folder, a.rows)
        layers(elbo, folder, a.rows)
        conditional(elbo, folder, a.rows)
        digits = (np.random.default_rng(2).random((a.rows, 784)) < 0.2).astype("f4")
        exported(elbo, "mnist", f"{ROOT}/models/mnist", folder, digits)
        readme(elbo.program, f"{folder}/readme")
    print(f"{len(failures)} differ by more than {LIMIT}")
    sys.exit(bool(failures))


if __name__ == "__main__": main()
