#define _GNU_SOURCE
#include "measure.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { MOST_BATCHES = 1000, LEAST_BATCHES = 3, BATCHES = 20 };

/* All is measured as src/bench/pace.ts measures tsmpi. */
enum { WARM_UP_COUNT = 5000, MOST_WARM_UPS = 20 };
static const double WARM_UP_SECONDS = 0.1;

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
      .tests = "latency,bandwidth,rate,ring,barrier,broadcast,allreduce,alltoall",
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

double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

struct batch {
  /* How long it took: what decides how often to repeat. */
  double passed;
  /* What counts of that. */
  double counted;
};

static struct batch time_batch(exchange *run, void *test, agreement *agree, long times) {
  agree(times);
  const double start = now();
  const double counted = run(test, times);
  return (struct batch){.passed = now() - start, .counted = counted};
}

static int by_value(const void *a, const void *b) {
  const double x = *(const double *)a;
  const double y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Returns about how many seconds one repetition takes. */
static double warm_up(exchange *run, void *test, agreement *agree, double seconds) {
  long times = 1;
  long repetitions = 0;
  double spent = 0;
  for (;;) {
    const double passed = time_batch(run, test, agree, times).passed;
    spent += passed;
    repetitions += times;
    const bool enough = repetitions >= WARM_UP_COUNT || spent >= MOST_WARM_UPS * seconds;
    if (spent >= seconds && enough) return passed / times;
    if (passed < seconds / 4) times *= 2;
  }
}

double measure(exchange *run, void *test, double seconds, agreement *agree) {
  const double warm_up_seconds = seconds < WARM_UP_SECONDS ? seconds : WARM_UP_SECONDS;
  const double one = warm_up(run, test, agree, warm_up_seconds);
  const long fitting = (long)(seconds / BATCHES / one + 0.5);
  const long times = fitting > 0 ? fitting : 1;
  double batches[MOST_BATCHES];
  int count = 0;
  double total = 0;
  while ((total < seconds || count < LEAST_BATCHES) && count < MOST_BATCHES) {
    const struct batch batch = time_batch(run, test, agree, times);
    total += batch.passed;
    batches[count++] = batch.counted / times;
  }
  agree(0);
  qsort(batches, count, sizeof batches[0], by_value);
  return (batches[(count - 1) / 2] + batches[count / 2]) / 2;
}

void follow(exchange *run, void *test, agreement *agree) {
  for (long times = agree(0); times > 0; times = agree(0)) run(test, times);
}
