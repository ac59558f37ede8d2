// Densities of latents: mixtures of diagonal Gaussians, and divergences between two diagonal Gaussians.

/// a[c] = k[c] − ½ Σ_l (z[l] − m[l, c])² e[l, c] of one row, in order of l.
static void mixture_exponents(const float *z, const elbo_mixture *p, float *a) {
    size_t n = p->components;
    EACH(n) {
        vec sum = {0};
        for (size_t l = 0; l < p->latents; l++) {
            vec d = all(z[l]) - AT(p->mean + l * n);
            sum = fma16(d * AT(p->precision + l * n), d, sum);
        }
        PUT(a, fma16(all(-0.5f), sum, AT(p->constant)));
    }
}

static float largest_of(const float *a, size_t n) {
    float largest = a[0];
    for (size_t i = 1; i < n; i++) largest = a[i] > largest ? a[i] : largest;
    return largest;
}

static void mixture_log_density(const float *z, const elbo_mixture *p, size_t rows, float *share, double *density) {
    size_t n = p->components;
    for (size_t r = 0; r < rows; r++) {
        float *a = share + r * n;
        mixture_exponents(z + r * p->latents, p, a);
        float largest = largest_of(a, n);
        dvec sum = {0};
        EACH(n) {
            vec e = keep_first(exp16(AT(a) - largest), left);
            PUT(a, e);
            sum += widen(e);
        }
        double total = add_lanes(sum);
        scale(a, (float)(1 / total), a, n);
        density[r] = (double)largest + elbo_log64(total);
    }
}

static void mixture_backward(const float *z, const float *share, const float *weight, const elbo_mixture *p, size_t rows,
                             float *dz, const elbo_mixture_gradient *g) {
    size_t n = p->components;
    for (size_t r = 0; r < rows; r++) {
        const float *a = share + r * n;
        float w = weight[r];
        for (size_t l = 0; l < p->latents; l++) {
            dvec sum = {0};
            float at = z[r * p->latents + l];
            EACH(n) {
                vec precision = AT(p->precision + l * n), d = all(at) - AT(p->mean + l * n);
                vec responsibility = all(w) * AT(a), pull = responsibility * (d * precision);
                sum += widen(keep_first(pull, left));
                float *dm = g->mean + l * n, *dv = g->log_variance + l * n;
                PUT(dm, AT(dm) - pull);
                PUT(dv, fma16(all(0.5f), fma16(-pull, d, responsibility), AT(dv)));
            }
            dz[r * p->latents + l] += (float)add_lanes(sum);
        }
        EACH(n) PUT(g->constant, fma16(all(-w), AT(a), AT(g->constant)));
    }
}

static double gaussian_kl(const float *m, const float *v, const float *p, const float *w, size_t n) {
    dvec sum = {0};
    EACH(n) {
        vec d = AT(m) - AT(p), ratio = AT(v) - AT(w);
        // Padding lanes give expm1(0) − 0 + 0² = 0.
        sum += widen(fma16(d * exp16(-AT(w)), d, expm1_16(ratio) - ratio));
    }
    return 0.5 * add_lanes(sum);
}

static void gaussian_kl_backward(const float *m, const float *v, const float *p, const float *w, float weight, float *dm,
                                 float *dv, float *dp, float *dw, size_t n) {
    EACH(n) {
        vec d = AT(m) - AT(p), pull = d * exp16(-AT(w)), excess = expm1_16(AT(v) - AT(w));
        PUT(dm, weight * pull);
        PUT(dv, 0.5f * weight * excess);
        PUT(dp, -(weight * pull));
        PUT(dw, -0.5f * weight * fma16(pull, d, excess));
    }
}

static double gaussian_log_density(const float *z, const float *m, const float *v, size_t n) {
    dvec sum = {0};
    EACH(n) {
        vec d = AT(z) - AT(m), variance = AT(v);
        sum += widen(keep_first(fma16(d * exp16(-variance), d, variance + 1.8378770664093453f), left));
    }
    return -0.5 * add_lanes(sum);
}

static void entropy_backward(const float *v, const float *e, const float *dz, float w, float *dv, size_t n) {
    EACH(n) PUT(dv, 0.5f * fma16(AT(dz) * AT(e), exp16(0.5f * AT(v)), all(-w)));
}

static double couple(const float *x, const float *m, const float *v, float *y, size_t n) {
    dvec sum = {0};
    EACH(n) {
        vec variance = AT(v);
        PUT(y, (AT(x) - AT(m)) * exp16(-0.5f * variance));
        sum += widen(variance);
    }
    return add_lanes(sum);
}

static void couple_backward(const float *y, const float *v, const float *dy, float w, float *dx, float *dm, float *dv,
                            size_t n) {
    EACH(n) {
        vec d = AT(dy), value = AT(y), pull = d * exp16(-0.5f * AT(v));
        PUT(dx, pull);
        PUT(dm, -pull);
        PUT(dv, 0.5f * fma16(-d, value, all(w)));
    }
}
