#include <omp.h>
#include <stdint.h>

uint64_t fib(int n) { return n <= 2 ? 1 : fib(n - 1) + fib(n - 2); }

/* Put fib of each number into results, spread over threads; return how many threads there were. */
int fibs(const int32_t *numbers, uint64_t *results, int count, int threads) {
  int used = 0;
#pragma omp parallel num_threads(threads) reduction(+ : used)
  {
    used = 1;
#pragma omp for schedule(dynamic)
    for (int i = 0; i < count; i++) results[i] = fib(numbers[i]);
  }
  return used;
}
