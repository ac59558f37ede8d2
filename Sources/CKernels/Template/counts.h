// Counts: sixteen rows of one column at a time. In double, since the large terms of a count's log p all but cancel; by
// multiplications and additions only, which every CPU rounds alike.

/// Rates and means stay below e²⁰; above, the gradient is zero.
#define LARGEST_LOG_MEAN 20.0
#define LARGEST_LOG_THETA 20.0

INLINE dvec all_double(double x) { return (dvec){0} + x; }
INLINE dvec select_double(i64vec mask, dvec yes, dvec no) { return (dvec)(((i64vec)yes & mask) | ((i64vec)no & ~mask)); }
INLINE vec narrow(dvec x) { return __builtin_convertvector(x, vec); }
INLINE dvec clamp_double(dvec x, double low, double high) {
    x = select_double((i64vec)(x < low), all_double(low), x);
    return select_double((i64vec)(x > high), all_double(high), x);
}

/// eˣ from −700 to 700: the Taylor series on |r| ≤ ½ ln 2, whose term 13 is below 2⁻⁵².
INLINE dvec exp_double(dvec x) {
    const double shift = 0x1.8p52;
    x = clamp_double(x, -700, 700);
    dvec t = x * 1.44269504088896338700 + shift, n = t - shift;
    dvec r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
    dvec sum = all_double(1.0 / 479001600);
    sum = 1.0 / 39916800 + sum * r;
    sum = 1.0 / 3628800 + sum * r;
    sum = 1.0 / 362880 + sum * r;
    sum = 1.0 / 40320 + sum * r;
    sum = 1.0 / 5040 + sum * r;
    sum = 1.0 / 720 + sum * r;
    sum = 1.0 / 120 + sum * r;
    sum = 1.0 / 24 + sum * r;
    sum = 1.0 / 6 + sum * r;
    sum = 0.5 + sum * r;
    sum = 1 + sum * r;
    sum = 1 + sum * r;
    i64vec power = (((i64vec)t - (i64vec)all_double(shift)) + 1023) << 52;
    return sum * (dvec)power;
}

/// log(1 + e) = 2 artanh(e / (2 + e)) for e in [0, 1], to 2⁻⁴⁹.
INLINE dvec log1p_double(dvec e) {
    dvec s = e / (2 + e), z = s * s, sum = all_double(1.0 / 27);
#pragma clang loop unroll(full)
    for (int i = 25; i >= 1; i -= 2) sum = 1.0 / i + sum * z;
    return 2 * s * sum;
}

INLINE dvec softplus_double(dvec x) {
    i64vec positive = (i64vec)(x > 0);
    dvec magnitude = select_double(positive, x, -x);
    return select_double(positive, x, all_double(0)) + log1p_double(exp_double(-magnitude));
}

/// Up to here a product of integers replaces log Γ: faster, and nothing cancels.
#define SMALL_COUNT 20

INLINE int is_small_count(double k) { return k >= 0 && k <= SMALL_COUNT && k == (double)(int)k; }

/// −log k!
INLINE double poisson_constant(double k, double theta) {
    (void)theta;
    if (!is_small_count(k)) return -elbo_log_gamma64(k + 1);
    double factorial = 1;
    for (int i = 2; i <= (int)k; i++) factorial *= i;
    return k < 2 ? 0 : -elbo_log64(factorial);
}

/// log Γ(k + θ) − log Γ(θ) − log k!
INLINE double negative_binomial_constant(double k, double theta) {
    if (k == 0) return 0;
    if (!is_small_count(k)) return elbo_log_gamma64(k + theta) - elbo_log_gamma64(theta) - elbo_log_gamma64(k + 1);
    double product = 1, factorial = 1;
    for (int i = 0; i < (int)k; i++) {
        product *= theta + i;
        factorial *= i + 1;
    }
    return elbo_log64(product / factorial);
}

/// ψ(k + θ) − ψ(θ)
INLINE double digamma_difference(double k, double theta) {
    if (!is_small_count(k)) return elbo_digamma64(k + theta) - elbo_digamma64(theta);
    double sum = 0;
    for (int i = 0; i < (int)k; i++) sum += 1 / (theta + i);
    return sum;
}

/// The last count of a column and its value: in runs of equal counts (one record, many samples) it is computed once.
typedef struct {
    float count;
    double value;
} remembered;

INLINE dvec of_counts(vec record, size_t rows, double theta, remembered *last, double (*f)(double, double)) {
    float count[LANES];
    double value[LANES] = {0};
    memcpy(count, &record, sizeof count);
    for (size_t i = 0; i < at_most_size(LANES, rows); i++) {
        if (count[i] != count[i]) continue;
        if (count[i] != last->count) *last = (remembered){count[i], f(count[i], theta)};
        value[i] = last->value;
    }
    dvec result;
    memcpy(&result, value, sizeof result);
    return result;
}

#define NOTHING_YET {__builtin_nanf(""), 0}

static void poisson_terms(elbo_shape shape, elbo_block x, elbo_block log_rate, elbo_block terms) {
    for (size_t column = 0; column < shape.columns; column++) {
        remembered last = NOTHING_YET;
        EACH_ROWS(shape.rows) {
            vec record = rows_of(x, row, column, left);
            dvec rate = widen(at_most(rows_of(log_rate, row, column, left), LARGEST_LOG_MEAN));
            dvec constant = of_counts(record, left, 0, &last, poisson_constant);
            dvec term = (widen(record) * rate + constant) - exp_double(rate);
            put_rows(terms, row, column, left, where_present(record, narrow(term)));
        }
    }
}

static void poisson_terms_backward(elbo_shape shape, elbo_block x, elbo_block log_rate, float w, elbo_block drate) {
    for (size_t column = 0; column < shape.columns; column++)
        EACH_ROWS(shape.rows) {
            vec record = rows_of(x, row, column, left), rate = rows_of(log_rate, row, column, left);
            vec slope = w * narrow(exp_double(widen(rate)) - widen(record));
            slope = select16(rate > (float)LARGEST_LOG_MEAN, all(0), slope);
            put_rows(drate, row, column, left, where_present(record, slope));
        }
}

/// log θ and θ of a column.
typedef struct {
    double log, value;
} column_theta;

INLINE column_theta theta_of(float log_theta) {
    double log = log_theta > LARGEST_LOG_THETA ? LARGEST_LOG_THETA : log_theta;
    log = log < -LARGEST_LOG_THETA ? -LARGEST_LOG_THETA : log;
    return (column_theta){log, elbo_exp64(log)};
}

static void negative_binomial_terms(elbo_shape shape, elbo_block x, elbo_block log_mean, const float *log_theta,
                                    elbo_block terms) {
    for (size_t column = 0; column < shape.columns; column++) {
        column_theta theta = theta_of(log_theta[column]);
        remembered last = NOTHING_YET;
        EACH_ROWS(shape.rows) {
            vec record = rows_of(x, row, column, left);
            dvec ratio = widen(at_most(rows_of(log_mean, row, column, left), LARGEST_LOG_MEAN)) - theta.log;
            dvec constant = of_counts(record, left, theta.value, &last, negative_binomial_constant);
            // softplus(−ratio) is softplus(ratio) − ratio, written out for the digits of both tails.
            dvec term = constant - widen(record) * softplus_double(-ratio) - theta.value * softplus_double(ratio);
            put_rows(terms, row, column, left, where_present(record, narrow(term)));
        }
    }
}

static void negative_binomial_terms_backward(elbo_shape shape, elbo_block x, elbo_block log_mean,
                                             const float *log_theta, float w, elbo_block dmean, elbo_block dtheta) {
    for (size_t column = 0; column < shape.columns; column++) {
        column_theta theta = theta_of(log_theta[column]);
        float theta_weight = log_theta[column] == (float)theta.log ? w : 0;
        remembered last = NOTHING_YET;
        EACH_ROWS(shape.rows) {
            vec record = rows_of(x, row, column, left), raw = rows_of(log_mean, row, column, left);
            dvec log = widen(at_most(raw, LARGEST_LOG_MEAN)), mean = exp_double(log);
            dvec excess = (mean - widen(record)) / (mean + theta.value);
            vec slope = select16(raw > (float)LARGEST_LOG_MEAN, all(0), w * narrow(excess * theta.value));
            put_rows(dmean, row, column, left, where_present(record, slope));
            dvec digammas = of_counts(record, left, theta.value, &last, digamma_difference);
            dvec by_theta = theta.value * (softplus_double(log - theta.log) - digammas - excess);
            put_rows(dtheta, row, column, left, where_present(record, theta_weight * narrow(by_theta)));
        }
    }
}
