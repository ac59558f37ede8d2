#if defined(__x86_64__)
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#define ELBO_TABLE elbo_avx512
#define ELBO_HARDWARE_FMA 1
#define WIDTH 16
#define HAS_MASKS 1
#define TILE_ROWS 12
#define ROWS_FOR_WIDE 3
#include "Template/table.h"
#pragma clang attribute pop
#endif
