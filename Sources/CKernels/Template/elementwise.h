// Loops over arrays, sixteen numbers at a time; the last step loads and stores only what is there.

#define EACH(n) for (size_t i = 0, left = (n); i < (n); i += LANES, left -= LANES)
#define AT(p) load_first((p) + i, left)
#define PUT(p, x) store_first((p) + i, (x), left)

INLINE void activate_with(elbo_activation f, const float *x, float *y, size_t n) {
    EACH(n) PUT(y, activation_value(f, AT(x)));
}

INLINE void activate_backward_with(elbo_activation f, const float *x, const float *dy, float *dx, size_t n) {
    EACH(n) PUT(dx, AT(dy) * activation_slope(f, AT(x)));
}

#define FOR_ACTIVATION(f, CALL)                                                                                        \
    switch (f) {                                                                                                       \
    case ELBO_IDENTITY: { enum { F = ELBO_IDENTITY }; CALL; } break;                                                   \
    case ELBO_RELU: { enum { F = ELBO_RELU }; CALL; } break;                                                           \
    case ELBO_LEAKY_RELU: { enum { F = ELBO_LEAKY_RELU }; CALL; } break;                                               \
    case ELBO_ELU: { enum { F = ELBO_ELU }; CALL; } break;                                                             \
    case ELBO_GELU: { enum { F = ELBO_GELU }; CALL; } break;                                                           \
    case ELBO_SILU: { enum { F = ELBO_SILU }; CALL; } break;                                                           \
    case ELBO_TANH: { enum { F = ELBO_TANH }; CALL; } break;                                                           \
    case ELBO_SIGMOID: { enum { F = ELBO_SIGMOID }; CALL; } break;                                                     \
    case ELBO_SOFTPLUS: { enum { F = ELBO_SOFTPLUS }; CALL; } break;                                                   \
    }

static void activate(elbo_activation f, const float *x, float *y, size_t n) {
    FOR_ACTIVATION(f, activate_with((elbo_activation)F, x, y, n))
}

static void activate_backward(elbo_activation f, const float *x, const float *dy, float *dx, size_t n) {
    FOR_ACTIVATION(f, activate_backward_with((elbo_activation)F, x, dy, dx, n))
}

static void gate(const float *v, const float *g, float *y, size_t n) { EACH(n) PUT(y, AT(v) * sigmoid16(AT(g))); }

static void gate_backward(const float *v, const float *g, const float *dy, float *dv, float *dg, size_t n) {
    EACH(n) {
        vec s = sigmoid16(AT(g)), d = AT(dy), value = AT(v);
        PUT(dv, d * s);
        PUT(dg, d * value * (s * (1 - s)));
    }
}

static void exponential(const float *x, float *y, size_t n) { EACH(n) PUT(y, exp16(AT(x))); }
static void logarithm(const float *x, float *y, size_t n) { EACH(n) PUT(y, log16(AT(x))); }
static void add(const float *x, float *y, size_t n) { EACH(n) PUT(y, AT(y) + AT(x)); }
static void scale(const float *x, float a, float *y, size_t n) { EACH(n) PUT(y, AT(x) * a); }

static void scale_rows(elbo_shape s, const float *x, const float *factors, float *y) {
    for (size_t r = 0; r < s.rows; r++) scale(x + r * s.columns, factors[r], y + r * s.columns, s.columns);
}

static void column_sums(const float *a, float *out, size_t rows, size_t columns) {
    EACH(columns) {
        vec sum = {0};
        for (size_t r = 0; r < rows; r++) sum += AT(a + r * columns);
        PUT(out, sum);
    }
}

static double sum_of_squares(const float *x, size_t n) {
    dvec sum = {0};
    EACH(n) {
        dvec v = widen(AT(x));
        sum += v * v;
    }
    return add_lanes(sum);
}

static void standard_deviation(const float *v, float *s, size_t n) { EACH(n) PUT(s, exp16(0.5f * AT(v))); }

static void reparameterise(const float *m, const float *s, const float *e, float *z, size_t n) {
    EACH(n) PUT(z, fma16(AT(s), AT(e), AT(m)));
}

static double kl(const float *m, const float *v, size_t n) {
    dvec sum = {0};
    EACH(n) {
        vec mean = AT(m), variance = AT(v);
        // Padding lanes give 0² + expm1(0) − 0 = 0.
        sum += widen(fma16(mean, mean, expm1_16(variance) - variance));
    }
    return 0.5 * add_lanes(sum);
}

static void posterior_backward(const float *m, const float *v, const float *e, const float *dz, float w, float *dm,
                               float *dv, size_t n) {
    EACH(n) {
        vec d = AT(dz), variance = AT(v);
        PUT(dm, fma16(all(w), AT(m), d));
        PUT(dv, 0.5f * fma16(d * AT(e), exp16(0.5f * variance), w * expm1_16(variance)));
    }
}

static double bernoulli(const float *x, const float *l, size_t n) {
    dvec sum = {0};
    EACH(n) {
        // x·l − max(l, 0) first: it is 0 where the record is certain, and the small rest keeps its digits.
        vec logit = AT(l);
        vec certain = fma16(AT(x), logit, -at_least(logit, 0));
        sum += widen(keep_first(certain - log1p16(exp16(-abs16(logit))), left));
    }
    return add_lanes(sum);
}

static void bernoulli_backward(const float *x, const float *l, float w, float *dl, size_t n) {
    EACH(n) {
        // (1 − x) sigmoid(l) − x sigmoid(−l): no digits are lost where the record is certain.
        vec e = exp16(-at_least(AT(l), -87)), s = 1 / (1 + e), value = AT(x);
        PUT(dl, w * fma16(1 - value, s, -(value * (e * s))));
    }
}

static double squared_error(const float *x, const float *m, const float *p, size_t n) {
    dvec sum = {0};
    EACH(n) {
        vec d = AT(x) - AT(m);
        sum += widen(d * d * AT(p));
    }
    return add_lanes(sum);
}

static void gaussian_backward(const float *x, const float *m, const float *p, float w, float *dm, size_t n) {
    EACH(n) PUT(dm, w * (AT(m) - AT(x)) * AT(p));
}

static void column_squared_errors(const float *x, const float *m, float *out, size_t rows, size_t columns) {
    EACH(columns) {
        vec sum = {0};
        for (size_t r = 0; r < rows; r++) {
            vec d = AT(x + r * columns) - AT(m + r * columns);
            sum = fma16(d, d, sum);
        }
        PUT(out, sum);
    }
}

static void adam(float *weight, const float *gradient, float *first, float *second, float *average, size_t n,
                 const elbo_adam *step) {
    float rate = step->learning_rate / step->correction1;
    EACH(n) {
        vec g = AT(gradient) * step->gradient_scale;
        vec m = fma16(all(1 - step->beta1), g - AT(first), AT(first));
        vec v = fma16(all(1 - step->beta2), fma16(g, g, -AT(second)), AT(second));
        vec w = AT(weight) - rate * m / (__builtin_elementwise_sqrt(v / step->correction2) + step->epsilon);
        PUT(first, m);
        PUT(second, v);
        PUT(weight, w);
        PUT(average, fma16(all(1 - step->average_decay), w - AT(average), AT(average)));
    }
}
