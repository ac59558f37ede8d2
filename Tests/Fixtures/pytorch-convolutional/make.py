"""Writes this model directory: a network of every kind of layer with PyTorch's weights and PyTorch's answers.

    python make.py          (torch, safetensors)
"""
import json, math
import torch, torch.nn as nn, torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(4)
torch.use_deterministic_algorithms(True)

class Gated(nn.Module):
    def __init__(self, kind, *args, **named):
        super().__init__()
        self.value, self.gate = kind(*args, **named), kind(*args, **named)
    def forward(self, x): return self.value(x) * torch.sigmoid(self.gate(x))

class Residual(nn.Sequential):
    def forward(self, x): return F.relu(x + super().forward(x))

def act(module, f):
    module.register_forward_hook(lambda m, i, y: f(y))
    return module

encoder = nn.Sequential(
    nn.Conv2d(2, 4, (3, 2), (1, 2), (1, 0)),                      # 4 × 7 × 4
    act(nn.BatchNorm2d(4), F.gelu),
    Gated(nn.Conv2d, 4, 6, 2),                                    # 6 × 6 × 3
    nn.MaxPool2d((3, 2), (1, 1), (1, 0)),                         # 6 × 6 × 2
    Residual(act(nn.Conv2d(6, 6, 3, 1, 1), F.elu), nn.BatchNorm2d(6), Residual(nn.GroupNorm(3, 6))),
    nn.AvgPool2d(3, 2, 1),                                        # 6 × 3 × 1
    nn.LayerNorm([6, 3, 1]),
    nn.Flatten(),
    nn.Linear(18, 10),
    nn.BatchNorm1d(10),
    act(nn.LayerNorm(10), torch.tanh),
)
decoder = nn.Sequential(
    act(nn.Linear(3, 12), F.leaky_relu),
    nn.Unflatten(1, (3, 2, 2)),
    act(nn.LayerNorm([3, 2, 2]), F.softplus),
    Gated(nn.ConvTranspose2d, 3, 4, 2),                           # 4 × 3 × 3
    nn.ConvTranspose2d(4, 5, (2, 3), (1, 1), (0, 1)),             # 5 × 4 × 3
    act(nn.BatchNorm2d(5), F.silu),
    nn.Upsample(scale_factor=2),                                  # 5 × 8 × 6
    nn.Dropout(0.3),
    act(nn.GroupNorm(1, 5), F.relu),
)
mean, log_variance = nn.Linear(10, 3), nn.Linear(10, 3)
# 5 × 8 × 6 to 2 × 7 × 9: (8 − 1) − 2 + 2 = 7; (6 − 1) · 2 − 4 + 2 + 1 = 9
output = nn.ConvTranspose2d(5, 2, (2, 2), (1, 2), (1, 2), output_padding=(0, 1))
model = nn.ModuleDict(dict(encoder=encoder, decoder=decoder, mean=mean, log_variance=log_variance, output=output))
for name, tensor in model.state_dict().items():
    if name.endswith("running_var"): tensor.uniform_(0.3, 2)
    elif name.endswith(("running_mean", "bias")): tensor.normal_(0, 0.3)
    elif tensor.dim() == 1: tensor.uniform_(0.5, 1.5)
model.eval()

x = torch.rand(5, 2, 7, 9)
with torch.no_grad():
    hidden = encoder(x)
    mu, logvar = mean(hidden), log_variance(hidden)
    logits = output(decoder(mu))
    assert logits.shape == x.shape, logits.shape
    log_likelihood = (x * logits - F.softplus(logits)).double().flatten(1).sum(1)
    kl = 0.5 * (mu * mu + logvar.exp() - 1 - logvar).double().sum(1)

heads = {"mean": "encoder.mean", "log_variance": "encoder.log_variance", "output": "decoder.output"}
weights = {}
for name, tensor in model.state_dict().items():
    head = name.split(".")[0]
    weights[name.replace(head, heads.get(head, head), 1)] = tensor.contiguous()
save_file(weights, "weights.safetensors")
save_file(dict(input=x.flatten(1), mu=mu, sigma=(0.5 * logvar).exp(),
               reconstruction=torch.sigmoid(logits).flatten(1).contiguous(), score=kl - log_likelihood), "golden.safetensors")

def layer(type, **members): return dict(type=type, **members)
json.dump(dict(
    format=1,
    architecture=dict(
        input=[2, 7, 9], latent_dimension=3,
        encoder=[
            layer("conv2d", channels=4, kernel=[3, 2], stride=[1, 2], padding=[1, 0]),
            layer("batch_norm", activation="gelu"),
            layer("gated_conv2d", channels=6, kernel=2),
            layer("max_pool", size=[3, 2], stride=1, padding=[1, 0]),
            layer("residual", activation="relu", layers=[
                layer("conv2d", channels=6, kernel=3, padding=1, activation="elu"), layer("batch_norm"),
                layer("residual", activation="relu", layers=[layer("group_norm", groups=3)])]),
            layer("average_pool", size=3, stride=2, padding=1),
            layer("layer_norm"),
            layer("flatten"),
            layer("dense", units=10, activation="identity"),
            layer("batch_norm"),
            layer("layer_norm", activation="tanh"),
        ],
        decoder=[
            layer("dense", units=12, activation="leaky_relu"),
            layer("reshape", shape=[3, 2, 2]),
            layer("layer_norm", activation="softplus"),
            layer("gated_conv_transpose2d", channels=4, kernel=2),
            layer("conv_transpose2d", channels=5, kernel=[2, 3], padding=[0, 1]),
            layer("batch_norm", activation="silu"),
            layer("upsample", factor=2),
            layer("dropout", rate=0.3),
            layer("group_norm", groups=1, activation="relu"),
        ],
        output=layer("conv_transpose2d", kernel=2, stride=[1, 2], padding=[1, 2], output_padding=[0, 1]),
        likelihood=dict(type="bernoulli")),
    score=dict(seed=1, samples=0)), open("model.json", "w"), indent=1)
