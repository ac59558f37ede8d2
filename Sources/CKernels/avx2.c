#if defined(__x86_64__)
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define ELBO_TABLE elbo_avx2
#define ELBO_HARDWARE_FMA 1
#define WIDTH 8
#define TILE_ROWS 6
#define ROWS_FOR_WIDE 1
#include "Template/table.h"
#pragma clang attribute pop
#endif
