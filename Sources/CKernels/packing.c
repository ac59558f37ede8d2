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

void elbo_transpose(const float *in, float *out, size_t r, size_t c) {
    enum { BLOCK = 16 };
    for (size_t i0 = 0; i0 < r; i0 += BLOCK)
        for (size_t j0 = 0; j0 < c; j0 += BLOCK)
            for (size_t i = i0; i < smaller(r, i0 + BLOCK); i++)
                for (size_t j = j0; j < smaller(c, j0 + BLOCK); j++) out[j * r + i] = in[i * c + j];
}
