// Philox4x32-10 (Salmon et al. 2011) on sixteen counters at once, and what is drawn from it.

typedef struct {
    uvec word[4];
} words16;

INLINE uvec high_product(uvec a, uint32_t b) {
    return __builtin_convertvector((__builtin_convertvector(a, u64vec) * (uint64_t)b) >> 32, uvec);
}

/// The words of counters first … first + 15.
INLINE words16 philox(elbo_noise s, uint32_t first) {
    const uvec lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    uvec c0 = lane + first, c1 = (uvec){0} + s.stream[0], c2 = (uvec){0} + s.stream[1], c3 = (uvec){0} + s.stream[2];
    uint32_t k0 = s.key[0], k1 = s.key[1];
    for (int round = 0; round < 10; round++) {
        uvec h0 = high_product(c0, 0xD2511F53u), l0 = c0 * 0xD2511F53u;
        uvec h1 = high_product(c2, 0xCD9E8D57u), l1 = c2 * 0xCD9E8D57u;
        c0 = h1 ^ c1 ^ k0;
        c1 = l1;
        c2 = h0 ^ c3 ^ k1;
        c3 = l0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return (words16){{c0, c1, c2, c3}};
}

/// Hands `emit` blocks of 64 numbers in stream order: number 4i + j comes from word j of counter i.
#define EACH_BLOCK(n) for (size_t i = 0; i < (n); i += 4 * LANES)

INLINE void words_in_order(words16 w, uint32_t *out) {
    for (int j = 0; j < 4; j++)
        for (int i = 0; i < LANES; i++) out[4 * i + j] = w.word[j][i];
}

static void words(elbo_noise stream, uint32_t *out, size_t n) {
    EACH_BLOCK(n) {
        uint32_t block[4 * LANES];
        words_in_order(philox(stream, (uint32_t)(i / 4)), block);
        memcpy(out + i, block, (n - i < 4 * LANES ? n - i : 4 * LANES) * sizeof *out);
    }
}

/// √(−2 ln u), u = (w + ½) / 2³²; near u = 1 through log1p of the complement, so that small radii keep their digits.
INLINE vec radius(uvec w) {
    ivec upper = (ivec)w < 0;
    ivec distance = (ivec)w ^ upper;
    vec v = (__builtin_convertvector(distance, vec) + 0.5f) * 0x1p-32f;
    vec log_u = select16(upper, log1p16(-v), log16(v));
    return __builtin_elementwise_sqrt(-2 * log_u);
}

/// The angle 2π (w + ½) / 2³² as a quarter turn and a rest in [−π/4, π/4].
INLINE void sine_cosine(uvec w, vec *sine, vec *cosine) {
    uvec quarter = (w + 0x20000000u) >> 30;
    ivec rest = (ivec)(w - (quarter << 30));
    vec angle = (__builtin_convertvector(rest, vec) + 0.5f) * 1.46291808e-9f; // 2π / 2³²
    vec s = sin_reduced(angle), c = cos_reduced(angle);
    ivec swap = -(ivec)(quarter & 1);
    ivec sine_sign = (ivec)((quarter & 2) << 30), cosine_sign = (ivec)(((quarter + 1) & 2) << 30);
    *sine = (vec)((ivec)select16(swap, c, s) ^ sine_sign);
    *cosine = (vec)((ivec)select16(swap, s, c) ^ cosine_sign);
}

static void normals(elbo_noise stream, float *out, size_t n) {
    EACH_BLOCK(n) {
        words16 w = philox(stream, (uint32_t)(i / 4));
        words16 z;
        for (int pair = 0; pair < 4; pair += 2) {
            vec r = radius(w.word[pair]), s, c;
            sine_cosine(w.word[pair + 1], &s, &c);
            z.word[pair] = (uvec)(r * c);
            z.word[pair + 1] = (uvec)(r * s);
        }
        uint32_t block[4 * LANES];
        words_in_order(z, block);
        memcpy(out + i, block, (n - i < 4 * LANES ? n - i : 4 * LANES) * sizeof *out);
    }
}

static void binarise(elbo_noise stream, const float *p, float *out, size_t n) {
    EACH_BLOCK(n) {
        uint32_t block[4 * LANES];
        words_in_order(philox(stream, (uint32_t)(i / 4)), block);
        size_t count = n - i < 4 * LANES ? n - i : 4 * LANES;
        for (size_t j = 0; j < count; j++) out[i + j] = (float)(block[j] >> 8) * 0x1p-24f < p[i + j] ? 1 : 0;
    }
}

/// 0 where a uniform number is below the rate, else x / (1 − rate).
static void dropout(elbo_noise stream, float rate, const float *x, float *y, size_t n) {
    float factor = 1 / (1 - rate);
    EACH_BLOCK(n) {
        uint32_t block[4 * LANES];
        words_in_order(philox(stream, (uint32_t)(i / 4)), block);
        size_t count = n - i < 4 * LANES ? n - i : 4 * LANES;
        for (size_t j = 0; j < count; j++) y[i + j] = (float)(block[j] >> 8) * 0x1p-24f < rate ? 0 : x[i + j] * factor;
    }
}
