// Normalisation by mean and variance: of the groups of channels of one row, or of each column over all rows. Sums are in
// double, in an order that the shape alone decides.

#define EPSILON 1e-5f // as in PyTorch

INLINE vec inverse_deviation(vec variance) { return 1 / __builtin_elementwise_sqrt(variance + EPSILON); }

/// The shape seen by sums: a single group is one run of numbers.
INLINE elbo_groups for_sums(elbo_groups s) {
    return s.groups == 1 ? (elbo_groups){1, s.places * s.channels, 1} : s;
}

INLINE size_t group_size(elbo_groups s) { return s.channels / s.groups; }
INLINE double group_count(elbo_groups s) { return (double)(s.places * group_size(s)); }

/// Σ over the numbers of one group of one row.
INLINE double group_sum(elbo_groups s, const float *x) {
    dvec sum = {0};
    for (size_t p = 0; p < s.places; p++, x += s.channels) EACH(group_size(s)) sum += widen(AT(x));
    return add_lanes(sum);
}

INLINE double group_squares(elbo_groups s, const float *x, double mean) {
    dvec sum = {0};
    for (size_t p = 0; p < s.places; p++, x += s.channels)
        EACH(group_size(s)) {
            dvec d = widen(AT(x)) - mean;
            // Lanes behind the last have no number, so they have no deviation either.
            sum += widen(keep_first(all(1), left)) * d * d;
        }
    return add_lanes(sum);
}

static void group_moments(elbo_groups shape, size_t rows, const float *x, float *mean, float *variance) {
    elbo_groups s = for_sums(shape);
    for (size_t r = 0; r < rows; r++, x += s.places * s.channels)
        for (size_t g = 0; g < s.groups; g++, mean++, variance++) {
            const float *first = x + g * group_size(s);
            double centre = group_sum(s, first) / group_count(s);
            *mean = (float)centre;
            *variance = (float)(group_squares(s, first, centre) / group_count(s));
        }
}

/// Every group of every place of every row: `start` counts from the row's first number, and `affine_start` from γ's, which has
/// numbers for each channel or for each number of a row.
#define EACH_GROUP(s, rows)                                                                                            \
    for (size_t row = 0, number = 0, size = group_size(s); row < (rows); row++)                                        \
        for (size_t place = 0; place < (s).places; place++)                                                            \
            for (size_t group = 0, moment = row * (s).groups; group < (s).groups; group++, moment++, number += size)

INLINE size_t affine_start(elbo_groups s, elbo_affine a, size_t place, size_t group) {
    return (a.per_number ? place * s.channels : 0) + group * group_size(s);
}

static void normalise_groups(elbo_groups s, size_t rows, const float *x, elbo_moments m, elbo_affine a, float *y) {
    EACH_GROUP(s, rows) {
        vec mean = all(m.mean[moment]), inverse = inverse_deviation(all(m.variance[moment]));
        size_t start = affine_start(s, a, place, group);
        EACH(size) {
            vec normal = (AT(x + number) - mean) * inverse;
            PUT(y + number, fma16(normal, AT(a.gamma + start), AT(a.beta + start)));
        }
    }
}

/// Σ dn and Σ dn·n over one group of one row, n the normalised numbers and dn = γ dy.
INLINE void group_gradient_sums(elbo_groups s, const float *x, const float *dy, elbo_affine a, size_t group, float centre,
                                vec inverse, double *plain, double *crossed) {
    dvec sum = {0}, cross = {0};
    for (size_t place = 0; place < s.places; place++) {
        size_t start = affine_start(s, a, place, group), number = place * s.channels + group * group_size(s);
        EACH(group_size(s)) {
            vec d = AT(dy + number) * AT(a.gamma + start), normal = (AT(x + number) - centre) * inverse;
            sum += widen(d);
            cross += widen(d) * widen(normal);
        }
    }
    *plain = add_lanes(sum);
    *crossed = add_lanes(cross);
}

/// dx = (dn − mean dn − n · mean (dn·n)) / σ for one group of one row.
INLINE void group_gradient(elbo_groups s, const float *x, const float *dy, elbo_affine a, size_t group, float centre,
                           vec inverse, float *dx) {
    double plain, crossed;
    group_gradient_sums(s, x, dy, a, group, centre, inverse, &plain, &crossed);
    vec mean = all((float)(plain / group_count(s))), slope = all((float)(crossed / group_count(s)));
    for (size_t place = 0; place < s.places; place++) {
        size_t start = affine_start(s, a, place, group), number = place * s.channels + group * group_size(s);
        EACH(group_size(s)) {
            vec d = AT(dy + number) * AT(a.gamma + start), normal = (AT(x + number) - centre) * inverse;
            PUT(dx + number, inverse * fma16(-normal, slope, d - mean));
        }
    }
}

/// dγ += Σ dy·n and dβ += Σ dy, rows and places in order.
static void add_group_affine_gradient(elbo_groups s, size_t rows, const float *x, const float *dy, elbo_moments m,
                                      elbo_affine_gradient d, size_t per_number) {
    elbo_affine a = {.per_number = per_number};
    EACH_GROUP(s, rows) {
        vec mean = all(m.mean[moment]), inverse = inverse_deviation(all(m.variance[moment]));
        size_t start = affine_start(s, a, place, group);
        EACH(size) {
            vec error = AT(dy + number);
            PUT(d.gamma + start, fma16(error, (AT(x + number) - mean) * inverse, AT(d.gamma + start)));
            PUT(d.beta + start, AT(d.beta + start) + error);
        }
    }
}

static void normalise_groups_backward(elbo_groups s, size_t rows, const float *x, const float *dy, elbo_moments m,
                                      elbo_affine a, float *dx, elbo_affine_gradient d) {
    add_group_affine_gradient(s, rows, x, dy, m, d, a.per_number);
    size_t count = s.places * s.channels;
    for (size_t r = 0; r < rows; r++)
        for (size_t g = 0; g < s.groups; g++) {
            size_t moment = r * s.groups + g;
            vec inverse = inverse_deviation(all(m.variance[moment]));
            group_gradient(s, x + r * count, dy + r * count, a, g, m.mean[moment], inverse, dx + r * count);
        }
}

static void column_moments(elbo_shape s, const float *x, float *mean, float *variance) {
    EACH(s.columns) {
        dvec sum = {0}, squares = {0};
        for (size_t r = 0; r < s.rows; r++) sum += widen(AT(x + r * s.columns));
        dvec centre = sum / (double)s.rows;
        for (size_t r = 0; r < s.rows; r++) {
            dvec d = widen(AT(x + r * s.columns)) - centre;
            squares += d * d;
        }
        PUT(mean, narrow(centre));
        PUT(variance, narrow(squares / (double)s.rows));
    }
}

static void normalise_columns(elbo_shape s, const float *x, elbo_moments m, elbo_affine a, float *y) {
    EACH(s.columns) {
        vec mean = AT(m.mean), inverse = inverse_deviation(AT(m.variance)), gamma = AT(a.gamma), beta = AT(a.beta);
        for (size_t r = 0; r < s.rows; r++)
            PUT(y + r * s.columns, fma16((AT(x + r * s.columns) - mean) * inverse, gamma, beta));
    }
}

/// dβ = Σ dy, dγ = Σ dy·n, dx = γ/σ (dy − dβ/rows − n·dγ/rows): the moments are those of these rows.
static void normalise_columns_backward(elbo_shape s, const float *x, const float *dy, elbo_moments m, elbo_affine a, float *dx,
                                       elbo_affine_gradient d) {
    EACH(s.columns) {
        vec mean = AT(m.mean), inverse = inverse_deviation(AT(m.variance)), scale = AT(a.gamma) * inverse;
        dvec sum = {0}, cross = {0};
        for (size_t r = 0; r < s.rows; r++) {
            vec error = AT(dy + r * s.columns), normal = (AT(x + r * s.columns) - mean) * inverse;
            sum += widen(error);
            cross += widen(error) * widen(normal);
        }
        vec shift = narrow(sum / (double)s.rows), slope = narrow(cross / (double)s.rows);
        for (size_t r = 0; r < s.rows; r++) {
            vec error = AT(dy + r * s.columns), normal = (AT(x + r * s.columns) - mean) * inverse;
            PUT(dx + r * s.columns, scale * fma16(-normal, slope, error - shift));
        }
        PUT(d.beta, narrow(sum));
        PUT(d.gamma, narrow(cross));
    }
}
