// c += aᵀ b, both sides as they lie: the gradient of a weight from rows of inputs and rows of errors. An output's one accumulator
// goes to c and back between blocks of rows, so neither the blocks nor the calls change a bit.

/// Rows of b that one copied strip holds: it stays in the first-level cache while all rows of c take their terms from it.
#define OUTER_ROWS 128

/// c[r, v] += Σₚ a[p, r] b[p, v] for ROWS rows of c and the 2 · WIDTH columns of a copied strip.
INLINE void outer_tile(int rows, const float *a, size_t a_stride, const float *strip, size_t count, float *c, size_t c_stride) {
    reg sum[12][2];
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int v = 0; v < 2; v++) memcpy(&sum[r][v], c + (size_t)r * c_stride + (size_t)v * WIDTH, sizeof(reg));
    for (size_t p = 0; p < count; p++) {
        reg right[2];
        UNROLL for (int v = 0; v < 2; v++) memcpy(&right[v], strip + p * 2 * WIDTH + (size_t)v * WIDTH, sizeof(reg));
        UNROLL for (int r = 0; r < rows; r++) {
            reg left = (reg){0} + a[p * a_stride + (size_t)r];
            UNROLL for (int v = 0; v < 2; v++) sum[r][v] = fma_reg(left, right[v], sum[r][v]);
        }
    }
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int v = 0; v < 2; v++) memcpy(c + (size_t)r * c_stride + (size_t)v * WIDTH, &sum[r][v], sizeof(reg));
}

typedef void (*outer_function)(const float *a, size_t a_stride, const float *strip, size_t count, float *c, size_t c_stride);

#define OUTER(ROWS)                                                                                                    \
    static void outer_##ROWS(const float *a, size_t a_stride, const float *strip, size_t count, float *c,              \
                             size_t c_stride) {                                                                        \
        outer_tile(ROWS, a, a_stride, strip, count, c, c_stride);                                                      \
    }

OUTER(1) OUTER(2) OUTER(3) OUTER(4) OUTER(5) OUTER(6)
#if TILE_ROWS == 12
OUTER(7) OUTER(8) OUTER(9) OUTER(10) OUTER(11) OUTER(12)
#endif

static const outer_function outer_tiles[TILE_ROWS] = {
    outer_1, outer_2, outer_3, outer_4, outer_5, outer_6,
#if TILE_ROWS == 12
    outer_7, outer_8, outer_9, outer_10, outer_11, outer_12,
#endif
};

/// A tile at the right border goes through a buffer, so that nothing is read or written past the last column.
static void border_outer(outer_function f, size_t rows, size_t columns, const float *a, size_t a_stride, const float *strip,
                         size_t count, float *c, size_t c_stride) {
    float buffer[12 * 2 * WIDTH] = {0};
    for (size_t r = 0; r < rows; r++) memcpy(buffer + r * 2 * WIDTH, c + r * c_stride, columns * sizeof(float));
    f(a, a_stride, strip, count, buffer, 2 * WIDTH);
    for (size_t r = 0; r < rows; r++) memcpy(c + r * c_stride, buffer + r * 2 * WIDTH, columns * sizeof(float));
}

/// One strip of at most 2 · WIDTH columns of c, `count` rows of a and b.
static void outer_strip(const float *a, const float *strip, float *c, size_t count, size_t columns, size_t m, size_t n) {
    for (size_t i = 0; i < m; i += TILE_ROWS) {
        size_t rows = m - i < TILE_ROWS ? m - i : TILE_ROWS;
        outer_function f = outer_tiles[rows - 1];
        if (columns == 2 * WIDTH) f(a + i, m, strip, count, c + i * n, n);
        else border_outer(f, rows, columns, a + i, m, strip, count, c + i * n, n);
    }
}

static void add_outer(const float *a, const float *b, float *c, size_t k, size_t m, size_t n) {
    float strip[OUTER_ROWS * 2 * WIDTH] = {0};
    for (size_t p = 0; p < k; p += OUTER_ROWS) {
        size_t count = k - p < OUTER_ROWS ? k - p : OUTER_ROWS;
        for (size_t j = 0; j < n; j += 2 * WIDTH) {
            size_t columns = n - j < 2 * WIDTH ? n - j : 2 * WIDTH;
            for (size_t i = 0; i < count; i++)
                memcpy(strip + i * 2 * WIDTH, b + (p + i) * n + j, columns * sizeof(float));
            outer_strip(a + p * m, strip, c + j, count, columns, m, n);
        }
    }
}
