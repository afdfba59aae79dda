#pragma once

// OFFEX_CLONES compiles a plain function twice, for baseline x86-64 and for x86-64-v3 (AVX2), and
// picks one when the program starts. Only for hot kernels that are not templates: clang refuses
// clones of templates, and the thread sanitizer crashes in the resolver.
#if defined(__x86_64__) && defined(__ELF__) && !defined(__SANITIZE_THREAD__) && \
    !defined(OFFEX_NO_CLONES)
#define OFFEX_CLONES __attribute__((target_clones("default", "arch=x86-64-v3")))
// One clone more, with AVX-512, for loops that do nothing but arithmetic on long spans.
#define OFFEX_WIDE_CLONES \
  __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define OFFEX_CLONES
#define OFFEX_WIDE_CLONES
#endif
