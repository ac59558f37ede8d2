// The matrix product: tiles of ROWS × NV vectors of accumulators in registers, k in order, one FMA per term.
// The instantiating file chooses WIDTH (lanes of a register), TILE_ROWS and ROWS_FOR_WIDE (few rows: more panels at once, so
// that enough independent accumulators hide the latency of the FMA).

typedef float reg __attribute__((vector_size(WIDTH * 4)));

#if ELBO_HARDWARE_FMA || defined(__FP_FAST_FMAF)
INLINE reg fma_reg(reg a, reg b, reg c) { return __builtin_elementwise_fma(a, b, c); }
#else
INLINE reg fma_reg(reg a, reg b, reg c) {
    vec x = {0}, y = {0}, z = {0};
    memcpy(&x, &a, sizeof a);
    memcpy(&y, &b, sizeof b);
    memcpy(&z, &c, sizeof c);
    z = fma_exact(x, y, z);
    memcpy(&c, &z, sizeof c);
    return c;
}
#endif

typedef int32_t ireg __attribute__((vector_size(WIDTH * 4)));
typedef uint32_t ureg __attribute__((vector_size(WIDTH * 4)));

/// As `activation_value`: what is below zero becomes zero, NaN stays.
INLINE reg relu_reg(reg x) { return (reg)((ireg)x & ~(ireg)(x < 0)); }

/// x in every lane. Taking zero away changes nothing, so the compiler leaves it out; adding zero would make −0 to 0, and it may not.
INLINE reg splat(float x) { return x - (reg){0}; }

/// A finished sum. Adding zero makes −0 to 0, so that terms of zero may be left out without a trace.
INLINE reg finished(reg sum, int relu) { return relu ? relu_reg(sum + 0.0f) : sum + 0.0f; }

#define UNROLL _Pragma("clang loop unroll(full)")

// Weights are floats, or (`bf16`) two bfloat16 in the room of one float: the word at j of a panel's row holds output j in its low
// half and output j + 16 in its high half, so that one shift or one mask makes floats of it. All that follows has `bf16` as a constant.

/// Words of a panel's row of weights.
#define ROW_WORDS(bf16) ((bf16) ? ELBO_PANEL / 2 : ELBO_PANEL)

/// The panel of a column: its row of biases, [ELBO_PANEL] floats, and behind it the k rows of weights.
INLINE const float *panel_at(int bf16, const float *packed, size_t column, size_t k) {
    return packed + column / ELBO_PANEL * (ELBO_PANEL + k * ROW_WORDS(bf16));
}

/// A vector of weights of a panel's row, as floats, from its output `from` on.
INLINE reg weights_of(int bf16, const float *row, size_t from) {
    ureg words;
    memcpy(&words, row + (bf16 ? from % ROW_WORDS(1) : from), sizeof words);
    if (!bf16) return (reg)words;
    return (reg)(from < ROW_WORDS(1) ? words << 16 : words & 0xffff0000u);
}

/// Whether vector v of a tile begins a line of the cache, 64 bytes, within a row of weights.
#define BEGINS_LINE(bf16, v) ((v) * WIDTH % ((bf16) ? ELBO_PANEL : ELBO_PANEL / 2) == 0)

/// A tile of so few rows waits for the weights, which lie beyond the second-level cache: it asks for them so many rows ahead. What lies
/// behind the last panel is asked for in vain.
#define FEW_ROWS (TILE_ROWS / 2)
#define FETCHED_AHEAD 32

/// Columns [column, column + nv·WIDTH) of the rows a[0…rows); of bfloat16 whole panels.
INLINE void tile(int bf16, int rows, int nv, const float *a, const float *packed, size_t column, size_t k, float *c,
                 size_t stride, int relu) {
    reg sum[12][8];
    const float *b[8];
    size_t from[8];
    UNROLL for (int v = 0; v < nv; v++) {
        size_t at = column + (size_t)v * WIDTH;
        from[v] = (bf16 ? (size_t)v * WIDTH : at) % ELBO_PANEL;
        b[v] = panel_at(bf16, packed, at, k);
        UNROLL for (int r = 0; r < rows; r++) memcpy(&sum[r][v], b[v] + from[v], sizeof(reg));
        b[v] += ELBO_PANEL;
    }
    for (size_t p = 0; p < k; p++) {
        UNROLL for (int v = 0; v < nv; v++)
            if (rows <= FEW_ROWS && BEGINS_LINE(bf16, v))
                __builtin_prefetch(b[v] + (p + FETCHED_AHEAD) * ROW_WORDS(bf16) + from[v]);
        reg weight[8];
        UNROLL for (int v = 0; v < nv; v++) weight[v] = weights_of(bf16, b[v] + p * ROW_WORDS(bf16), from[v]);
        UNROLL for (int r = 0; r < rows; r++) {
            reg input = splat(a[(size_t)r * k + p]);
            UNROLL for (int v = 0; v < nv; v++) sum[r][v] = fma_reg(input, weight[v], sum[r][v]);
        }
    }
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int v = 0; v < nv; v++) {
            reg y = finished(sum[r][v], relu);
            memcpy(c + (size_t)r * stride + (size_t)v * WIDTH, &y, sizeof(reg));
        }
}

typedef void (*tile_function)(const float *a, const float *packed, size_t column, size_t k, float *c, size_t stride,
                              int relu);

#define TILE_OF(NAME, BF16, ROWS, NV)                                                                                  \
    static void NAME(const float *a, const float *packed, size_t column, size_t k, float *c, size_t stride,            \
                     int relu) {                                                                                       \
        tile(BF16, ROWS, NV, a, packed, column, k, c, stride, relu);                                                   \
    }
#define TILE(ROWS, NV) TILE_OF(tile_##ROWS##_##NV, 0, ROWS, NV)
/// Of bfloat16: one panel, and eight vectors for few rows.
#define PANEL_TILE(ROWS) TILE_OF(panel_tile_##ROWS, 1, ROWS, ELBO_PANEL / WIDTH)
#define WIDE_PANEL_TILE(ROWS) TILE_OF(wide_panel_tile_##ROWS, 1, ROWS, 8)

TILE(1, 8) TILE(2, 8) TILE(3, 8)
WIDE_PANEL_TILE(1) WIDE_PANEL_TILE(2) WIDE_PANEL_TILE(3)
#define NARROW_TILES(ROWS) TILE(ROWS, 1) TILE(ROWS, 2)
NARROW_TILES(1) NARROW_TILES(2) NARROW_TILES(3) NARROW_TILES(4) NARROW_TILES(5) NARROW_TILES(6)
PANEL_TILE(1) PANEL_TILE(2)
#if TILE_ROWS == 12
NARROW_TILES(7) NARROW_TILES(8) NARROW_TILES(9) NARROW_TILES(10) NARROW_TILES(11) NARROW_TILES(12)
PANEL_TILE(3) PANEL_TILE(4) PANEL_TILE(5) PANEL_TILE(6) PANEL_TILE(7) PANEL_TILE(8) PANEL_TILE(9)
PANEL_TILE(10) PANEL_TILE(11) PANEL_TILE(12)
#endif

static const tile_function narrow_tiles[TILE_ROWS] = {
    tile_1_2, tile_2_2, tile_3_2, tile_4_2, tile_5_2, tile_6_2,
#if TILE_ROWS == 12
    tile_7_2, tile_8_2, tile_9_2, tile_10_2, tile_11_2, tile_12_2,
#endif
};
/// For the last columns, where they are one vector or less.
static const tile_function half_tiles[TILE_ROWS] = {
    tile_1_1, tile_2_1, tile_3_1, tile_4_1, tile_5_1, tile_6_1,
#if TILE_ROWS == 12
    tile_7_1, tile_8_1, tile_9_1, tile_10_1, tile_11_1, tile_12_1,
#endif
};
static const tile_function wide_tiles[3] = {tile_1_8, tile_2_8, tile_3_8};

/// A panel is more vectors where they are narrower, and then fewer rows have room in the registers.
#define PANEL_TILE_ROWS (TILE_ROWS == 12 ? 12 : 2)
static const tile_function panel_tiles[PANEL_TILE_ROWS] = {
    panel_tile_1, panel_tile_2,
#if TILE_ROWS == 12
    panel_tile_3, panel_tile_4, panel_tile_5, panel_tile_6, panel_tile_7, panel_tile_8, panel_tile_9, panel_tile_10,
    panel_tile_11, panel_tile_12,
#endif
};
static const tile_function wide_panel_tiles[3] = {wide_panel_tile_1, wide_panel_tile_2, wide_panel_tile_3};

/// Rows that share one pass over the weights: their inputs stay in the second-level cache.
#define BLOCK_ROWS 96

/// A tile at the right border goes through a buffer, so that nothing is written past column n.
static void border_tile(tile_function f, size_t rows, size_t width, const float *a, const float *packed, size_t column,
                        size_t n, size_t k, float *c, int relu) {
    float buffer[12 * 2 * LANES + 3 * 8 * LANES];
    f(a, packed, column, k, buffer, width, relu);
    for (size_t r = 0; r < rows; r++) memcpy(c + r * n + column, buffer + r * width, (n - column) * sizeof(float));
}

static void activate(elbo_activation f, const float *x, float *y, size_t n);

/// Tiles of one size.
typedef struct {
    const tile_function *functions;
    size_t rows, width;
} tile_kind;

/// `rows` rows of one tile, the columns from `column` on.
INLINE void product_tile(tile_kind kind, const float *a, const float *packed, float *c, size_t rows, size_t column, size_t n,
                         size_t k, elbo_activation f) {
    size_t columns = n - column < kind.width ? n - column : kind.width;
    int relu = f == ELBO_RELU;
    tile_function compute = kind.functions[rows - 1];
    if (columns == kind.width) compute(a, packed, column, k, c + column, n, relu);
    else border_tile(compute, rows, kind.width, a, packed, column, n, k, c, relu);
    if (f == ELBO_IDENTITY || relu) return;
    for (size_t r = 0; r < rows; r++) activate(f, c + r * n + column, c + r * n + column, columns);
}

/// Weights that stay in the second-level cache, 512 KiB, while all rows of a block go over them. Within them the rows of a tile,
/// which stay in the first-level cache, meet one panel after the other.
#define GROUP_NUMBERS (1 << 17)

/// All rows of one block for the columns [from, to), in tiles of nearly the same size.
static void product_columns(tile_kind kind, const float *a, const float *packed, float *c, size_t rows, size_t from, size_t to,
                            size_t n, size_t k, elbo_activation f) {
    size_t pieces = (rows + kind.rows - 1) / kind.rows, strips = GROUP_NUMBERS / ((k + 1) * kind.width);
    size_t group = (strips > 0 ? strips : 1) * kind.width;
    for (; from < to; from += group)
        for (size_t piece = 0; piece < pieces; piece++) {
            size_t i = rows * piece / pieces, count = rows * (piece + 1) / pieces - i;
            for (size_t column = from; column < to && column < from + group; column += kind.width)
                product_tile(kind, a + i * k, packed, c + i * n, count, column, n, k, f);
        }
}

/// So many inputs ahead in the list, weights are asked for.
#define LISTED_AHEAD 8

/// Terms of a row that a list of its nonzero inputs has room for.
#define LISTED_TERMS 4096

/// Columns [column, column + 8 · WIDTH) of one row, from the inputs that `list` names.
INLINE void listed_tile(int bf16, const float *a, const uint32_t *list, size_t count, const float *packed, size_t column,
                        size_t k, float *c, int relu) {
    reg sum[8];
    const float *b[8];
    UNROLL for (int v = 0; v < 8; v++) {
        b[v] = panel_at(bf16, packed, column + (size_t)v * WIDTH, k);
        memcpy(&sum[v], b[v] + (size_t)v * WIDTH % ELBO_PANEL, sizeof(reg));
        b[v] += ELBO_PANEL;
    }
    for (size_t q = 0; q < count; q++) {
        reg input = splat(a[list[q]]);
        size_t row = (size_t)list[q] * ROW_WORDS(bf16), later = (size_t)list[q + LISTED_AHEAD] * ROW_WORDS(bf16);
        UNROLL for (int v = 0; v < 8; v++) {
            size_t from = (size_t)v * WIDTH % ELBO_PANEL;
            if (BEGINS_LINE(bf16, v)) __builtin_prefetch(b[v] + later + from);
            sum[v] = fma_reg(input, weights_of(bf16, b[v] + row, from), sum[v]);
        }
    }
    UNROLL for (int v = 0; v < 8; v++) {
        reg y = finished(sum[v], relu);
        memcpy(c + (size_t)v * WIDTH, &y, sizeof(reg));
    }
}

/// One row, whole wide tiles up to `to`. The weights of its zeros, half of them behind a ReLU, are not even read: a row alone
/// waits for the memory, not for the arithmetic. Weights are finite, so what is left out is zero.
INLINE void product_listed(int bf16, const float *a, const float *packed, float *c, size_t to, size_t k, elbo_activation f) {
    uint32_t list[LISTED_TERMS + LISTED_AHEAD];
    size_t count = 0;
    for (size_t p = 0; p < k; p++) {
        list[count] = (uint32_t)p;
        count += a[p] != 0;
    }
    for (size_t q = count; q < count + LISTED_AHEAD; q++) list[q] = (uint32_t)k - 1;
    for (size_t column = 0; column < to; column += 8 * WIDTH)
        listed_tile(bf16, a, list, count, packed, column, k, c + column, f == ELBO_RELU);
    if (f != ELBO_IDENTITY && f != ELBO_RELU) activate(f, c, c, to);
}

/// Few rows: the columns that wide tiles take, from the first on; returns their end. A wide tile may read whole panels only, and
/// the last panel is padded, so n is rounded up to a panel.
INLINE size_t product_wide(int bf16, const tile_function *tiles, const float *a, const float *packed, float *c, size_t m,
                           size_t n, size_t k, elbo_activation f) {
    size_t padded = (n + ELBO_PANEL - 1) / ELBO_PANEL * ELBO_PANEL, at = padded / (8 * WIDTH) * (8 * WIDTH);
    if (m == 1 && at <= n && k > 0 && k <= LISTED_TERMS) product_listed(bf16, a, packed, c, at, k, f);
    else product_columns((tile_kind){tiles, ROWS_FOR_WIDE, 8 * WIDTH}, a, packed, c, m, 0, at, n, k, f);
    return at;
}

static void product_block(const float *a, const float *packed, float *c, size_t m, size_t n, size_t k, elbo_activation f) {
    size_t at = m <= ROWS_FOR_WIDE ? product_wide(0, wide_tiles, a, packed, c, m, n, k, f) : 0;
    if (at >= n) return;
    size_t half = at + (n - at + WIDTH - 1) / (2 * WIDTH) * (2 * WIDTH);
    product_columns((tile_kind){narrow_tiles, TILE_ROWS, 2 * WIDTH}, a, packed, c, m, at, half, n, k, f);
    if (half < n) product_columns((tile_kind){half_tiles, TILE_ROWS, WIDTH}, a, packed, c, m, half, n, n, k, f);
}

static void product_block_bf16(const float *a, const float *packed, float *c, size_t m, size_t n, size_t k,
                               elbo_activation f) {
    size_t at = m <= ROWS_FOR_WIDE ? product_wide(1, wide_panel_tiles, a, packed, c, m, n, k, f) : 0;
    if (at < n) product_columns((tile_kind){panel_tiles, PANEL_TILE_ROWS, ELBO_PANEL}, a, packed, c, m, at, n, n, k, f);
}

static void product(const float *a, const float *packed, float *c, size_t m, size_t n, size_t k, elbo_activation f) {
    for (size_t i = 0; i < m; i += BLOCK_ROWS)
        product_block(a + i * k, packed, c + i * n, m - i < BLOCK_ROWS ? m - i : BLOCK_ROWS, n, k, f);
}

static void product_bf16(const float *a, const float *packed, float *c, size_t m, size_t n, size_t k, elbo_activation f) {
    for (size_t i = 0; i < m; i += BLOCK_ROWS)
        product_block_bf16(a + i * k, packed, c + i * n, m - i < BLOCK_ROWS ? m - i : BLOCK_ROWS, n, k, f);
}
