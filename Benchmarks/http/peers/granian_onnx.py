"""Granian (HTTP in Rust, no framework), ONNX Runtime and orjson: about as lean as Python gets.

    MODELS=A,B,C WEIGHTS=FOLDER granian --interface rsgi --workers 2 granian_onnx:app

PARSER=simdjson takes pysimdjson instead of orjson, straight into a buffer. One thread a worker, since there are as many workers as cores.
Answers the same requests as Elbo; other fields are ignored.
"""
import os
import numpy as np
import onnxruntime
import orjson

INPUTS, LATENTS = {"A": 30, "B": 784, "C": 784}, {"A": 8, "B": 32, "C": 32}
HEADERS = [("content-type", "application/json")]

if os.environ.get("PARSER") == "simdjson":
    import simdjson
    parse = simdjson.Parser().parse

    def matrix(rows, columns):
        x = np.frombuffer(rows.as_buffer(of_type="d"), "f8").astype("f4")
        if x.size != len(rows) * columns: raise ValueError
        return x.reshape(-1, columns)
else:
    parse = orjson.loads

    def matrix(rows, columns):
        x = np.asarray(rows, "f4")
        if x.shape[1:] != (columns,): raise ValueError
        return x


class Model:
    def __init__(self, name):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = lambda part: onnxruntime.InferenceSession(f"{os.environ['WEIGHTS']}/{name}_{part}.onnx", options)
        self.encoder, self.decoder, self.scorer = map(session, ("enc", "dec", "score"))
        self.inputs, self.latents, self.noise = INPUTS[name], LATENTS[name], np.random.default_rng()

    def score(self, body):
        return {"scores": self.scorer.run(None, {"x": matrix(body["inputs"], self.inputs)})[0]}

    def encode(self, body):
        mu, sigma = self.encoder.run(None, {"x": matrix(body["inputs"], self.inputs)})
        return {"mu": mu, "sigma": sigma}

    def sample(self, body):
        z = self.noise.standard_normal((int(body["count"]), self.latents), "f4")
        return {"mean": self.decoder.run(None, {"z": z})[0]}


routes = {f"/v1/models/{name}/{operation}": getattr(model, operation) for name in os.environ["MODELS"].split(",")
          for model in [Model(name)] for operation in ("score", "encode", "sample")}


async def app(scope, protocol):
    answer = routes.get(scope.path)
    if answer is None: return protocol.response_empty(404, [])
    try: result = answer(parse(await protocol()))
    except (ValueError, KeyError, TypeError): return protocol.response_str(422, HEADERS, '{"error": "not such a body"}')
    protocol.response_bytes(200, HEADERS, orjson.dumps(result, option=orjson.OPT_SERIALIZE_NUMPY))
