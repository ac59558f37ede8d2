"""FastAPI, Pydantic and PyTorch as their own documentation puts them together: the service that most people write.

    MODELS=A,B,C WEIGHTS=FOLDER uvicorn fastapi_torch:app --workers 2

One thread a worker, since there are as many workers as cores. Answers the same requests as Elbo; other fields are ignored.
"""
import contextlib, math, os
import torch
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)


def dense(*widths):
    layers = [layer for pair in zip(widths, widths[1:]) for layer in (nn.Linear(*pair), nn.ReLU())]
    return nn.Sequential(*layers[:-1])


class Dense(nn.Module):
    def __init__(self, *widths, latents, bernoulli):
        super().__init__()
        self.inputs, self.latents, self.bernoulli = widths[0], latents, bernoulli
        self.body = dense(*widths).append(nn.ReLU())
        self.mu, self.logvar = nn.Linear(widths[-1], latents), nn.Linear(widths[-1], latents)
        self.dec = dense(latents, *reversed(widths))

    def encode(self, x):
        h = self.body(x)
        return self.mu(h), self.logvar(h)

    def decode(self, z): return self.dec(z)


class Convolutional(nn.Module):
    inputs, latents, bernoulli = 784, 32, True

    def __init__(self):
        super().__init__()
        window = dict(kernel_size=4, stride=2, padding=1)
        self.c = nn.Sequential(nn.Conv2d(1, 32, **window), nn.ReLU(), nn.Conv2d(32, 64, **window), nn.ReLU(), nn.Flatten(),
                               nn.Linear(3136, 256), nn.ReLU())
        self.mu, self.logvar = nn.Linear(256, 32), nn.Linear(256, 32)
        self.f = dense(32, 256, 3136).append(nn.ReLU())
        self.d = nn.Sequential(nn.ConvTranspose2d(64, 32, **window), nn.ReLU(), nn.ConvTranspose2d(32, 1, **window))

    def encode(self, x):
        h = self.c(x.view(-1, 1, 28, 28))
        return self.mu(h), self.logvar(h)

    def decode(self, z): return self.d(self.f(z).view(-1, 64, 7, 7)).flatten(1)


NETWORKS = {"A": lambda: Dense(30, 64, 32, latents=8, bernoulli=False),
            "B": lambda: Dense(784, 512, 256, latents=32, bernoulli=True), "C": Convolutional}
models = {}


@contextlib.asynccontextmanager
async def lifespan(app):
    for name in os.environ["MODELS"].split(","):
        models[name] = NETWORKS[name]().eval()
        models[name].load_state_dict(load_file(f"{os.environ['WEIGHTS']}/{name}.safetensors"))
    yield


class Records(BaseModel): inputs: list[list[float]]
class Count(BaseModel): count: int
class Scores(BaseModel): scores: list[float]
class Posteriors(BaseModel): mu: list[list[float]]; sigma: list[list[float]]
class Means(BaseModel): mean: list[list[float]]


app = FastAPI(lifespan=lifespan)


def find(name):
    if name not in models: raise HTTPException(404)
    return models[name]


def matrix(model, records):
    x = torch.tensor(records.inputs, dtype=torch.float32)
    if x.ndim != 2 or x.shape[1] != model.inputs: raise HTTPException(422, "another number of numbers")
    return x


@app.post("/v1/models/{name}/score")
async def score(name: str, records: Records) -> Scores:
    model = find(name)
    with torch.inference_mode():
        x = matrix(model, records)
        mu, v = model.encode(x)
        y = model.decode(mu)
        if model.bernoulli: terms = F.binary_cross_entropy_with_logits(y, x, reduction="none")
        else: terms = 0.5 * (x - y) ** 2 + 0.5 * math.log(2 * math.pi)
        return Scores(scores=(terms.sum(1) + 0.5 * (mu * mu + v.exp() - 1 - v).sum(1)).tolist())


@app.post("/v1/models/{name}/encode")
async def encode(name: str, records: Records) -> Posteriors:
    model = find(name)
    with torch.inference_mode():
        mu, v = model.encode(matrix(model, records))
        return Posteriors(mu=mu.tolist(), sigma=torch.exp(0.5 * v).tolist())


@app.post("/v1/models/{name}/sample")
async def sample(name: str, count: Count) -> Means:
    model = find(name)
    with torch.inference_mode():
        y = model.decode(torch.randn(count.count, model.latents))
        return Means(mean=(torch.sigmoid(y) if model.bernoulli else y).tolist())
