// log Γ and its derivative in double, for x > 0. Below ten the recurrence Γ(x + 1) = x Γ(x) lifts the argument; from ten on
// Stirling's series leaves less than 2⁻⁵⁴. Source: Abramowitz and Stegun 1964, 6.1.41 and 6.3.18.
#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

#define HALF_LOG_TWO_PI 0.91893853320467274178
#define STIRLING_FROM 10

/// Σ B₂ₖ / (2k (2k − 1) x²ᵏ⁻¹), k from 1 to 7.
static double stirling_rest(double x) {
    double z = 1 / (x * x), sum = 1.0 / 156;
    sum = -691.0 / 360360 + sum * z;
    sum = 1.0 / 1188 + sum * z;
    sum = -1.0 / 1680 + sum * z;
    sum = 1.0 / 1260 + sum * z;
    sum = -1.0 / 360 + sum * z;
    sum = 1.0 / 12 + sum * z;
    return sum / x;
}

double elbo_log_gamma64(double x) {
    if (x != x || x < 0) return __builtin_nan("");
    if (x == 0 || x == __builtin_inf()) return __builtin_inf();
    if (x == 1 || x == 2) return 0;
    double product = 1;
    for (; x < STIRLING_FROM; x += 1) product *= x;
    double value = (x - 0.5) * elbo_log64(x) - x + (HALF_LOG_TWO_PI + stirling_rest(x));
    return product == 1 ? value : value - elbo_log64(product);
}

/// Σ B₂ₖ / (2k x²ᵏ), k from 1 to 7.
static double digamma_rest(double x) {
    double z = 1 / (x * x), sum = 1.0 / 12;
    sum = -691.0 / 32760 + sum * z;
    sum = 1.0 / 132 + sum * z;
    sum = -1.0 / 240 + sum * z;
    sum = 1.0 / 252 + sum * z;
    sum = -1.0 / 120 + sum * z;
    sum = 1.0 / 12 + sum * z;
    return sum * z;
}

double elbo_digamma64(double x) {
    if (x != x || x < 0) return __builtin_nan("");
    if (x == 0) return -__builtin_inf();
    if (x == __builtin_inf()) return x;
    double lifted = 0;
    for (; x < STIRLING_FROM; x += 1) lifted += 1 / x;
    return elbo_log64(x) - 0.5 / x - digamma_rest(x) - lifted;
}
