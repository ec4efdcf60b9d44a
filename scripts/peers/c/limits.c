/*
 * What the machine itself allows: how fast a cache line passes from one process to another and
 * back (latency of 8 bytes), and how fast one process copies memory (bandwidth).
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

enum { LINE = 64, END = -1 };

struct copy {
  char *from;
  char *to;
  size_t bytes;
};

static long alone(long times) { return times; }

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/* Keep to the n-th of the processors that this process may use. Tells whether there is one. */
static bool pin(const cpu_set_t *allowed, int n) {
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu += 1) {
    if (!CPU_ISSET(cpu, allowed) || n-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    return sched_setaffinity(0, sizeof one, &one) == 0;
  }
  return false;
}

/* The one who starts writes odd numbers, the other answers each with the even one after it. */
static double bounce(void *line, long times) {
  atomic_long *ball = line;
  const double start = now();
  for (long i = 0; i < times; i += 1) {
    const long sent = atomic_load_explicit(ball, memory_order_relaxed) + 1;
    atomic_store_explicit(ball, sent, memory_order_release);
    while (atomic_load_explicit(ball, memory_order_acquire) == sent) pause_briefly();
  }
  return now() - start;
}

static void answer(atomic_long *ball) {
  for (;;) {
    const long seen = atomic_load_explicit(ball, memory_order_acquire);
    if (seen == END) return;
    if (seen % 2 == 1) {
      atomic_store_explicit(ball, seen + 1, memory_order_release);
    } else {
      pause_briefly();
    }
  }
}

static void measure_line(double seconds) {
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof allowed, &allowed);
  if (CPU_COUNT(&allowed) < 2) return;
  atomic_long *ball =
      mmap(NULL, LINE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (ball == MAP_FAILED) {
    perror("mmap");
    exit(1);
  }
  const pid_t child = fork();
  if (child < 0) {
    perror("fork");
    exit(1);
  }
  if (child == 0) {
    // It spins, so it must not outlive its parent.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin(&allowed, 1);
    answer(ball);
    _exit(0);
  }
  pin(&allowed, 0);
  const double taken = measure(bounce, ball, seconds, alone);
  atomic_store(ball, END);
  waitpid(child, NULL, 0);
  sched_setaffinity(0, sizeof allowed, &allowed);
  printf("{\"test\":\"latency\",\"what\":\"array\",\"bytes\":8,");
  printf("\"microseconds\":%.4f}\n", taken / 2 * 1e6);
}

static double copy_often(void *of, long times) {
  const struct copy *copy = of;
  const double start = now();
  for (long i = 0; i < times; i += 1) {
    memcpy(copy->to, copy->from, copy->bytes);
    // The compiler must believe that somebody reads each copy.
    __asm__ volatile("" : : "r"(copy->to) : "memory");
  }
  return now() - start;
}

static void measure_copies(const struct options *options) {
  struct copy copy;
  for (int i = 0; i < options->size_count; i += 1) {
    copy.bytes = options->sizes[i];
    if (copy.bytes == 0) continue;
    copy.from = pages(copy.bytes, options->huge_pages);
    copy.to = pages(copy.bytes, options->huge_pages);
    fill(copy.from, copy.bytes);
    const double taken = measure(copy_often, &copy, options->seconds, alone);
    if (memcmp(copy.from, copy.to, copy.bytes) != 0) {
      fprintf(stderr, "memcpy of %zu bytes: the copy differs\n", copy.bytes);
      exit(1);
    }
    free(copy.from);
    free(copy.to);
    printf("{\"test\":\"bandwidth\",\"what\":\"array\",\"bytes\":%zu,", copy.bytes);
    printf("\"megabytesPerSecond\":%.2f}\n", copy.bytes / taken / 1e6);
  }
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  const struct options options = read_options(argc, argv);
  if (!listed(options.what, "array")) return 0;
  if (listed(options.tests, "latency")) measure_line(options.seconds);
  if (listed(options.tests, "bandwidth")) measure_copies(&options);
}
