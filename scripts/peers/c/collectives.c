/*
 * Collectives through MPI, for Open MPI and for MPICH, with any number of ranks.
 *
 * Each call is timed alone, with a barrier before it, as the OSU micro-benchmarks do; what counts is
 * the mean over the ranks.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ranks.h"

struct test;
typedef void collective(const struct test *test);

struct test {
  const char *name;
  collective *call;
  int rank;
  int ranks;
  /* Bytes that each rank contributes; to an alltoall for each peer. */
  size_t bytes;
  /* Bytes of each of the buffers. */
  size_t length;
  char *out;
  char *in;
  /* What must be in `in` after each call. */
  char *expected;
};

static void barrier(const struct test *test) {
  (void)test;
  MPI_Barrier(MPI_COMM_WORLD);
}

static void broadcast(const struct test *test) {
  char *data = test->rank == 0 ? test->out : test->in;
  MPI_Bcast(data, (int)(test->bytes / sizeof(double)), MPI_DOUBLE, 0, MPI_COMM_WORLD);
}

static void allreduce(const struct test *test) {
  const int count = (int)(test->bytes / sizeof(double));
  MPI_Allreduce(test->out, test->in, count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

static void alltoall(const struct test *test) {
  const int bytes = (int)test->bytes;
  MPI_Alltoall(test->out, bytes, MPI_BYTE, test->in, bytes, MPI_BYTE, MPI_COMM_WORLD);
}

static double each_alone(void *of, long times) {
  const struct test *test = of;
  double spent = 0;
  // What the batch before left there would pass for what this one brings.
  if (test->length > 0) memset(test->in, 0, test->length);
  MPI_Barrier(MPI_COMM_WORLD);
  for (long i = 0; i < times; i += 1) {
    if (test->call != barrier) MPI_Barrier(MPI_COMM_WORLD);
    const double start = now();
    test->call(test);
    spent += now() - start;
  }
  double sum = 0;
  MPI_Reduce(&spent, &sum, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
  return sum / test->ranks;
}

static void check(const struct test *test) {
  // The root of a broadcast has its data in the other buffer.
  if (test->call == broadcast && test->rank == 0) return;
  if (memcmp(test->in, test->expected, test->length) == 0) return;
  const char *text = "rank %d: %s of %zu bytes: what arrived is not what it should be\n";
  fprintf(stderr, text, test->rank, test->name, test->bytes);
  MPI_Abort(MPI_COMM_WORLD, 1);
}

static void prepare_broadcast(const struct test *test) {
  fill(test->out, test->bytes);
  fill(test->expected, test->bytes);
}

static void prepare_allreduce(const struct test *test) {
  double *out = (double *)test->out;
  double *expected = (double *)test->expected;
  const int ranks = test->ranks;
  for (size_t i = 0; i < test->bytes / sizeof(double); i += 1) {
    out[i] = (double)(i % 100) + test->rank;
    expected[i] = (double)(i % 100) * ranks + ranks * (ranks - 1) / 2;
  }
}

/* What one rank sends to another at this place. */
static char between(int source, int dest, size_t at) {
  return (char)((at * 31 + source * 7 + dest * 13) % 251);
}

static void prepare_alltoall(const struct test *test) {
  for (int peer = 0; peer < test->ranks; peer += 1) {
    for (size_t i = 0; i < test->bytes; i += 1) {
      test->out[peer * test->bytes + i] = between(test->rank, peer, i);
      test->expected[peer * test->bytes + i] = between(peer, test->rank, i);
    }
  }
}

static double measure_array(struct test *test, collective *prepare, const struct options *options) {
  test->out = pages(test->length, options->huge_pages);
  test->in = pages(test->length, options->huge_pages);
  test->expected = pages(test->length, false);
  prepare(test);
  const double taken = run(each_alone, test, options->seconds);
  check(test);
  free(test->out);
  free(test->in);
  free(test->expected);
  return taken;
}

static void test_barrier(struct test *test, const struct options *options) {
  if (!listed(options->tests, "barrier")) return;
  test->call = barrier;
  test->length = 0;
  const double taken = run(each_alone, test, options->seconds);
  if (test->rank > 0) return;
  printf("{\"test\":\"barrier\",\"ranks\":%d,\"microseconds\":%.4f}\n", test->ranks, taken * 1e6);
}

static void test_arrays(struct test *test, const char *name, collective *call, collective *prepare,
                        const struct options *options) {
  if (!listed(options->tests, name)) return;
  test->name = name;
  test->call = call;
  for (int i = 0; i < options->size_count; i += 1) {
    test->bytes = options->sizes[i];
    test->length = call == alltoall ? test->bytes * test->ranks : test->bytes;
    const double taken = measure_array(test, prepare, options);
    if (test->rank > 0) continue;
    printf("{\"test\":\"%s\",\"what\":\"array\",\"bytes\":%zu,", name, test->bytes);
    printf("\"ranks\":%d,\"microseconds\":%.4f}\n", test->ranks, taken * 1e6);
  }
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  setvbuf(stdout, NULL, _IOLBF, 0);
  const struct options options = read_options(argc, argv);
  for (int i = 0; i < options.size_count; i += 1) {
    if (options.sizes[i] % sizeof(double) == 0) continue;
    fprintf(stderr, "--sizes %zu: give multiples of 8\n", options.sizes[i]);
    exit(2);
  }
  struct test test = {.rank = own_rank(), .ranks = rank_count()};
  test_barrier(&test, &options);
  if (listed(options.what, "array")) {
    test_arrays(&test, "broadcast", broadcast, prepare_broadcast, &options);
    test_arrays(&test, "allreduce", allreduce, prepare_allreduce, &options);
    test_arrays(&test, "alltoall", alltoall, prepare_alltoall, &options);
  }
  MPI_Finalize();
}
