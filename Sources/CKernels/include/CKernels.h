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

typedef struct {
    // Matrices are row-major and dense: a is [m, k], c is [m, n].

    /// c = f(bias + a · B), B and its bias packed by elbo_pack_*.
    void (*product)(const float *a, const float *packed, float *c, size_t m, size_t n, size_t k, elbo_activation f);

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

    /// Adam (Kingma and Ba 2015, algorithm 1) with the moving average of the weights (`average`).
    void (*adam)(float *weight, const float *gradient, float *first, float *second, float *average, size_t n,
                 const elbo_adam *step);

    /// n raw words of the stream.
    void (*words)(elbo_noise stream, uint32_t *out, size_t n);
    /// n standard normals by Box–Muller; four from each counter.
    void (*normals)(elbo_noise stream, float *out, size_t n);
    /// out = 1 where a uniform number is below p, else 0.
    void (*binarise)(elbo_noise stream, const float *p, float *out, size_t n);
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
/// out [c, r] from in [r, c].
void elbo_transpose(const float *in, float *out, size_t r, size_t c);

// Double precision for the few numbers a record that need it; plain multiplications and additions, no libm.
double elbo_exp64(double x);
double elbo_log64(double x);
/// log Γ(x) for x ≥ 0: to 10⁻¹⁴, relative where the value exceeds 1; exactly 0 at 1 and 2.
double elbo_log_gamma64(double x);
/// ψ(x) = d log Γ(x) / dx for x ≥ 0, as accurate.
double elbo_digamma64(double x);

#endif
