// Sixteen lanes of float under every instruction set: the compiler splits them where registers are narrower, so lane i of
// every table sees the same operations in the same order.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define LANES 16

typedef float vec __attribute__((vector_size(64)));
typedef int32_t ivec __attribute__((vector_size(64)));
typedef uint32_t uvec __attribute__((vector_size(64)));
typedef uint64_t u64vec __attribute__((vector_size(128)));
typedef double dvec __attribute__((vector_size(128)));
typedef int64_t i64vec __attribute__((vector_size(128)));

#pragma STDC FP_CONTRACT OFF
#pragma clang diagnostic ignored "-Wpsabi" // every function that takes a vector is inlined: no call crosses the ABI

#if ELBO_HARDWARE_FMA || defined(__FP_FAST_FMAF)
#define fma16(a, b, c) __builtin_elementwise_fma((vec)(a), (vec)(b), (vec)(c))
#else
#define fma16(a, b, c) fma_exact((vec)(a), (vec)(b), (vec)(c))
#endif

/// a·b + c rounded once, without an FMA instruction: the product of two floats is exact in double; the sum is rounded to odd
/// there, so that the second rounding to float is the only one that counts (Boldo and Melquiond 2008, "Emulation of a FMA").
INLINE vec fma_exact(vec a, vec b, vec c) {
    dvec p = __builtin_convertvector(a, dvec) * __builtin_convertvector(b, dvec);
    dvec d = __builtin_convertvector(c, dvec);
    dvec s = p + d;
    dvec t = s - p;
    dvec e = (p - (s - t)) + (d - t);
    i64vec bits = (i64vec)s;
    i64vec inexact = (i64vec)((e < 0) | (e > 0));
    i64vec even = (bits & 1) - 1;
    i64vec away = (i64vec)((e < 0) == (s < 0));
    i64vec step = (away & 1) * 2 - 1;
    bits += step & inexact & even;
    return __builtin_convertvector((dvec)bits, vec);
}

INLINE vec all(float x) { return (vec){0} + x; }

INLINE vec load(const float *p) {
    vec x;
    memcpy(&x, p, sizeof x);
    return x;
}

/// The first n lanes from memory, zero in the others.
INLINE vec load_first(const float *p, size_t n) {
    if (n >= LANES) return load(p);
#if HAS_MASKS
    return (vec)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
#else
    vec x = {0};
    memcpy(&x, p, n * sizeof(float));
    return x;
#endif
}

INLINE void store_first(float *p, vec x, size_t n) {
#if HAS_MASKS
    _mm512_mask_storeu_ps(p, (__mmask16)(n < LANES ? (1u << n) - 1 : 0xffff), (__m512)x);
#else
    memcpy(p, &x, (n < LANES ? n : LANES) * sizeof(float));
#endif
}

/// Lanes from p + offset each; lanes that are not wanted may repeat an offset.
INLINE vec gather(const float *p, ivec offset) {
#if HAS_MASKS
    return (vec)_mm512_i32gather_ps((__m512i)offset, p, sizeof(float));
#else
    vec x;
    for (int i = 0; i < LANES; i++) x[i] = p[offset[i]];
    return x;
#endif
}

/// The first n lanes to p + offset each.
INLINE void scatter_first(float *p, ivec offset, vec x, size_t n) {
#if HAS_MASKS
    _mm512_mask_i32scatter_ps(p, (__mmask16)(n < LANES ? (1u << n) - 1 : 0xffff), (__m512i)offset, (__m512)x, sizeof(float));
#else
    for (size_t i = 0; i < (n < LANES ? n : LANES); i++) p[offset[i]] = x[i];
#endif
}

INLINE vec select16(ivec mask, vec yes, vec no) { return (vec)(((ivec)yes & mask) | ((ivec)no & ~mask)); }
INLINE vec abs16(vec x) { return (vec)((ivec)x & 0x7fffffff); }
INLINE vec with_sign_of(vec magnitude, vec sign) {
    return (vec)(((ivec)magnitude & 0x7fffffff) | ((ivec)sign & (int32_t)0x80000000));
}
/// Comparisons select, so a NaN in x stays a NaN.
INLINE vec at_most(vec x, float limit) { return select16(x > limit, all(limit), x); }
INLINE vec at_least(vec x, float limit) { return select16(x < limit, all(limit), x); }

/// x in the first n lanes, zero in the others.
INLINE vec keep_first(vec x, size_t n) {
    const ivec lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return n >= LANES ? x : (vec)((ivec)x & (ivec)(lane < (int32_t)n));
}

/// The lanes added pairwise, always in the same tree.
INLINE double add_lanes(dvec s) {
    double lane[LANES];
    memcpy(lane, &s, sizeof lane);
    for (int width = LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) lane[i] += lane[i + width];
    return lane[0];
}

INLINE dvec widen(vec x) { return __builtin_convertvector(x, dvec); }
