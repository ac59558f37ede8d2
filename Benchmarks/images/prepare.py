#!/usr/bin/env python3
"""Cuts MNIST or Fashion-MNIST as the published likelihoods have them: 50,000 grey images to train on, and the fixed binarised
validation and test sets.

    prepare.py FOLDER OUT        # FOLDER holds train-images-idx3-ubyte.gz and {val,test}10k_bin_seed777.packed

Writes OUT/train.idx (the first 50,000 images, grey), OUT/validation.idx and OUT/test.idx (pixels 0 and 255). The packed files are
rows of numpy.packbits, 98 bytes each. Needs nothing but Python.
"""
import gzip
import os
import struct
import sys

SIDE, ROW = 28, 28 * 28


def write(path, rows, pixels):
    with open(path, "wb") as out:
        out.write(struct.pack(">BBBBIII", 0, 0, 8, 3, rows, SIDE, SIDE) + pixels)


def unpacked(path):
    packed = open(path, "rb").read()
    return bytes(255 if byte >> bit & 1 else 0 for byte in packed for bit in range(7, -1, -1))


folder, out = sys.argv[1:]
os.makedirs(out, exist_ok=True)
grey = gzip.open(f"{folder}/train-images-idx3-ubyte.gz").read()[16:]
write(f"{out}/train.idx", 50_000, grey[: 50_000 * ROW])
for name, file in [("validation", "val"), ("test", "test")]:
    pixels = unpacked(f"{folder}/{file}10k_bin_seed777.packed")
    write(f"{out}/{name}.idx", len(pixels) // ROW, pixels)
