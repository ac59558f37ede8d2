#!/usr/bin/env python3
"""Writes PNGs of many kinds with zlib and struct alone, beside the pixels that they must be read as: one line each of
name, width, height, channels, pixels and PNG (both in hexadecimal). make.py > pictures.txt"""
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, depth):
    """A row's samples, packed."""
    if depth == 16:
        return b"".join(struct.pack(">H", s) for s in samples)
    bits = "".join(format(s, f"0{depth}b") for s in samples)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def filtered(kind, row, before, step):
    """ISO/IEC 15948 §9.2"""
    result = []
    for i, x in enumerate(row):
        a, b, c = row[i - step] if i >= step else 0, before[i], before[i - step] if i >= step else 0
        result.append((x - [0, a, b, (a + b) // 2, paeth(a, b, c)][kind]) % 256)
    return bytes([kind]) + bytes(result)


def image(rows, depth, colour):
    """The filtered rows, a filter after the other."""
    step = max(1, CHANNELS[colour] * depth // 8)
    result, before = b"", None
    for y, row in enumerate(rows):
        data = packed([s for pixel in row for s in pixel], depth)
        result += filtered(y % 5, data, before or bytes(len(data)), step)
        before = data
    return result


def png(rows, depth, colour, extra=b"", interlaced=False):
    width, height = len(rows[0]), len(rows)
    passes = [rows]
    if interlaced:
        passes = [[row[x::dx] for row in rows[y::dy]] for x, y, dx, dy in ADAM7]
    data = b"".join(image([r for r in p if r], depth, colour) for p in passes)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    packed_data = zlib.compress(data, 9)
    half = len(packed_data) // 2
    idat = chunk(b"IDAT", packed_data[:half]) + chunk(b"IDAT", packed_data[half:])
    return SIGNATURE + chunk(b"IHDR", header) + extra + idat + chunk(b"IEND", b"")


def noise(count, most, seed):
    x, result = seed, []
    for _ in range(count):
        x = (x * 1103515245 + 12345) % (1 << 31)
        result.append((x >> 8) % (most + 1))
    return result


def to8(sample, depth):
    return (sample * 255 * 2 + (1 << depth) - 1) // (2 * ((1 << depth) - 1))


def seen(pixel, depth, colour):
    """What a pixel is read as: 8 bits, on black."""
    bytes8 = [to8(s, depth) for s in pixel]
    if colour in (4, 6):
        return [(c * bytes8[-1] + 127) // 255 for c in bytes8[:-1]]
    return bytes8


def main():
    def emit(name, rows, pixels, channels, data):
        print(name, len(rows[0]), len(rows), channels, bytes(pixels).hex(), data.hex())

    kinds = [(0, d) for d in (1, 2, 4, 8, 16)] + [(c, d) for c in (2, 4, 6) for d in (8, 16)]
    for colour, depth in kinds:
        for interlaced in (False, True):
            for width, height in ((5, 7), (1, 1), (9, 3)):
                n = CHANNELS[colour]
                samples = noise(width * height * n, (1 << depth) - 1, colour * 100 + depth + width)
                pixels = [samples[i : i + n] for i in range(0, len(samples), n)]
                rows = [pixels[y * width : (y + 1) * width] for y in range(height)]
                flat = [s for pixel in pixels for s in seen(pixel, depth, colour)]
                name = f"colour{colour}-depth{depth}{'-interlaced' if interlaced else ''}"
                channels = 1 if colour in (0, 4) else 3
                emit(name, rows, flat, channels, png(rows, depth, colour, interlaced=interlaced))
    palette = noise(16 * 3, 255, 5)
    alpha = noise(10, 255, 6)
    for depth in (1, 2, 4, 8):
        count = min(1 << depth, 16)
        samples = noise(35, count - 1, depth)
        rows = [[[s] for s in samples[y * 5 : (y + 1) * 5]] for y in range(7)]
        plte = chunk(b"PLTE", bytes(palette[: 3 * count]))
        flat = [c for s in samples for c in palette[3 * s : 3 * s + 3]]
        emit(f"palette-depth{depth}", rows, flat, 3, png(rows, depth, 3, plte))
        some = alpha[: min(count, 10)]
        full = some + [255] * (count - len(some))
        flat = [(c * full[s] + 127) // 255 for s in samples for c in palette[3 * s : 3 * s + 3]]
        emit(f"palette-alpha-depth{depth}", rows, flat, 3, png(rows, depth, 3, plte + chunk(b"tRNS", bytes(some))))
    # One grey that stands for nothing; a gamma and a text of which nothing is made.
    samples = noise(35, 255, 8)
    rows = [[[s] for s in samples[y * 5 : (y + 1) * 5]] for y in range(7)]
    flat = [0 if s == samples[3] else s for s in samples]
    emit("transparent-grey", rows, flat, 1, png(rows, 8, 0, chunk(b"tRNS", struct.pack(">H", samples[3]))))
    text = chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"zTXt", b"a\0\0" + zlib.compress(b"b" * 100000))
    emit("gamma-and-text", rows, samples, 1, png(rows, 8, 0, text))


main()
