#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

uint64_t fib(int n) { return n <= 2 ? 1 : fib(n - 1) + fib(n - 2); }

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Compute for so long, and return how many rounds that were. */
uint64_t compute(double seconds) {
  double end = now() + seconds;
  uint64_t rounds = 0;
  while (now() < end) rounds++;
  return rounds;
}

double sum(const double *a, int n) {
  double total = 0;
  for (int i = 0; i < n; i++) total += a[i];
  return total;
}

void scale(float *a, size_t n, float by) {
  for (size_t i = 0; i < n; i++) a[i] *= by;
}

/* Wait, and only then write: what lay there may have been moved or freed meanwhile. */
int fill_late(int32_t *a, int n, int value, int ms) {
  usleep(ms * 1000);
  for (int i = 0; i < n; i++) a[i] = value + i;
  return n;
}

/* How many of these calls run at once, at the most. */
static int running, most;
int meet(int ms) {
  int here = __atomic_add_fetch(&running, 1, __ATOMIC_SEQ_CST);
  int seen = __atomic_load_n(&most, __ATOMIC_SEQ_CST);
  while (here > seen && !__atomic_compare_exchange_n(&most, &seen, here, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {}
  usleep(ms * 1000);
  __atomic_sub_fetch(&running, 1, __ATOMIC_SEQ_CST);
  return __atomic_load_n(&most, __ATOMIC_SEQ_CST);
}

const char *language(const char *greeting) {
  if (greeting == NULL) return NULL;
  return strcmp(greeting, "grüezi") == 0 ? "Zürich" : "elsewhere";
}

int64_t least(void) { return INT64_MIN; }
uint64_t greatest(void) { return UINT64_MAX; }
int64_t add(int64_t a, int64_t b) { return a + b; }
bool not(bool x) { return !x; }
uint8_t low(uint16_t x) { return (uint8_t)x; }
float half(float x) { return x / 2; }

/* One mebibyte on the stack. */
int deep(int n) {
  volatile char page[1 << 20];
  for (int i = 0; i < (1 << 20); i += 4096) page[i] = (char)n;
  return page[1 << 19];
}

void crash(void) { *(volatile int *)NULL = 1; }
