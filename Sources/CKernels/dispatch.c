#include "CKernels.h"

extern const elbo_kernels elbo_portable;

#if defined(__x86_64__)
extern const elbo_kernels elbo_avx2, elbo_avx512;

const elbo_kernels *elbo_kernels_for(elbo_instruction_set set) {
    __builtin_cpu_init();
    switch (set) {
    case ELBO_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
                       && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma")
                   ? &elbo_avx512
                   : NULL;
    case ELBO_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &elbo_avx2 : NULL;
    case ELBO_PORTABLE: return &elbo_portable;
    }
    return NULL;
}
#else
const elbo_kernels *elbo_kernels_for(elbo_instruction_set set) { return set == ELBO_PORTABLE ? &elbo_portable : NULL; }
#endif
