#define _GNU_SOURCE
#include "measure.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { MOST_BATCHES = 1000, LEAST_BATCHES = 3, BATCHES = 50, TRIES = 3 };

static const size_t PAGE = 4096;
static const size_t HUGE_PAGE = 2 << 20;

static void refuse(const char *option, const char *value, const char *remedy) {
  fprintf(stderr, "%s %s: %s\n", option, value, remedy);
  exit(2);
}

static void read_sizes(struct options *options, const char *list) {
  options->size_count = 0;
  const char *at = list;
  for (;;) {
    char *end;
    const size_t bytes = strtoull(at, &end, 10);
    const bool ends = *end == ',' || *end == '\0';
    if (end == at || !ends || bytes > INT_MAX || options->size_count == MOST_SIZES) {
      refuse("--sizes", list, "give up to 64 numbers of bytes below 2 GiB, separated by commas");
    }
    options->sizes[options->size_count++] = bytes;
    if (*end == '\0') return;
    at = end + 1;
  }
}

struct options read_options(int argc, char **argv) {
  struct options options = {
      .tests = "latency,bandwidth,rate,ring",
      .what = "array,dict,rows,floats",
      .seconds = 0.3,
  };
  read_sizes(&options, "0,8,64,1024,16384,65536,1048576,16777216,67108864");
  for (int i = 1; i < argc; i += 2) {
    const char *name = argv[i];
    const char *value = argv[i + 1];
    if (value == NULL) refuse(name, "", "give it a value");
    if (strcmp(name, "--tests") == 0) {
      options.tests = value;
    } else if (strcmp(name, "--what") == 0) {
      options.what = value;
    } else if (strcmp(name, "--sizes") == 0) {
      read_sizes(&options, value);
    } else if (strcmp(name, "--seconds") == 0) {
      options.seconds = atof(value);
      if (!(options.seconds > 0)) refuse(name, value, "give a number of seconds above 0");
    } else if (strcmp(name, "--memory") == 0) {
      options.huge_pages = strcmp(value, "huge") == 0;
      if (!options.huge_pages && strcmp(value, "plain") != 0) {
        refuse(name, value, "give plain or huge");
      }
    } else {
      refuse(name, value, "there are --tests, --what, --sizes, --seconds and --memory");
    }
  }
  return options;
}

bool listed(const char *list, const char *name) {
  const size_t length = strlen(name);
  for (const char *at = list; at != NULL; at = strchr(at, ',')) {
    if (*at == ',') at += 1;
    if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\0')) return true;
  }
  return false;
}

char *pages(size_t bytes, bool huge) {
  const size_t page = huge ? HUGE_PAGE : PAGE;
  const size_t rounded = (bytes + page - 1) / page * page;
  void *memory;
  if (posix_memalign(&memory, page, rounded) != 0) {
    fprintf(stderr, "no memory for %zu bytes\n", rounded);
    exit(1);
  }
  // The advice counts for pages that are touched after it.
  if (huge && madvise(memory, rounded, MADV_HUGEPAGE) != 0) perror("madvise(MADV_HUGEPAGE)");
  memset(memory, 0, rounded);
  return memory;
}

void fill(char *memory, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 1) memory[i] = (char)(i * 31 % 251);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static double time_batch(exchange *run, void *test, agreement *agree, long times) {
  agree(times);
  const double start = now();
  run(test, times);
  return now() - start;
}

static int by_value(const void *a, const void *b) {
  const double x = *(const double *)a;
  const double y = *(const double *)b;
  return (x > y) - (x < y);
}

/* One slow batch may have met another process on its processor: all of three must take so long. */
static bool takes(double least, exchange *run, void *test, agreement *agree, long times) {
  for (int i = 0; i < TRIES; i += 1) {
    if (time_batch(run, test, agree, times) < least) return false;
  }
  return true;
}

double measure(exchange *run, void *test, double seconds, agreement *agree) {
  long times = 1;
  while (!takes(seconds / BATCHES, run, test, agree, times)) times *= 2;
  double batches[MOST_BATCHES];
  int count = 0;
  double total = 0;
  while ((total < seconds || count < LEAST_BATCHES) && count < MOST_BATCHES) {
    const double taken = time_batch(run, test, agree, times);
    total += taken;
    batches[count++] = taken / times;
  }
  agree(0);
  qsort(batches, count, sizeof batches[0], by_value);
  return (batches[(count - 1) / 2] + batches[count / 2]) / 2;
}

void follow(exchange *run, void *test, agreement *agree) {
  for (long times = agree(0); times > 0; times = agree(0)) run(test, times);
}
