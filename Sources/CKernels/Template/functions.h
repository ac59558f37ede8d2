// Elementary functions on sixteen floats, branch-free. Coefficients: Benchmarks/coefficients.py.

#define POLYNOMIAL_START(c) all(c)
#define TIMES(p, x, c) fma16(p, x, all(c))

/// n = round(x / ln 2) as float and as integer, and r = x − n ln 2 in two steps (the first product is exact).
typedef struct {
    vec r;
    ivec n;
} reduced;

INLINE reduced reduce_by_log2(vec x) {
    const float shift = 12582912.0f; // 1.5 · 2²³: adding it leaves the rounded integer in the low bits
    vec t = fma16(x, all(1.44269504f), all(shift));
    vec n = t - shift;
    vec r = fma16(n, all(-0.693359375f), x);
    r = fma16(n, all(2.12194440e-4f), r);
    return (reduced){r, (ivec)t - (ivec)all(shift)};
}

INLINE vec power_of_two(ivec n) { return (vec)((n + 127) << 23); }

/// exp(r) − 1 on [−½ ln 2, ½ ln 2]: r + r² Q(r).
INLINE vec expm1_reduced(vec r) {
    vec q = POLYNOMIAL_START(0.0001991710701f);
    q = TIMES(q, r, 0.00139472838f);
    q = TIMES(q, r, 0.008333267061f);
    q = TIMES(q, r, 0.04166625264f);
    q = TIMES(q, r, 0.1666666685f);
    q = TIMES(q, r, 0.5000000083f);
    return fma16(q, r * r, r);
}

/// Goes to +∞ above 88.73, through subnormals to 0 below −103.98.
INLINE vec exp16(vec x) {
    reduced k = reduce_by_log2(at_least(at_most(x, 90), -105));
    vec y = expm1_reduced(k.r) + 1;
    ivec half = k.n >> 1;
    return y * power_of_two(half) * power_of_two(k.n - half);
}

/// exp(x) − 1, accurate near zero.
INLINE vec expm1_16(vec x) {
    reduced k = reduce_by_log2(at_least(at_most(x, 88), -30));
    vec scale = power_of_two(k.n);
    return select16(x > 88, exp16(x), fma16(scale, expm1_reduced(k.r), scale - 1));
}

/// For normal positive x: e ln 2 + log(1 + f), 1 + f in [√½, √2).
INLINE vec log16(vec x) {
    ivec e = (((ivec)x - 0x3f3504f3) >> 23);
    vec f = (vec)((ivec)x - (e << 23)) - 1;
    vec n = __builtin_convertvector(e, vec);
    vec p = POLYNOMIAL_START(0.06958089761f);
    p = TIMES(p, f, -0.1186239345f);
    p = TIMES(p, f, 0.1189249943f);
    p = TIMES(p, f, -0.1237397998f);
    p = TIMES(p, f, 0.1421487509f);
    p = TIMES(p, f, -0.1666969051f);
    p = TIMES(p, f, 0.2000241474f);
    p = TIMES(p, f, -0.2499998122f);
    p = TIMES(p, f, 0.3333330791f);
    vec f2 = f * f;
    vec y = fma16(p * f2, f, n * -2.12194440e-4f);
    y = fma16(f2, all(-0.5f), y);
    return select16(x == x, fma16(n, all(0.693359375f), f + y), x);
}

/// log(1 + x) for x in (−1, 1]: the rounding error of 1 + x is put back to first order.
INLINE vec log1p16(vec x) {
    vec u = 1 + x;
    return log16(u) + (x - (u - 1)) / u;
}

INLINE vec sigmoid16(vec x) { return 1 / (1 + exp16(-x)); }

/// log(1 + eˣ) = max(x, 0) + log1p(e^−|x|).
INLINE vec softplus16(vec x) { return at_least(x, 0) + log1p16(exp16(-abs16(x))); }

/// log(1 − e⁻ᵈ)
INLINE vec log_one_minus_exp(vec d) {
    return select16(d < 0.693147181f, log16(-expm1_16(-d)), log1p16(-exp16(-d)));
}

INLINE vec tanh16(vec x) {
    vec t = abs16(x), s = x * x;
    vec p = POLYNOMIAL_START(-0.005660754339f);
    p = TIMES(p, s, 0.02060197298f);
    p = TIMES(p, s, -0.0537292179f);
    p = TIMES(p, s, 0.1333132879f);
    p = TIMES(p, s, -0.3333327831f);
    vec small = fma16(p * s, x, x);
    vec large = 1 - 2 / (exp16(t + t) + 1);
    return select16(t < 0.625f, small, with_sign_of(large, x));
}

INLINE vec erf16(vec x) {
    vec t = abs16(x), s = x * x;
    vec p = POLYNOMIAL_START(7.889108906e-5f);
    p = TIMES(p, s, -0.00080208381f);
    p = TIMES(p, s, 0.005189534983f);
    p = TIMES(p, s, -0.02685444441f);
    p = TIMES(p, s, 0.1128360017f);
    p = TIMES(p, s, -0.3761262714f);
    p = TIMES(p, s, 0.1283791659f);
    vec small = fma16(p, x, x);
    vec u = at_most(t, 4);
    vec q = POLYNOMIAL_START(3.850608031e-6f);
    q = TIMES(q, u, -3.214046991e-5f);
    q = TIMES(q, u, -0.0001191430427f);
    q = TIMES(q, u, 0.003125602464f);
    q = TIMES(q, u, -0.02299629539f);
    q = TIMES(q, u, 0.1055743563f);
    q = TIMES(q, u, 0.6354613326f);
    q = TIMES(q, u, 1.128587946f);
    vec large = 1 - exp16(-(u * q));
    return select16(t < 1, small, with_sign_of(large, x));
}

/// sin and cos on [−π/4, π/4].
INLINE vec sin_reduced(vec x) {
    vec s = x * x;
    vec p = POLYNOMIAL_START(2.718236916e-6f);
    p = TIMES(p, s, -0.0001983932709f);
    p = TIMES(p, s, 0.008333329362f);
    p = TIMES(p, s, -0.1666666664f);
    return fma16(p * s, x, x);
}

INLINE vec cos_reduced(vec x) {
    vec s = x * x;
    vec p = POLYNOMIAL_START(2.443772259e-5f);
    p = TIMES(p, s, -0.001388736138f);
    p = TIMES(p, s, 0.04166664675f);
    return fma16(p * s, s, fma16(s, all(-0.5f), all(1)));
}

// Activations and their derivatives.

#define LEAK 0.01f
#define SQRT_HALF 0.707106781f
#define INVERSE_SQRT_TWO_PI 0.398942280f

INLINE vec activation_value(elbo_activation f, vec x) {
    switch (f) {
    case ELBO_IDENTITY: return x;
    case ELBO_RELU: return at_least(x, 0);
    case ELBO_LEAKY_RELU: return select16(x < 0, x * LEAK, x);
    case ELBO_ELU: return select16(x < 0, expm1_16(at_most(x, 0)), x);
    case ELBO_GELU: return 0.5f * x * (1 + erf16(x * SQRT_HALF));
    case ELBO_SILU: return x * sigmoid16(x);
    case ELBO_TANH: return tanh16(x);
    case ELBO_SIGMOID: return sigmoid16(x);
    case ELBO_SOFTPLUS: return softplus16(x);
    }
    return x;
}

INLINE vec activation_slope(elbo_activation f, vec x) {
    switch (f) {
    case ELBO_IDENTITY: return all(1);
    case ELBO_RELU: return select16(x > 0, all(1), all(0));
    case ELBO_LEAKY_RELU: return select16(x > 0, all(1), all(LEAK));
    case ELBO_ELU: return select16(x < 0, exp16(at_most(x, 0)), all(1));
    case ELBO_GELU: {
        vec density = INVERSE_SQRT_TWO_PI * exp16(-0.5f * x * x);
        return fma16(x, density, 0.5f * (1 + erf16(x * SQRT_HALF)));
    }
    case ELBO_SILU: {
        // 1 − s as e⁻ˣ s: the difference would lose its digits, and x makes what is lost large.
        vec e = exp16(-at_least(x, -87)), s = 1 / (1 + e);
        return s * fma16(x, e * s, all(1));
    }
    case ELBO_TANH: {
        vec t = tanh16(x);
        return fma16(-t, t, all(1));
    }
    case ELBO_SIGMOID: {
        vec s = sigmoid16(x);
        return s * (1 - s);
    }
    case ELBO_SOFTPLUS: return sigmoid16(x);
    }
    return all(1);
}
