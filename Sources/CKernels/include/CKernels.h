// The arithmetic of Elbo in C: one table of functions for each instruction set, chosen at run time.
//
// Promise: every function gives the same bits in every table. Each output has one accumulator that takes its terms in
// index order through fused multiply-add, elementwise functions are polynomials of our own (libm picks other code on
// other CPUs), and the three tables are compiled from one source text (Template/), so nothing is reassociated or contracted differently.
#ifndef ELBO_CKERNELS_H
#define ELBO_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Outputs in one panel of packed weights.
#define ELBO_PANEL 32

typedef enum { ELBO_PORTABLE = 0, ELBO_AVX2 = 1, ELBO_AVX512 = 2 } elbo_instruction_set;

typedef enum {
    ELBO_IDENTITY = 0,
    ELBO_RELU,
    ELBO_LEAKY_RELU,
    ELBO_ELU,
    ELBO_GELU,
    ELBO_SILU,
    ELBO_TANH,
    ELBO_SIGMOID,
    ELBO_SOFTPLUS,
} elbo_activation;

/// Where a stream of counter-based noise starts: Philox4x32-10 under `key`, counters (0, 1, 2, …; stream).
typedef struct {
    uint32_t key[2];
    uint32_t stream[3];
} elbo_noise;

/// The numbers of one Adam step; the bias corrections are 1 − βᵗ.
typedef struct {
    float learning_rate, beta1, beta2, epsilon, correction1, correction2;
    /// Factor on the gradient before use (clipping).
    float gradient_scale;
    /// Decay of the exponential moving average of the weights.
    float average_decay;
} elbo_adam;

/// A mixture of diagonal Gaussians: mean and precision 1/σ² are [latents, components], constant is the logarithm of each
/// component's weight and normaliser.
typedef struct {
    const float *mean, *precision, *constant;
    size_t latents, components;
} elbo_mixture;

/// The gradient by a mixture's means, log variances (through the precisions alone: ½ (1 − d²/σ²) takes the normaliser with
/// it) and constants; of the same shapes.
typedef struct {
    float *mean, *log_variance, *constant;
} elbo_mixture_gradient;

typedef struct {
    size_t rows, columns;
} elbo_shape;

/// The first cell of some columns of a matrix, and the distance of two rows; 0 gives every row the same cells.
typedef struct {
    float *data;
    size_t stride;
} elbo_block;

/// m, 1/σ and log σ of each cell. The gradients do not read log σ.
typedef struct {
    elbo_block mean, inverse, logarithm;
} elbo_location_scale;

/// ν, and log Γ((ν + 1)/2) − log Γ(ν/2) − ½ log νπ.
typedef struct {
    elbo_block degrees, constant;
} elbo_student_shape;

/// m of each number, and its scale s = max(floor + softplus(raw), 10⁻²⁰), at most 10¹⁵.
typedef struct {
    const float *location, *raw;
    float floor;
} elbo_logistic;

/// Terms of a level that training did not see, and what is added to those of known levels.
typedef struct {
    float unknown, known;
} elbo_level_constants;

/// h of each row, and the increasing thresholds between the levels; or the gradients of both.
typedef struct {
    elbo_block location;
    float *thresholds;
} elbo_ordinal;

typedef struct {
    size_t height, width;
} elbo_extent;

/// A window that slides over images [height, width, channels]: output place (i, j) sees kernel taps from
/// (i · stride − padding, j · stride − padding) on. The caller has made `output` fit.
typedef struct {
    elbo_extent image, kernel, stride, padding, output;
    size_t channels;
} elbo_windows;

/// Rows of [places, channels] numbers, the channels in `groups` runs of equal length.
typedef struct {
    size_t places, channels, groups;
} elbo_groups;

/// Mean and biased variance, of each group of each row or of each column.
typedef struct {
    const float *mean, *variance;
} elbo_moments;

/// γ and β of each channel, or of each number of a row.
typedef struct {
    const float *gamma, *beta;
    size_t per_number;
} elbo_affine;

typedef struct {
    float *gamma, *beta;
} elbo_affine_gradient;

typedef struct {
    // Matrices are row-major and dense: a is [m, k], c is [m, n].

    /// c = f(bias + a · B), B and its bias packed by elbo_pack_*.
    void (*product)(const float *a, const float *packed, float *c, size_t m, size_t n, size_t k, elbo_activation f);
    /// The same with weights of elbo_pack_bf16, made floats in registers: products and sums are those of floats.
    void (*product_bf16)(const float *a, const float *packed, float *c, size_t m, size_t n, size_t k, elbo_activation f);

    /// y = f(x); y may be x.
    void (*activate)(elbo_activation f, const float *x, float *y, size_t n);
    /// dx = dy · f′(x); dx may be dy.
    void (*activate_backward)(elbo_activation f, const float *x, const float *dy, float *dx, size_t n);
    /// y = v · sigmoid(g).
    void (*gate)(const float *v, const float *g, float *y, size_t n);
    /// dv = dy · sigmoid(g), dg = dy · v · sigmoid′(g).
    void (*gate_backward)(const float *v, const float *g, const float *dy, float *dv, float *dg, size_t n);

    void (*exp)(const float *x, float *y, size_t n);
    /// For normal positive x.
    void (*log)(const float *x, float *y, size_t n);

    /// y += x.
    void (*add)(const float *x, float *y, size_t n);
    /// y = x · a.
    void (*scale)(const float *x, float a, float *y, size_t n);
    /// out[j] = Σᵢ a[i, j], i in order.
    void (*column_sums)(const float *a, float *out, size_t rows, size_t columns);
    /// Σ x², in double.
    double (*sum_of_squares)(const float *x, size_t n);

    /// s = exp(½ v).
    void (*standard_deviation)(const float *v, float *s, size_t n);
    /// z = m + s · e.
    void (*reparameterise)(const float *m, const float *s, const float *e, float *z, size_t n);
    /// KL(N(m, eᵛ) ‖ N(0, 1)) in nats, summed over n latents.
    double (*kl)(const float *m, const float *v, size_t n);
    /// dm = dz + w·m; dv = ½ dz·e·exp(½v) + ½ w (exp(v) − 1).
    void (*posterior_backward)(const float *m, const float *v, const float *e, const float *dz, float w, float *dm,
                               float *dv, size_t n);

    /// log Σ_c exp(k[c] − ½ Σ_l (z[l] − m[l, c])² e[l, c]) of each row of z [rows, latents], and each component's share of
    /// it [rows, components].
    void (*mixture_log_density)(const float *z, const elbo_mixture *p, size_t rows, float *share, double *density);
    /// The gradient of −Σ_r weight[r] log density(z_r): added to dz and to g.
    void (*mixture_backward)(const float *z, const float *share, const float *weight, const elbo_mixture *p, size_t rows,
                             float *dz, const elbo_mixture_gradient *g);
    /// KL(N(m, eᵛ) ‖ N(p, eʷ)) in nats, summed over n latents.
    double (*gaussian_kl)(const float *m, const float *v, const float *p, const float *w, size_t n);
    /// The gradient of weight · KL by all four; overwritten.
    void (*gaussian_kl_backward)(const float *m, const float *v, const float *p, const float *w, float weight, float *dm,
                                 float *dv, float *dp, float *dw, size_t n);
    /// log N(z; m, eᵛ) in nats, summed over n latents.
    double (*gaussian_log_density)(const float *z, const float *m, const float *v, size_t n);
    /// dv = ½ (dz·e·exp(½v) − w): the gradient through z = m + e·exp(½v), with w times the entropy of z as a gain.
    void (*entropy_backward)(const float *v, const float *e, const float *dz, float w, float *dv, size_t n);

    /// y = (x − m)·exp(−½v); the sum of v.
    double (*couple)(const float *x, const float *m, const float *v, float *y, size_t n);
    /// From dy, and w times −½ Σ v as a loss: dx, dm = −dx and dv.
    void (*couple_backward)(const float *y, const float *v, const float *dy, float w, float *dx, float *dm, float *dv,
                            size_t n);

    /// Σ x·l − softplus(l).
    double (*bernoulli)(const float *x, const float *l, size_t n);
    /// dl = w (sigmoid(l) − x): the gradient of −w·log p.
    void (*bernoulli_backward)(const float *x, const float *l, float w, float *dl, size_t n);
    /// Σ (x − m)² · p, p the precision of each column.
    double (*squared_error)(const float *x, const float *m, const float *p, size_t n);
    /// dm = w (m − x) · p.
    void (*gaussian_backward)(const float *x, const float *m, const float *p, float w, float *dm, size_t n);
    /// out[j] = Σᵢ (x[i, j] − m[i, j])², i in order.
    void (*column_squared_errors)(const float *x, const float *m, float *out, size_t rows, size_t columns);

    // x in [0, 1]. E is the mean of the continuous Bernoulli, 1/(1 − e⁻ˡ) − 1/l.

    /// Σ x·l − log((eˡ − 1)/l).
    double (*continuous_bernoulli)(const float *x, const float *l, size_t n);
    /// dl = w (E(l) − x).
    void (*continuous_bernoulli_backward)(const float *x, const float *l, float w, float *dl, size_t n);
    /// y = E(l).
    void (*continuous_bernoulli_mean)(const float *l, float *y, size_t n);
    /// Σ log(sigmoid(a) − sigmoid(b)), a = ((k + 1)/256 − m)/s and b = (k/256 − m)/s, k the whole number nearest 255 x;
    /// a = ∞ for k = 255, b = −∞ for k = 0. (k + ½)/256 − m over s is held within ±10¹⁶.
    double (*discretized_logistic)(const float *x, elbo_logistic p, size_t n);
    /// dlocation = w (sigmoid(−a) − sigmoid(b))/s,
    /// draw = w (a·sigmoid(−a) − b·sigmoid(b) + d/(eᵈ − 1)) sigmoid(raw)/s, d = a − b; without the terms of an open edge.
    void (*discretized_logistic_backward)(const float *x, elbo_logistic p, float w, float *dlocation, float *draw,
                                          size_t n);
    /// y = E[k]/255, to 7·10⁻⁶ for s of half a level, 1/512, or more.
    void (*discretized_logistic_mean)(elbo_logistic p, float *y, size_t n);

    // log p in nats of the cells of a group of columns, and gradients of −w·log p. A record's NaN is missing: its term and
    // gradients are 0. `shape` is that of the group; only inputs may have stride 0.

    /// inverse = 1/σ, logarithm = log σ; σ = max(floor + softplus(raw), 10⁻²⁰).
    void (*scales)(elbo_shape shape, elbo_block raw, elbo_block floor, elbo_block inverse, elbo_block logarithm);
    /// draw = dlog · sigmoid(raw) / σ; draw may be dlog.
    void (*scales_backward)(elbo_shape shape, elbo_block raw, elbo_block floor, elbo_block dlog, elbo_block draw);
    /// −½ log 2π − log σ − ½ r², r = (x − m)/σ held within ±10¹⁶.
    void (*gaussian_terms)(elbo_shape shape, elbo_block x, elbo_location_scale p, elbo_block terms);
    /// dmean = −w r/σ, dlog = w (1 − r²).
    void (*gaussian_terms_backward)(elbo_shape shape, elbo_block x, elbo_location_scale p, float w, elbo_block dmean,
                                    elbo_block dlog);
    /// constant − log σ − ½ (ν + 1) log(1 + r²/ν).
    void (*student_terms)(elbo_shape shape, elbo_block x, elbo_location_scale p, elbo_student_shape t,
                          elbo_block terms);
    /// dmean = −w (ν + 1) r / (ν + r²) / σ, dlog = w (1 − (ν + 1) r² / (ν + r²)).
    void (*student_terms_backward)(elbo_shape shape, elbo_block x, elbo_location_scale p, elbo_student_shape t,
                                   float w, elbo_block dmean, elbo_block dlog);
    /// x·l − softplus(l) + known for x of 0 and 1, else unknown.
    void (*bernoulli_terms)(elbo_shape shape, elbo_block x, elbo_block logits, elbo_level_constants c,
                            elbo_block terms);
    /// w (sigmoid(l) − x); 0 where unknown.
    void (*bernoulli_terms_backward)(elbo_shape shape, elbo_block x, elbo_block logits, float w, elbo_block dlogits);
    // Categorical and ordinal: shape.columns is the number of levels, 1 or more; x, terms and location are one column.
    /// l_x − log Σ exp(l) + known for x in 0 … levels − 1, else unknown.
    void (*categorical_terms)(elbo_shape shape, elbo_block x, elbo_block logits, elbo_level_constants c,
                              elbo_block terms);
    /// w (softmax(l) − onehot(x)); 0 where unknown.
    void (*categorical_terms_backward)(elbo_shape shape, elbo_block x, elbo_block logits, float w, elbo_block dlogits);
    /// log(sigmoid(θ_x − h) − sigmoid(θ_x₋₁ − h)) + known, the ends open, for x in 0 … levels − 1, else unknown.
    void (*ordinal_terms)(elbo_shape shape, elbo_block x, elbo_ordinal p, elbo_level_constants c, elbo_block terms);
    /// Writes the gradient of h and adds to that of the thresholds, rows in order; 0 where unknown.
    void (*ordinal_terms_backward)(elbo_shape shape, elbo_block x, elbo_ordinal p, float w, elbo_ordinal gradient);
    /// x·ρ − exp(ρ) − log x!, ρ the log rate held below 20.
    void (*poisson_terms)(elbo_shape shape, elbo_block x, elbo_block log_rate, elbo_block terms);
    /// w (exp(ρ) − x); 0 above the limit.
    void (*poisson_terms_backward)(elbo_shape shape, elbo_block x, elbo_block log_rate, float w, elbo_block drate);
    /// log Γ(x + θ) − log Γ(θ) − log x! + θ log(θ/(m + θ)) + x log(m/(m + θ)); log m held below 20, log θ within ±20.
    void (*negative_binomial_terms)(elbo_shape shape, elbo_block x, elbo_block log_mean, const float *log_theta,
                                    elbo_block terms);
    /// By log m and by log θ, the latter of each cell; 0 beyond the limits.
    void (*negative_binomial_terms_backward)(elbo_shape shape, elbo_block x, elbo_block log_mean,
                                             const float *log_theta, float w, elbo_block dmean, elbo_block dtheta);

    /// out[j] += Σᵢ a[i, j], i in order.
    void (*add_column_sums)(elbo_shape shape, elbo_block a, float *out);
    /// sums += a, rows in order; a stride of 0 sums all rows into one.
    void (*accumulate)(elbo_shape shape, elbo_block a, double *sums, size_t stride);

    /// Adam (Kingma and Ba 2015, algorithm 1) with the moving average of the weights (`average`).
    void (*adam)(float *weight, const float *gradient, float *first, float *second, float *average, size_t n,
                 const elbo_adam *step);

    /// n raw words of the stream.
    void (*words)(elbo_noise stream, uint32_t *out, size_t n);
    /// n standard normals by Box–Muller; four from each counter.
    void (*normals)(elbo_noise stream, float *out, size_t n);
    /// out = 1 where a uniform number is below p, else 0.
    void (*binarise)(elbo_noise stream, const float *p, float *out, size_t n);

    /// y[i, j] = factors[i] · x[i, j].
    void (*scale_rows)(elbo_shape shape, const float *x, const float *factors, float *y);
    /// c += aᵀ b, a [k, m], b [k, n], c [m, n]; terms in order of k.
    void (*add_outer)(const float *a, const float *b, float *c, size_t k, size_t m, size_t n);

    /// out [c, r] from in [r, c].
    void (*transpose)(const float *in, float *out, size_t r, size_t c);

    // Images are rows of [height, width, channels].

    /// columns [rows · output places, kernel height · kernel width · channels]; zero where a tap is outside.
    void (*unfold)(elbo_windows w, size_t rows, const float *x, float *columns);
    /// y [rows, output places, n] = f(bias + unfold(x) · B), B [k, n] packed, without the columns; the bits of both in turn.
    /// room: [image height, (output width − 1) · stride + kernel width, channels].
    void (*convolve)(elbo_windows w, size_t rows, const float *x, const float *packed, float *y, size_t n,
                     elbo_activation f, float *room);
    /// y = f(bias + the adjoint), from x [rows, output places, inputs] to images; the kernel a multiple of the stride, the padding
    /// at most kernel − stride. packed: a matrix [kernel/stride taps · inputs, channels] for each phase (i, j) of
    /// stride, tap (p, q) that of kernel place (i + (kernel/stride − 1 − p) · stride, …). An output's terms come in the order
    /// of the places of x. room: [output height, output width + 2 kernel/stride − 1, inputs].
    void (*convolve_transposed)(elbo_windows w, size_t rows, const float *x, size_t inputs, const float *packed, float *y,
                                elbo_activation f, float *room);
    /// x = bias + the adjoint of unfold, windows in order; bias [channels] or NULL.
    void (*fold)(elbo_windows w, size_t rows, const float *columns, const float *bias, float *x);
    /// The largest of each window; taps outside do not count. Every window has a tap inside.
    void (*max_pool)(elbo_windows w, size_t rows, const float *x, float *y);
    /// dy to the first of the largest.
    void (*max_pool_backward)(elbo_windows w, size_t rows, const float *x, const float *dy, float *dx);
    /// The sum of the taps inside over the number of all taps.
    void (*average_pool)(elbo_windows w, size_t rows, const float *x, float *y);
    void (*average_pool_backward)(elbo_windows w, size_t rows, const float *dy, float *dx);
    /// y [height · factor, width · factor, channels] repeats x.
    void (*upsample)(elbo_extent image, size_t channels, size_t factor, size_t rows, const float *x, float *y);
    void (*upsample_backward)(elbo_extent image, size_t channels, size_t factor, size_t rows, const float *dy, float *dx);

    /// Mean and biased variance of each group of each row: [rows, groups].
    void (*group_moments)(elbo_groups shape, size_t rows, const float *x, float *mean, float *variance);
    /// y = γ (x − mean) / √(variance + 10⁻⁵) + β.
    void (*normalise_groups)(elbo_groups shape, size_t rows, const float *x, elbo_moments m, elbo_affine a, float *y);
    /// dx through the moments; adds to the gradients of γ and β, rows and places in order.
    void (*normalise_groups_backward)(elbo_groups shape, size_t rows, const float *x, const float *dy, elbo_moments m,
                                      elbo_affine a, float *dx, elbo_affine_gradient d);
    /// Mean and biased variance of each column.
    void (*column_moments)(elbo_shape shape, const float *x, float *mean, float *variance);
    void (*normalise_columns)(elbo_shape shape, const float *x, elbo_moments m, elbo_affine a, float *y);
    /// dx through the moments; writes the gradients of γ and β.
    void (*normalise_columns_backward)(elbo_shape shape, const float *x, const float *dy, elbo_moments m, elbo_affine a,
                                       float *dx, elbo_affine_gradient d);

    /// y = 0 where a uniform number is below the rate, else x / (1 − rate); y may be x.
    void (*dropout)(elbo_noise stream, float rate, const float *x, float *y, size_t n);
} elbo_kernels;

/// The table for an instruction set, or NULL where this CPU lacks it.
const elbo_kernels *elbo_kernels_for(elbo_instruction_set set);

// Packing only moves numbers, so one form serves all. A panel holds 32 outputs: one row of biases, then k rows of weights,
// so [k + 1, 32]; the last panel is padded with zeros.

/// Floats that a packed matrix of n outputs and k inputs takes.
size_t elbo_packed_count(size_t n, size_t k);
/// From weights [n, k] as PyTorch stores them; bias [n] or NULL.
void elbo_pack_transposed(const float *weight, const float *bias, float *packed, size_t n, size_t k);
/// From a matrix [k, n], without bias.
void elbo_pack(const float *matrix, float *packed, size_t n, size_t k);

/// Floats' room that elbo_pack_bf16 takes: a row of weights is half as long, [32] + k [16] a panel.
size_t elbo_packed_bf16_count(size_t n, size_t k);
/// As elbo_pack_transposed, the weights rounded to bfloat16 (to nearest, ties to even; finite ones stay finite), the biases
/// floats. Word j of a row holds output j in its low half and output j + 16 in its high half.
void elbo_pack_bf16(const float *weight, const float *bias, float *packed, size_t n, size_t k);

/// For convolve_transposed, from weights [inputs, kernel height · kernel width · channels] and bias [channels]:
/// elbo_packed_count(channels, kernel/stride taps · inputs) floats for each phase.
void elbo_pack_phases(elbo_windows w, size_t inputs, const float *weight, const float *bias, float *packed);
/// out [c, r] from in [r, c]; the form for small matrices.
void elbo_transpose(const float *in, float *out, size_t r, size_t c);

// Double precision for the few numbers a record that need it; plain multiplications and additions, no libm.
double elbo_exp64(double x);
double elbo_log64(double x);
/// log Γ(x) for x ≥ 0: to 10⁻¹⁴, relative where the value exceeds 1; exactly 0 at 1 and 2.
double elbo_log_gamma64(double x);
/// ψ(x) = d log Γ(x) / dx for x ≥ 0, as accurate.
double elbo_digamma64(double x);

#endif
