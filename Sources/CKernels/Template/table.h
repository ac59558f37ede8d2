// The whole of one table. An instantiating file sets ELBO_TABLE, WIDTH, TILE_ROWS, ROWS_FOR_WIDE and ELBO_HARDWARE_FMA.
#include "CKernels.h"
#include "vector.h"
#include "functions.h"
#include "product.h"
#include "elementwise.h"
#include "noise.h"
#include "blocks.h"
#include "likelihoods.h"
#include "levels.h"
#include "counts.h"
#include "latents.h"
#include "outer.h"
#include "transpose.h"
#include "windows.h"
#include "convolve.h"
#include "upsample.h"
#include "normalisation.h"
#include "pixels.h"

const elbo_kernels ELBO_TABLE = {
    .product = product,
    .product_bf16 = product_bf16,
    .activate = activate,
    .activate_backward = activate_backward,
    .gate = gate,
    .gate_backward = gate_backward,
    .exp = exponential,
    .log = logarithm,
    .add = add,
    .scale = scale,
    .column_sums = column_sums,
    .sum_of_squares = sum_of_squares,
    .standard_deviation = standard_deviation,
    .reparameterise = reparameterise,
    .kl = kl,
    .posterior_backward = posterior_backward,
    .mixture_log_density = mixture_log_density,
    .mixture_backward = mixture_backward,
    .gaussian_kl = gaussian_kl,
    .gaussian_kl_backward = gaussian_kl_backward,
    .gaussian_log_density = gaussian_log_density,
    .entropy_backward = entropy_backward,
    .couple = couple,
    .couple_backward = couple_backward,
    .bernoulli = bernoulli,
    .bernoulli_backward = bernoulli_backward,
    .squared_error = squared_error,
    .gaussian_backward = gaussian_backward,
    .column_squared_errors = column_squared_errors,
    .continuous_bernoulli = continuous_bernoulli,
    .continuous_bernoulli_backward = continuous_bernoulli_backward,
    .continuous_bernoulli_mean = continuous_bernoulli_mean,
    .discretized_logistic = discretized_logistic,
    .discretized_logistic_backward = discretized_logistic_backward,
    .discretized_logistic_mean = discretized_logistic_mean,
    .scales = scales,
    .scales_backward = scales_backward,
    .gaussian_terms = gaussian_terms,
    .gaussian_terms_backward = gaussian_terms_backward,
    .student_terms = student_terms,
    .student_terms_backward = student_terms_backward,
    .bernoulli_terms = bernoulli_terms,
    .bernoulli_terms_backward = bernoulli_terms_backward,
    .categorical_terms = categorical_terms,
    .categorical_terms_backward = categorical_terms_backward,
    .ordinal_terms = ordinal_terms,
    .ordinal_terms_backward = ordinal_terms_backward,
    .poisson_terms = poisson_terms,
    .poisson_terms_backward = poisson_terms_backward,
    .negative_binomial_terms = negative_binomial_terms,
    .negative_binomial_terms_backward = negative_binomial_terms_backward,
    .add_column_sums = add_column_sums,
    .accumulate = accumulate,
    .adam = adam,
    .words = words,
    .normals = normals,
    .binarise = binarise,
    .scale_rows = scale_rows,
    .add_outer = add_outer,
    .transpose = transpose,
    .unfold = unfold,
    .convolve = convolve,
    .convolve_transposed = convolve_transposed,
    .fold = fold,
    .max_pool = max_pool,
    .max_pool_backward = max_pool_backward,
    .average_pool = average_pool,
    .average_pool_backward = average_pool_backward,
    .upsample = upsample,
    .upsample_backward = upsample_backward,
    .group_moments = group_moments,
    .normalise_groups = normalise_groups,
    .normalise_groups_backward = normalise_groups_backward,
    .column_moments = column_moments,
    .normalise_columns = normalise_columns,
    .normalise_columns_backward = normalise_columns_backward,
    .dropout = dropout,
};
