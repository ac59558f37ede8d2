#!/usr/bin/env python3
"""Turns fixed binarised MNIST (rows of numpy.packbits, 98 bytes) into IDX images with pixels 0 and 255.

    packed_to_idx.py test10k_bin_seed777.packed test.idx
    elbo score models/mnist test.idx > /dev/null        # prints the mean −ELBO

Needs nothing but Python.
"""
import struct
import sys

packed = open(sys.argv[1], "rb").read()
rows = len(packed) // 98
pixels = bytes(255 if byte >> bit & 1 else 0 for byte in packed for bit in range(7, -1, -1))
with open(sys.argv[2], "wb") as out:
    out.write(struct.pack(">BBBBIII", 0, 0, 8, 3, rows, 28, 28) + pixels)
