// Transpositions in blocks of 16 × 16, in registers.

/// From each pair of vectors `by` apart, the lanes whose bit `by` is 0 and those where it is 1 change places.
#define EXCHANGE(by, low, high)                                                                                        \
    UNROLL for (int i = 0; i < LANES; i++) {                                                                           \
        if (i & (by)) continue;                                                                                        \
        vec a = x[i], b = x[i + (by)];                                                                                 \
        x[i] = __builtin_shufflevector(a, b, low);                                                                     \
        x[i + (by)] = __builtin_shufflevector(a, b, high);                                                             \
    }
#define LOW1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define HIGH1 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31
#define LOW2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define HIGH2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define LOW4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define HIGH4 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define LOW8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define HIGH8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31

/// Lane j of vector i and lane i of vector j change places.
INLINE void transpose_lanes(vec x[LANES]) {
    EXCHANGE(1, LOW1, HIGH1)
    EXCHANGE(2, LOW2, HIGH2)
    EXCHANGE(4, LOW4, HIGH4)
    EXCHANGE(8, LOW8, HIGH8)
}

/// The last block of a side reaches back over what is written already, with the same numbers.
static void transpose(const float *in, float *out, size_t r, size_t c) {
    if (r < LANES || c < LANES) {
        elbo_transpose(in, out, r, c);
        return;
    }
    for (size_t row = 0; row < r; row += LANES)
        for (size_t column = 0; column < c; column += LANES) {
            size_t i = at_most_size(row, r - LANES), j = at_most_size(column, c - LANES);
            vec x[LANES];
            UNROLL for (size_t k = 0; k < LANES; k++) x[k] = load(in + (i + k) * c + j);
            transpose_lanes(x);
            UNROLL for (size_t k = 0; k < LANES; k++) memcpy(out + (j + k) * r + i, &x[k], sizeof(vec));
        }
}
