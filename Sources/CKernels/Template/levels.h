// Categorical and ordinal columns: sixteen rows at a time, the levels in order, so a row has one accumulator.

/// What one vector of rows knows of its softmax.
typedef struct {
    /// The largest logit; that of the record; Σ exp(l − largest) over the other levels; exp of the record's own.
    vec largest, own, others, own_exp;
    /// Rows whose record is one of the levels.
    ivec known;
} softmax16;

INLINE softmax16 softmax_of(elbo_block logits, size_t levels, size_t row, size_t count, vec record) {
    softmax16 s = {rows_of(logits, row, 0, count), all(0), all(0), all(0), (ivec)all(0)};
    for (size_t k = 1; k < levels; k++) {
        vec l = rows_of(logits, row, k, count);
        s.largest = select16(l > s.largest, l, s.largest);
    }
    for (size_t k = 0; k < levels; k++) {
        vec l = rows_of(logits, row, k, count), e = exp16(l - s.largest);
        ivec here = (ivec)(record == (float)k);
        s.known |= here;
        s.own = select16(here, l, s.own);
        s.own_exp = select16(here, e, s.own_exp);
        s.others += select16(here, all(0), e);
    }
    return s;
}

static void categorical_terms(elbo_shape shape, elbo_block x, elbo_block logits, elbo_level_constants c,
                              elbo_block terms) {
    EACH_ROWS(shape.rows) {
        vec record = rows_of(x, row, 0, left);
        softmax16 s = softmax_of(logits, shape.columns, row, left, record);
        // The rounding error of the sum is put back as in log1p: a record that is nearly certain keeps its digits.
        vec sum = s.others + s.own_exp, lost = s.others - (sum - s.own_exp);
        vec term = ((s.own - s.largest) - (log16(sum) + lost / sum)) + c.known;
        put_rows(terms, row, 0, left, where_present(record, select16(s.known, term, all(c.unknown))));
    }
}

static void categorical_terms_backward(elbo_shape shape, elbo_block x, elbo_block logits, float w, elbo_block dlogits) {
    EACH_ROWS(shape.rows) {
        vec record = rows_of(x, row, 0, left);
        softmax16 s = softmax_of(logits, shape.columns, row, left, record);
        vec factor = w / (s.others + s.own_exp);
        for (size_t k = 0; k < shape.columns; k++) {
            vec e = exp16(rows_of(logits, row, k, left) - s.largest);
            // softmax − 1 is minus the sum over the others.
            vec slope = factor * select16((ivec)(record == (float)k), -s.others, e);
            put_rows(dlogits, row, k, left, (vec)((ivec)slope & s.known));
        }
    }
}

/// The two thresholds around the record's level, from the location, and what is not there at the ends.
typedef struct {
    /// θ above − h, θ below − h, and θ above − θ below.
    vec above, below, width;
    ivec is_lowest, is_highest, known;
} ordinal16;

/// Equal thresholds would leave a level without any probability.
#define SMALLEST_WIDTH 1e-30f

INLINE int is_level(float x, size_t levels) { return x >= 0 && x <= (float)(levels - 1) && x == (float)(size_t)x; }

INLINE ordinal16 ordinal_of(elbo_shape shape, const float *thresholds, vec record, vec location) {
    float level[LANES], above[LANES] = {0}, below[LANES] = {0};
    int32_t known[LANES] = {0};
    memcpy(level, &record, sizeof level);
    const size_t last = shape.columns - 1;
    for (size_t i = 0; i < LANES; i++) {
        if (!is_level(level[i], shape.columns)) continue;
        size_t r = (size_t)level[i];
        known[i] = -1;
        if (r < last) above[i] = thresholds[r];
        if (r > 0) below[i] = thresholds[r - 1];
    }
    vec upper = load(above), lower = load(below);
    ivec mask;
    memcpy(&mask, known, sizeof mask);
    return (ordinal16){upper - location, lower - location, at_least(upper - lower, SMALLEST_WIDTH),
                       (ivec)(record == 0), (ivec)(record == (float)last), mask};
}

static void ordinal_terms(elbo_shape shape, elbo_block x, elbo_ordinal p, elbo_level_constants c, elbo_block terms) {
    EACH_ROWS(shape.rows) {
        vec record = rows_of(x, row, 0, left);
        ordinal16 o = ordinal_of(shape, p.thresholds, record, rows_of(p.location, row, 0, left));
        vec from_above = select16(o.is_highest, all(0), -softplus16(-o.above));
        vec from_below = select16(o.is_lowest, all(0), -softplus16(o.below));
        vec between = select16(o.is_lowest | o.is_highest, all(0), log_one_minus_exp(o.width));
        vec term = (from_above + from_below + between) + c.known;
        put_rows(terms, row, 0, left, where_present(record, select16(o.known, term, all(c.unknown))));
    }
}

/// Adds the slopes of sixteen rows to the thresholds above and below their levels, rows in order.
INLINE void add_to_thresholds(elbo_shape shape, vec record, vec above, vec below, size_t count, float *dthresholds) {
    float level[LANES], up[LANES], down[LANES];
    memcpy(level, &record, sizeof level);
    memcpy(up, &above, sizeof up);
    memcpy(down, &below, sizeof down);
    for (size_t i = 0; i < at_most_size(LANES, count); i++) {
        if (!is_level(level[i], shape.columns)) continue;
        size_t r = (size_t)level[i];
        if (r + 1 < shape.columns) dthresholds[r] += up[i];
        if (r > 0) dthresholds[r - 1] += down[i];
    }
}

static void ordinal_terms_backward(elbo_shape shape, elbo_block x, elbo_ordinal p, float w, elbo_ordinal gradient) {
    EACH_ROWS(shape.rows) {
        vec record = rows_of(x, row, 0, left);
        ordinal16 o = ordinal_of(shape, p.thresholds, record, rows_of(p.location, row, 0, left));
        // d log p by θ above and by θ below; e⁻ᵈ / (1 − e⁻ᵈ) of the width cancels in the location.
        vec above = select16(o.is_highest, all(0), sigmoid16(-o.above));
        vec below = select16(o.is_lowest, all(0), sigmoid16(o.below));
        vec between = select16(o.is_lowest | o.is_highest, all(0), 1 / expm1_16(o.width));
        put_rows(gradient.location, row, 0, left, (vec)((ivec)(w * (above - below)) & o.known));
        add_to_thresholds(shape, record, -w * (above + between), w * (below + between), left, gradient.thresholds);
    }
}
