// exp and log in double for the few numbers of a record that need them (log-mean-exp, log σ). Multiplications and additions
// only, in this order, uncontracted: the same bits on every CPU. Errors below 2 units in the last place.
#include "CKernels.h"
#include <string.h>

#pragma STDC FP_CONTRACT OFF

static double from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static uint64_t to_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

#define LN2_HIGH 6.93147180369123816490e-01 // its low 20 bits are zero, so n · LN2_HIGH is exact
#define LN2_LOW 1.90821492927058770002e-10

/// The Taylor series on |r| ≤ ½ ln 2: term 14 is below 2⁻⁵⁶.
static double exp_reduced(double r) {
    double sum = 1;
    for (int i = 14; i > 0; i--) sum = 1 + r * sum / i;
    return sum;
}

double elbo_exp64(double x) {
    if (x != x) return x;
    if (x > 709.79) return __builtin_inf();
    if (x < -745.2) return 0;
    double shifted = x * 1.44269504088896338700 + 0x1.8p52;
    double n = shifted - 0x1.8p52;
    double y = exp_reduced((x - n * LN2_HIGH) - n * LN2_LOW);
    int64_t half = (int64_t)n / 2, rest = (int64_t)n - half;
    return y * from_bits((uint64_t)(half + 1023) << 52) * from_bits((uint64_t)(rest + 1023) << 52);
}

/// log(1 + f) = 2 artanh(s), s = f / (2 + f): the series in s², |s| ≤ 0.172.
static double log_reduced(double f) {
    double s = f / (2 + f), z = s * s, sum = 0;
    for (int i = 23; i >= 3; i -= 2) sum = (sum + 1.0 / i) * z;
    return 2 * s + 2 * s * sum;
}

double elbo_log64(double x) {
    if (x != x || x < 0) return __builtin_nan("");
    if (x == 0) return -__builtin_inf();
    if (x == __builtin_inf()) return x;
    int64_t e = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        e = -54;
    }
    int64_t shift = ((int64_t)to_bits(x) - (int64_t)0x3fe6a09e667f3bcd) >> 52; // so that x / 2^shift is in [√½, √2)
    double f = from_bits(to_bits(x) - ((uint64_t)shift << 52)) - 1;
    double n = (double)(e + shift);
    return n * LN2_HIGH + (log_reduced(f) + n * LN2_LOW);
}
