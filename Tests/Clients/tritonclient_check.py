#!/usr/bin/env python3
"""Talks to a running server with tritonclient, unmodified: pip install 'tritonclient[http]'

    elbo serve --models models --port 8080
    python3 Tests/Clients/tritonclient_check.py localhost:8080

Takes the models mnist and network-intrusion; unloads the first and loads it again. Prints a line for each check; exits with 1 if one fails.
"""
import json
import sys
import urllib.request

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

ADDRESS = sys.argv[1] if len(sys.argv) > 1 else "localhost:8080"
failures = 0


def check(name, condition):
    global failures
    failures += not condition
    print("ok  " if condition else "FAIL", name)


def own(model, verb, body):
    """The service's own answer."""
    request = urllib.request.Request(
        f"http://{ADDRESS}/v1/models/{model}/{verb}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)["results"]


def tensor(name, values, datatype, binary=True):
    values = np.asarray(values)
    result = triton.InferInput(name, values.shape, datatype)
    result.set_data_from_numpy(values, binary_data=binary)
    return result


def refuses(name, call, status, words):
    try:
        call()
    except InferenceServerException as error:
        check(name, error.status() == str(status) and words in error.message())
    else:
        check(name, False)


client = triton.InferenceServerClient(ADDRESS)

# The server
check("live and ready", client.is_server_live() and client.is_server_ready())
server = client.get_server_metadata()
check("server metadata", server["name"] == "elbo" and "binary_tensor_data" in server["extensions"])
check("log settings", client.get_log_settings()["log_info"] is True)
check("log settings changed", client.update_log_settings({"log_info": True})["log_info"] is True)

# Models
check("model ready", client.is_model_ready("mnist") and client.is_model_ready("mnist", "1"))
check("unknown model not ready", not client.is_model_ready("nothing"))
metadata = client.get_model_metadata("mnist")
inputs = {tensor["name"]: tensor for tensor in metadata["inputs"]}
check("model metadata", inputs["input"] == {"name": "input", "datatype": "FP32", "shape": [-1, 784]})
check("model version", client.get_model_metadata("mnist", "1") == metadata)
config = client.get_model_config("mnist")
check("model configuration", config["max_batch_size"] > 0 and config["input"][0]["data_type"] == "TYPE_FP32")
refuses("unknown model", lambda: client.get_model_metadata("nothing"), 404, "no model named 'nothing'")

# Inference: every way of sending and of answering gives the same bits as the service's own paths
rows = np.random.default_rng(1).integers(0, 2, (3, 784)).astype(np.float32)
scores = own("mnist", "score", {"inputs": rows.tolist()})
codes = own("mnist", "encode", {"inputs": rows.tolist()})
mu = np.array([row["mu"] for row in codes], np.float32)
score = np.array([row["score"] for row in scores])
for sends in (True, False):
    for answers in (True, False):
        result = client.infer(
            "mnist", [tensor("input", rows, "FP32", sends)], request_id="7",
            outputs=[triton.InferRequestedOutput(name, binary_data=answers) for name in ("score", "mu", "anomaly")])
        way = f"infer, sent as {'binary' if sends else 'JSON'}, answered as {'binary' if answers else 'JSON'}"
        same = np.array_equal(result.as_numpy("score"), score) and np.array_equal(result.as_numpy("mu"), mu)
        check(way, same and result.as_numpy("anomaly").dtype == bool)
        response = result.get_response()
        check(
            way + ": id, name, version, order",
            response["id"] == "7" and response["model_name"] == "mnist" and response["model_version"] == "1"
            and [output["name"] for output in response["outputs"]] == ["score", "mu", "anomaly"])
everything = client.infer("mnist", [tensor("input", rows, "FP32")])
names = [output["name"] for output in everything.get_response()["outputs"]]
check("all outputs", names[:4] == ["mu", "sigma", "reconstruction", "score"] and everything.as_numpy("reconstruction").shape == (3, 784))
image = client.infer("mnist", [tensor("input", rows.reshape(3, 28, 28), "FP32")])
check("images", np.array_equal(image.as_numpy("mu"), mu))
for datatype, numbers in (("UINT8", np.uint8), ("INT64", np.int64), ("FP64", np.float64), ("FP16", np.float16), ("BOOL", bool)):
    result = client.infer("mnist", [tensor("input", rows.astype(numbers), datatype)])
    check(datatype, np.array_equal(result.as_numpy("mu"), mu))
seeded = client.infer("mnist", [tensor("input", rows, "FP32")], parameters={"samples": 4, "seed": 9})
expected = own("mnist", "score", {"inputs": rows.tolist(), "samples": 4, "seed": 9})
check("parameters", seeded.as_numpy("score").tolist() == [row["score"] for row in expected])
check("timeout and priority", client.infer("mnist", [tensor("input", rows, "FP32")], timeout=30_000_000, priority=1) is not None)
requests = [client.async_infer("mnist", [tensor("input", rows, "FP32")]) for _ in range(4)]
check("asynchronous", all(np.array_equal(request.get_result().as_numpy("mu"), mu) for request in requests))
refuses("wrong width", lambda: client.infer("mnist", [tensor("input", rows[:, :7], "FP32")]), 400, "[-1, 784]")
refuses(
    "unknown output",
    lambda: client.infer("mnist", [tensor("input", rows, "FP32")], outputs=[triton.InferRequestedOutput("x")]), 400, "'x'")

# Decoding and sampling
decoded = client.infer("mnist", [tensor("latents", mu, "FP32")])
means = own("mnist", "decode", {"latents": mu.tolist()})
check("decode", np.array_equal(decoded.as_numpy("mean"), np.array([row["mean"] for row in means], np.float32)))
sampled = client.infer("mnist", [tensor("count", np.array([5]), "INT64")], parameters={"seed": 4})
samples = own("mnist", "sample", {"count": 5, "seed": 4})
check("sample", np.array_equal(sampled.as_numpy("sample"), np.array([row["sample"] for row in samples], np.float32)))

# A table, column by column
columns = {column["name"]: column["datatype"] for column in client.get_model_metadata("network-intrusion")["inputs"]}
own_columns = [name for name in columns if name not in ("latents", "elbo_count")]
record = own("network-intrusion", "sample", {"count": 1, "seed": 1})[0]["sample"]


def cells(name, binary):
    if columns[name] == "BYTES":
        return tensor(name, np.array([str(record[name])] * 2, dtype=object), "BYTES", binary)
    return tensor(name, np.array([record[name]] * 2, np.float64), "FP64", binary)


for binary in (True, False):
    result = client.infer("network-intrusion", [cells(name, binary) for name in own_columns])
    expected = own("network-intrusion", "score", {"records": [record, record]})
    check(
        f"columns as {'binary' if binary else 'JSON'}",
        result.as_numpy("score").tolist() == [row["score"] for row in expected]
        and result.as_numpy("p_value").tolist() == [row["p_value"] for row in expected])
    word = own("network-intrusion", "reconstruct", {"records": [record]})[0]["reconstruction"]["service"]
    check("words", result.as_numpy("reconstruction.service").tolist() == [word.encode()] * 2)

# Statistics
before = client.get_inference_statistics("mnist")["model_stats"][0]
client.infer("mnist", [tensor("input", rows, "FP32")], outputs=[triton.InferRequestedOutput("score")])
after = client.get_inference_statistics("mnist", "1")["model_stats"][0]
check("statistics: rows", after["inference_count"] - before["inference_count"] == 3)
check("statistics: batches", after["execution_count"] - before["execution_count"] == 1)
check("statistics: requests", after["inference_stats"]["success"]["count"] - before["inference_stats"]["success"]["count"] == 1)
check("statistics: all models", len(client.get_inference_statistics()["model_stats"]) >= 2)

# The repository
state = lambda: {model["name"]: model["state"] for model in client.get_model_repository_index()}
check("index", state()["mnist"] == "READY")
client.unload_model("mnist", unload_dependents=True)
check("unload", state()["mnist"] == "UNAVAILABLE" and not client.is_model_ready("mnist"))
refuses("infer of an unloaded model", lambda: client.infer("mnist", [tensor("input", rows, "FP32")]), 503, "not ready")
client.load_model("mnist")
check("load", state()["mnist"] == "READY" and client.is_model_ready("mnist"))
again = client.infer("mnist", [tensor("input", rows, "FP32")])
check("the same answers after it", np.array_equal(again.as_numpy("score"), score))
refuses("load with a configuration", lambda: client.load_model("mnist", config="{}"), 400, "config")
refuses("load of an unknown model", lambda: client.load_model("nothing"), 404, "nothing")

print(f"{failures} failed" if failures else "all ok")
sys.exit(1 if failures else 0)
