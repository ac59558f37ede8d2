// Pixels in [0, 1]: the continuous Bernoulli and the discretised logistic. Formulas: CKernels.h.

// With t = |l|, log((eˡ − 1)/l) = ½l + log(sinh(½t)/½t). Below 1 the closed forms cancel, and the series Σ B₂ₙ t²ⁿ/(2n (2n)!),
// B the Bernoulli numbers, leaves less than single precision's rounding.

/// log(sinh(½t)/½t) from s = t² for t in [0, 1].
INLINE vec log_sinhc_half16(vec s) {
    vec p = POLYNOMIAL_START(2.08767570e-9f);
    p = TIMES(p, s, -1.03339947e-7f);
    p = TIMES(p, s, 5.51146384e-6f);
    p = TIMES(p, s, -3.47222222e-4f);
    p = TIMES(p, s, 4.16666667e-2f);
    return p * s;
}

/// Its derivative by t.
INLINE vec log_sinhc_half_slope16(vec t) {
    vec s = t * t;
    vec p = POLYNOMIAL_START(2.08767570e-8f);
    p = TIMES(p, s, -8.26719577e-7f);
    p = TIMES(p, s, 3.30687831e-5f);
    p = TIMES(p, s, -1.38888889e-3f);
    p = TIMES(p, s, 8.33333333e-2f);
    return p * t;
}

/// The mean at logit −t, which is below ½; at logit t it is one less this.
INLINE vec smaller_mean16(vec t) {
    vec far = at_least(t, 1);
    vec large = 1 / far - exp16(-far) / -expm1_16(-far);
    return select16(t < 1, 0.5f - log_sinhc_half_slope16(at_most(t, 1)), large);
}

static double continuous_bernoulli(const float *x, const float *l, size_t n) {
    dvec sum = {0};
    EACH(n) {
        vec record = AT(x), logit = AT(l), t = abs16(logit), far = at_least(t, 1), near = at_most(t, 1);
        vec small = fma16(logit, record - 0.5f, -log_sinhc_half16(near * near));
        // x·l − max(l, 0) first, as in `bernoulli`.
        vec large = fma16(record, logit, -at_least(logit, 0)) + log16(far / -expm1_16(-far));
        sum += widen(keep_first(select16(t < 1, small, large), left));
    }
    return add_lanes(sum);
}

static void continuous_bernoulli_backward(const float *x, const float *l, float w, float *dl, size_t n) {
    EACH(n) {
        // (1 − x) E(l) − x E(−l): no digits are lost where the record is certain.
        vec record = AT(x), logit = AT(l), smaller = smaller_mean16(abs16(logit)), larger = 1 - smaller;
        ivec low = (ivec)(logit < 0);
        vec mean = select16(low, smaller, larger), mirrored = select16(low, larger, smaller);
        PUT(dl, w * fma16(1 - record, mean, -(record * mirrored)));
    }
}

static void continuous_bernoulli_mean(const float *l, float *y, size_t n) {
    EACH(n) {
        vec logit = AT(l), smaller = smaller_mean16(abs16(logit));
        PUT(y, select16((ivec)(logit < 0), smaller, 1 - smaller));
    }
}

/// A wider logistic is flat over [0, 1] in single precision, and 1/s² must stay a normal number.
#define LARGEST_LOGISTIC_SCALE 1e15f
#define LEVELS 256

INLINE vec logistic_scale16(vec raw, float floor) { return at_most(sigma16(raw, all(floor)), LARGEST_LOGISTIC_SCALE); }

/// The edges of a record's level: (k/256 − m)/s below, ((k + 1)/256 − m)/s above, and their distance.
typedef struct {
    vec below, above, width, inverse;
    ivec lowest, highest;
} level_edges;

INLINE level_edges edges_of(vec record, vec location, vec scale) {
    const float shift = 12582912.0f; // 1.5 · 2²³: adding it rounds to a whole number
    vec level = (at_least(at_most(record, 1), 0) * (LEVELS - 1) + shift) - shift, inverse = 1 / scale;
    vec width = inverse * (1.0f / LEVELS);
    vec centre = residual16((level + 0.5f) * (1.0f / LEVELS), location, inverse);
    return (level_edges){centre - 0.5f * width, centre + 0.5f * width, width, inverse, (ivec)(level == 0),
                         (ivec)(level == LEVELS - 1)};
}

static double discretized_logistic(const float *x, elbo_logistic p, size_t n) {
    dvec sum = {0};
    EACH(n) {
        // sigmoid(a) − sigmoid(b) = sigmoid(a) sigmoid(−b) (1 − e^(b − a)): nothing cancels.
        level_edges e = edges_of(AT(x), AT(p.location), logistic_scale16(AT(p.raw), p.floor));
        vec from_above = select16(e.highest, all(0), -softplus16(-e.above));
        vec from_below = select16(e.lowest, all(0), -softplus16(e.below));
        vec between = select16(e.lowest | e.highest, all(0), log_one_minus_exp(e.width));
        sum += widen(keep_first(from_above + from_below + between, left));
    }
    return add_lanes(sum);
}

static void discretized_logistic_backward(const float *x, elbo_logistic p, float w, float *dlocation, float *draw,
                                          size_t n) {
    EACH(n) {
        vec raw = AT(p.raw);
        level_edges e = edges_of(AT(x), AT(p.location), logistic_scale16(raw, p.floor));
        vec above = select16(e.highest, all(0), sigmoid16(-e.above));
        vec below = select16(e.lowest, all(0), sigmoid16(e.below));
        vec between = select16(e.lowest | e.highest, all(0), e.width / expm1_16(e.width));
        vec dlog = fma16(e.above, above, between) - e.below * below;
        PUT(dlocation, w * (above - below) * e.inverse);
        PUT(draw, w * dlog * (sigmoid16(raw) * e.inverse));
    }
}

static void discretized_logistic_mean(elbo_logistic p, float *y, size_t n) {
    EACH(n) {
        // Σ sigmoid((m − k/256)/s)/255 over k = 1 … 255 by its integral from ½/256 to 255½/256, the midpoint rule reversed.
        vec scale = logistic_scale16(AT(p.raw), p.floor), half = (0.5f * (LEVELS - 1) / LEVELS) / scale;
        vec centre = (AT(p.location) - 0.5f) / scale, most = half + 90;
        centre = select16(centre > most, most, select16(centre < -most, -most, centre));
        vec wide = log1p16(sigmoid16(centre - half) * expm1_16(at_most(half, 0.34f) * 2));
        vec narrow = softplus16(centre + half) - softplus16(centre - half);
        // Where the sum ends on a slope, the first term of Euler and Maclaurin: h²/24 of the slopes' difference.
        vec low = sigmoid16(centre - half), high = sigmoid16(centre + half);
        vec ends = (low * (1 - low) - high * (1 - high)) * ((1.0f / 24 / LEVELS / LEVELS) / scale);
        vec mean = fma16(scale, select16(half < 0.34f, wide, narrow), ends) * ((float)LEVELS / (LEVELS - 1));
        PUT(y, at_least(at_most(mean, 1), 0));
    }
}
