// log p of the cells of a group of columns, and the gradient of −w·log p. Formulas: CKernels.h.

#define HALF_LOG_TWO_PI_F 0.918938533f

/// σ stays a normal number even without a floor.
#define SMALLEST_SIGMA 1e-20f
/// Residuals stay where their squares are finite.
#define LARGEST_RESIDUAL 1e16f

INLINE vec sigma16(vec raw, vec floor) { return at_least(floor + softplus16(raw), SMALLEST_SIGMA); }

static void scales(elbo_shape shape, elbo_block raw, elbo_block floor, elbo_block inverse, elbo_block logarithm) {
    EACH_CELLS(shape) {
        vec sigma = sigma16(cells_of(raw, at), cells_of(floor, at));
        put_cells(inverse, at, 1 / sigma);
        put_cells(logarithm, at, log16(sigma));
    }
}

static void scales_backward(elbo_shape shape, elbo_block raw, elbo_block floor, elbo_block dlog, elbo_block draw) {
    EACH_CELLS(shape) {
        vec r = cells_of(raw, at), sigma = sigma16(r, cells_of(floor, at));
        put_cells(draw, at, cells_of(dlog, at) * (sigmoid16(r) / sigma));
    }
}

/// (x − m) / σ
INLINE vec residual16(vec x, vec mean, vec inverse) {
    return at_least(at_most((x - mean) * inverse, LARGEST_RESIDUAL), -LARGEST_RESIDUAL);
}

static void gaussian_terms(elbo_shape shape, elbo_block x, elbo_location_scale p, elbo_block terms) {
    EACH_CELLS(shape) {
        vec record = cells_of(x, at), r = residual16(record, cells_of(p.mean, at), cells_of(p.inverse, at));
        vec constant = -HALF_LOG_TWO_PI_F - cells_of(p.logarithm, at);
        put_cells(terms, at, where_present(record, fma16(-0.5f * r, r, constant)));
    }
}

static void gaussian_terms_backward(elbo_shape shape, elbo_block x, elbo_location_scale p, float w, elbo_block dmean,
                                    elbo_block dlog) {
    EACH_CELLS(shape) {
        vec record = cells_of(x, at), inverse = cells_of(p.inverse, at);
        vec r = residual16(record, cells_of(p.mean, at), inverse);
        put_cells(dmean, at, where_present(record, -w * r * inverse));
        put_cells(dlog, at, where_present(record, w * fma16(-r, r, all(1))));
    }
}

static void student_terms(elbo_shape shape, elbo_block x, elbo_location_scale p, elbo_student_shape t, elbo_block terms) {
    EACH_CELLS(shape) {
        vec record = cells_of(x, at), r = residual16(record, cells_of(p.mean, at), cells_of(p.inverse, at));
        vec nu = cells_of(t.degrees, at), constant = cells_of(t.constant, at) - cells_of(p.logarithm, at);
        put_cells(terms, at, where_present(record, fma16(-0.5f * (nu + 1), log1p16(r * r / nu), constant)));
    }
}

static void student_terms_backward(elbo_shape shape, elbo_block x, elbo_location_scale p, elbo_student_shape t, float w,
                                   elbo_block dmean, elbo_block dlog) {
    EACH_CELLS(shape) {
        vec record = cells_of(x, at), inverse = cells_of(p.inverse, at), nu = cells_of(t.degrees, at);
        vec r = residual16(record, cells_of(p.mean, at), inverse), factor = w / fma16(r, r, nu);
        put_cells(dmean, at, where_present(record, -factor * (nu + 1) * r * inverse));
        // 1 − (ν + 1) r² / (ν + r²) as ν (1 − r²) / (ν + r²): nothing cancels but at |r| = 1.
        put_cells(dlog, at, where_present(record, factor * nu * fma16(-r, r, all(1))));
    }
}

/// The mask of records that are one of the two levels.
INLINE ivec is_binary(vec x) { return (ivec)((x == 0) | (x == 1)); }

static void bernoulli_terms(elbo_shape shape, elbo_block x, elbo_block logits, elbo_level_constants c, elbo_block terms) {
    EACH_CELLS(shape) {
        // x·l − max(l, 0) first, as in `bernoulli`.
        vec record = cells_of(x, at), logit = cells_of(logits, at);
        vec certain = fma16(record, logit, -at_least(logit, 0));
        vec term = (certain - log1p16(exp16(-abs16(logit)))) + c.known;
        put_cells(terms, at, where_present(record, select16(is_binary(record), term, all(c.unknown))));
    }
}

static void bernoulli_terms_backward(elbo_shape shape, elbo_block x, elbo_block logits, float w, elbo_block dlogits) {
    EACH_CELLS(shape) {
        vec record = cells_of(x, at);
        vec e = exp16(-at_least(cells_of(logits, at), -87)), s = 1 / (1 + e);
        vec slope = w * fma16(1 - record, s, -(record * (e * s)));
        put_cells(dlogits, at, select16(is_binary(record), slope, all(0)));
    }
}
