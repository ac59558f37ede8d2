#include "CKernels.h"
#include <string.h>

size_t elbo_packed_count(size_t n, size_t k) { return (n + ELBO_PANEL - 1) / ELBO_PANEL * (k + 1) * ELBO_PANEL; }

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/// The row of biases that starts a panel.
static void pack_bias(const float *bias, float *row, size_t count) {
    memset(row, 0, ELBO_PANEL * sizeof *row);
    if (bias) memcpy(row, bias, count * sizeof *row);
}

void elbo_pack_transposed(const float *weight, const float *bias, float *packed, size_t n, size_t k) {
    for (size_t first = 0; first < n; first += ELBO_PANEL) {
        float *panel = packed + first * (k + 1);
        size_t count = smaller(ELBO_PANEL, n - first);
        pack_bias(bias ? bias + first : NULL, panel, count);
        panel += ELBO_PANEL;
        for (size_t p0 = 0; p0 < k; p0 += 16) {
            size_t p1 = smaller(k, p0 + 16);
            for (size_t j = 0; j < count; j++)
                for (size_t p = p0; p < p1; p++) panel[p * ELBO_PANEL + j] = weight[(first + j) * k + p];
            for (size_t j = count; j < ELBO_PANEL; j++)
                for (size_t p = p0; p < p1; p++) panel[p * ELBO_PANEL + j] = 0;
        }
    }
}

void elbo_pack(const float *matrix, float *packed, size_t n, size_t k) {
    for (size_t first = 0; first < n; first += ELBO_PANEL) {
        float *panel = packed + first * (k + 1);
        size_t count = smaller(ELBO_PANEL, n - first);
        pack_bias(NULL, panel, 0);
        for (size_t p = 0; p < k; p++) {
            float *row = panel + (p + 1) * ELBO_PANEL;
            memcpy(row, matrix + p * n + first, count * sizeof *row);
            memset(row + count, 0, (ELBO_PANEL - count) * sizeof *row);
        }
    }
}

size_t elbo_packed_bf16_count(size_t n, size_t k) {
    return (n + ELBO_PANEL - 1) / ELBO_PANEL * (ELBO_PANEL + k * ELBO_PANEL / 2);
}

/// The upper half of x, rounded to nearest, ties to even; what would become infinite stays the largest number. Not for NaN.
static uint32_t bfloat16(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    return (rounded & 0x7fff) < 0x7f80 ? rounded : bits >> 16;
}

void elbo_pack_bf16(const float *weight, const float *bias, float *packed, size_t n, size_t k) {
    enum { HALF = ELBO_PANEL / 2 };
    for (size_t first = 0; first < n; first += ELBO_PANEL) {
        size_t count = smaller(ELBO_PANEL, n - first);
        pack_bias(bias ? bias + first : NULL, packed, count);
        packed += ELBO_PANEL;
        for (size_t p = 0; p < k; p++, packed += HALF) {
            uint32_t words[HALF] = {0};
            for (size_t j = 0; j < count; j++) words[j % HALF] |= bfloat16(weight[(first + j) * k + p]) << (j / HALF * 16);
            memcpy(packed, words, sizeof words);
        }
    }
}

/// The weights of the place (i, j) of the kernel as `inputs` rows of the panel from channel `first` on.
static void pack_tap(elbo_windows w, size_t inputs, const float *weight, size_t i, size_t j, size_t first, float *rows) {
    size_t count = smaller(ELBO_PANEL, w.channels - first), k = w.kernel.height * w.kernel.width * w.channels;
    const float *tap = weight + (i * w.kernel.width + j) * w.channels + first;
    for (size_t input = 0; input < inputs; input++, rows += ELBO_PANEL, tap += k) {
        memcpy(rows, tap, count * sizeof *rows);
        memset(rows + count, 0, (ELBO_PANEL - count) * sizeof *rows);
    }
}

void elbo_pack_phases(elbo_windows w, size_t inputs, const float *weight, const float *bias, float *packed) {
    for (size_t i = 0; i < w.stride.height; i++)
        for (size_t j = 0; j < w.stride.width; j++)
            for (size_t first = 0; first < w.channels; first += ELBO_PANEL) {
                pack_bias(bias + first, packed, smaller(ELBO_PANEL, w.channels - first));
                packed += ELBO_PANEL;
                // The places of the input go up as those of the kernel go down.
                for (size_t p = w.kernel.height + i; p >= w.stride.height + i;) {
                    p -= w.stride.height;
                    for (size_t q = w.kernel.width + j; q >= w.stride.width + j;) {
                        q -= w.stride.width;
                        pack_tap(w, inputs, weight, p, q, first, packed);
                        packed += inputs * ELBO_PANEL;
                    }
                }
            }
}

typedef float quad __attribute__((vector_size(16)));

/// Four by four, in registers.
static void transpose_quads(const float *in, size_t in_stride, float *out, size_t out_stride) {
    quad a, b, c, d;
    memcpy(&a, in, sizeof a);
    memcpy(&b, in + in_stride, sizeof b);
    memcpy(&c, in + 2 * in_stride, sizeof c);
    memcpy(&d, in + 3 * in_stride, sizeof d);
    quad ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    quad low[2] = {__builtin_shufflevector(ab, cd, 0, 1, 4, 5), __builtin_shufflevector(ab, cd, 2, 3, 6, 7)};
    ab = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    cd = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    quad high[2] = {__builtin_shufflevector(ab, cd, 0, 1, 4, 5), __builtin_shufflevector(ab, cd, 2, 3, 6, 7)};
    for (size_t i = 0; i < 2; i++) {
        memcpy(out + i * out_stride, &low[i], sizeof(quad));
        memcpy(out + (i + 2) * out_stride, &high[i], sizeof(quad));
    }
}

/// One block of at most BLOCK rows and columns.
static void transpose_block(const float *in, float *out, size_t rows, size_t columns, size_t r, size_t c) {
    size_t whole_rows = rows / 4 * 4, whole_columns = columns / 4 * 4;
    for (size_t i = 0; i < whole_rows; i += 4)
        for (size_t j = 0; j < whole_columns; j += 4) transpose_quads(in + i * c + j, c, out + j * r + i, r);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = i < whole_rows ? whole_columns : 0; j < columns; j++) out[j * r + i] = in[i * c + j];
}

void elbo_transpose(const float *in, float *out, size_t r, size_t c) {
    enum { BLOCK = 16 };
    for (size_t i = 0; i < r; i += BLOCK)
        for (size_t j = 0; j < c; j += BLOCK)
            transpose_block(in + i * c + j, out + j * r + i, smaller(BLOCK, r - i), smaller(BLOCK, c - j), r, c);
}
