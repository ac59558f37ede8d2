"""Writes the safetensors fixtures beside it. Needs: pip install safetensors numpy."""

import pathlib
import struct

import numpy
from safetensors.numpy import save_file

here = pathlib.Path(__file__).parent

save_file(
    {
        "decoder.0.weight": numpy.arange(6, dtype=numpy.float32).reshape(2, 3) / 4,
        "decoder.0.bias": numpy.array([-0.0, 1.5], dtype=numpy.float32),
        "half": numpy.array([0.1, -2.0, 65504.0, 6e-8], dtype=numpy.float16),
        "double": numpy.array([0.5, 1e300], dtype=numpy.float64),
        "exact": numpy.array([0.5, -3.0], dtype=numpy.float64),
        "steps": numpy.array([-1, 2**62], dtype=numpy.int64),
        "mask": numpy.array([[1, 0, 255]], dtype=numpy.uint8),
        "scalar": numpy.array(7.25, dtype=numpy.float32),
        "empty": numpy.zeros((0, 4), dtype=numpy.float32),
    },
    here / "numpy.safetensors",
    metadata={"format": "np", "note": "é \"quoted\""},
)

# numpy has no bfloat16: the upper halves of binary32, and a header of odd length, so that the data is misaligned.
data = struct.pack("<3H", 0x3F80, 0xC049, 0x7F80)
header = b'{"bfloat":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]}}'
header += b" " * (1 - len(header) % 2)
(here / "bfloat16.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + data)
