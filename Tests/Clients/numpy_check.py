#!/usr/bin/env python3
"""Talks to a running server in arrays of NumPy: pip install numpy

    elbo serve --models models --port 8080
    python3 Tests/Clients/numpy_check.py http://127.0.0.1:8080

Takes the models mnist and network-intrusion. Prints a line for each check; exits with 1 if one fails.
"""
import io
import json
import sys
import urllib.error
import urllib.request

import numpy as np

ADDRESS = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
NPY, FLOATS = "application/x-npy", "application/octet-stream"
failures = 0


def check(name, condition):
    global failures
    failures += not condition
    print("ok  " if condition else "FAIL", name)


def post(path, body, kind="application/json", accept="*/*"):
    """The status, the header fields and the body of an answer."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{ADDRESS}/v1/models/{path}", body, {"Content-Type": kind, "Accept": accept})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def saved(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def version(array, number):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=(number, 0))
    return file.getvalue()


def loaded(answer):
    status, _, body = answer
    return np.load(io.BytesIO(body), allow_pickle=False) if status == 200 else body


def results(path, body, name, dtype):
    return np.array([row[name] for row in json.loads(post(path, body)[2])["results"]], dtype)


rows = np.random.default_rng(1).random((6, 784), dtype=np.float32)
listed = {"inputs": rows.astype(float).tolist()}  # every Float is a Double, so nothing is rounded twice
codes = results("mnist/encode", listed, "mu", np.float32)

# What comes back is what JSON says, to the bit.
for path, name, dtype in [
    ("mnist/encode", "mu", "f4"), ("mnist/encode", "sigma", "f4"), ("mnist/reconstruct", "reconstruction", "f4"),
    ("mnist/score", "score", "f8"), ("mnist/score", "kl", "f8"), ("mnist/score", "p_value", "f8"),
]:
    answer = loaded(post(f"{path}?output={name}", saved(rows), NPY))
    expected = results(path, listed, name, np.dtype(dtype))
    check(f"{path} {name}", answer.dtype == dtype and answer.shape == expected.shape and np.array_equal(answer, expected))

# What goes in may lie as it likes.
for name, body in [
    ("double precision", saved(rows.astype("f8"))), ("columns side by side", saved(np.asfortranarray(rows))),
    ("images", saved(rows.reshape(6, 28, 28))), ("version 2", version(rows, 2)), ("version 3", version(rows, 3)),
    ("a view", saved(np.repeat(rows, 2, axis=0)[::2])), ("a transpose", saved(rows.T.copy().T)),
]:
    check(name, np.array_equal(loaded(post("mnist/encode", body, NPY)), codes))
for name, body in [("a row", saved(rows[0])), ("an image", saved(rows[0].reshape(28, 28))),
                   ("a transposed image", saved(np.asfortranarray(rows[0].reshape(28, 28))))]:
    check(name, np.array_equal(loaded(post("mnist/encode", body, NPY)), codes[:1]))
whole = np.arange(784).reshape(1, 784) % 2
for dtype in ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]:
    answer = loaded(post("mnist/encode", saved(whole.astype(dtype)), NPY))
    check(f"numbers of type {dtype}", np.array_equal(answer, results(
        "mnist/encode", {"inputs": whole.tolist()}, "mu", np.float32)))

# Without a header.
status, fields, body = post("mnist/encode", rows.tobytes(), FLOATS)
shape = [int(side) for side in fields["X-Elbo-Shape"].split(",")]
check("bare floats", np.array_equal(np.frombuffer(body, "<f4").reshape(shape), codes))
decoded = loaded(post("mnist/decode", codes.tobytes(), FLOATS, NPY))
check("codes", np.array_equal(decoded, results("mnist/decode", {"latents": codes.astype(float).tolist()}, "mean", np.float32)))
check("samples", np.array_equal(
    loaded(post("mnist/sample", {"count": 5, "seed": 3}, accept=NPY)),
    results("mnist/sample", {"count": 5, "seed": 3}, "sample", np.float32)))
check("the same bytes as numpy.save", post("mnist/encode", saved(rows), NPY)[2] == saved(codes))

# Of a table only codes and scores are numbers.
records = {"records": [
    json.load(open(f"models/examples/{name}.json"))["records"][0] for name in ("normal", "guess-password")]}
check("p-values of a table", np.array_equal(
    loaded(post("network-intrusion/score?output=p_value", records, accept=NPY)),
    results("network-intrusion/score", records, "p_value", np.float64)))

for name, expected, answer in [
    ("records of a table", 422, post("network-intrusion/score", saved(rows[:, :41]), NPY)),
    ("another width", 422, post("mnist/score", saved(rows[:, 1:]), NPY)),
    ("no number", 422, post("mnist/score", saved(np.full((1, 784), np.nan)), NPY)),
    ("beyond single precision", 422, post("mnist/score", saved(np.full((1, 784), 1e39)), NPY)),
    ("big-endian", 422, post("mnist/score", saved(rows.astype(">f4")), NPY)),
    ("complex", 422, post("mnist/score", saved(rows.astype("c8")), NPY)),
    ("objects", 422, post("mnist/score", saved(np.array([[None]]), allow_pickle=True), NPY)),
    ("nothing", 422, post("mnist/score", saved(rows[:0]), NPY)),
    ("cut short", 400, post("mnist/score", saved(rows)[:-1], NPY)),
]:
    check(f"refused: {name}", answer[0] == expected and b'"message":' in answer[2])
sys.exit(1 if failures else 0)
