/*
 * Messages between ranks through MPI, for Open MPI and for MPICH.
 *
 * Latency, bandwidth and rate are measured with two ranks, the ring with any number from two.
 */
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ranks.h"

enum { MOST_WINDOW = 64, TAG = 1, LINE = 64 };

struct test {
  const char *name;
  int rank;
  int ranks;
  int bytes;
  int window;
  bool huge_pages;
  char *out;
  /* Memory for each message of a window, so many bytes apart. */
  char *in;
  size_t stride;
  int64_t token;
};

static void send(const void *from, int bytes, int dest) {
  MPI_Send(from, bytes, MPI_BYTE, dest, TAG, MPI_COMM_WORLD);
}

static void receive(void *into, int bytes, int source) {
  MPI_Recv(into, bytes, MPI_BYTE, source, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static double there_and_back(void *of, long times) {
  const struct test *test = of;
  const double start = now();
  for (long i = 0; i < times; i += 1) {
    if (test->rank == 0) {
      send(test->out, test->bytes, 1);
      receive(test->in, test->bytes, 1);
    } else {
      receive(test->in, test->bytes, 0);
      send(test->out, test->bytes, 0);
    }
  }
  return now() - start;
}

static void send_windows(const struct test *test, long times) {
  MPI_Request requests[MOST_WINDOW];
  char ack;
  receive(&ack, 1, 1);
  for (long i = 0; i < times; i += 1) {
    for (int k = 0; k < test->window; k += 1) {
      MPI_Isend(test->out, test->bytes, MPI_BYTE, 1, TAG, MPI_COMM_WORLD, &requests[k]);
    }
    MPI_Waitall(test->window, requests, MPI_STATUSES_IGNORE);
    receive(&ack, 1, 1);
  }
}

static void post_window(const struct test *test, MPI_Request *requests) {
  for (int k = 0; k < test->window; k += 1) {
    char *into = test->in + k * test->stride;
    MPI_Irecv(into, test->bytes, MPI_BYTE, 0, TAG, MPI_COMM_WORLD, &requests[k]);
  }
}

static void receive_windows(const struct test *test, long times) {
  MPI_Request requests[MOST_WINDOW];
  const char ack = 0;
  for (long i = 0; i < times; i += 1) {
    // The sender starts a window once it is told that all of its receives are posted.
    post_window(test, requests);
    send(&ack, 1, 0);
    MPI_Waitall(test->window, requests, MPI_STATUSES_IGNORE);
  }
  send(&ack, 1, 0);
}

static double windows(void *of, long times) {
  const struct test *test = of;
  const double start = now();
  if (test->rank == 0) {
    send_windows(test, times);
  } else {
    receive_windows(test, times);
  }
  return now() - start;
}

static double rounds(void *of, long times) {
  struct test *test = of;
  const double start = now();
  const int next = (test->rank + 1) % test->ranks;
  const int previous = (test->rank - 1 + test->ranks) % test->ranks;
  for (long i = 0; i < times; i += 1) {
    if (test->rank == 0) {
      const int64_t sent = test->token;
      send(&sent, sizeof sent, next);
      receive(&test->token, sizeof test->token, previous);
      if (test->token == sent + test->ranks - 1) continue;
      fprintf(stderr, "rank 0: the ring: the token has lost its count\n");
      MPI_Abort(MPI_COMM_WORLD, 1);
    } else {
      receive(&test->token, sizeof test->token, previous);
      test->token += 1;
      send(&test->token, sizeof test->token, next);
    }
  }
  return now() - start;
}

static void check_array(const struct test *test) {
  for (int k = 0; k < test->window; k += 1) {
    if (memcmp(test->in + k * test->stride, test->out, test->bytes) == 0) continue;
    const char *text = "rank %d: %s of %d bytes: what arrived is not what was sent\n";
    fprintf(stderr, text, test->rank, test->name, test->bytes);
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
}

static double run_array(exchange *exchange, struct test *test, double seconds) {
  const bool receives = exchange == there_and_back || test->rank == 1;
  test->stride = ((size_t)test->bytes + LINE - 1) / LINE * LINE;
  test->out = pages(test->bytes, test->huge_pages);
  test->in = pages(receives ? test->stride * test->window : 0, test->huge_pages);
  fill(test->out, test->bytes);
  const double taken = run(exchange, test, seconds);
  if (receives) check_array(test);
  free(test->in);
  free(test->out);
  return taken;
}

static int window_for(int bytes) {
  if (bytes <= 1 << 20) return 64;
  return bytes <= 16 << 20 ? 16 : 4;
}

static void test_latency(struct test *test, const struct options *options) {
  test->name = "latency";
  for (int i = 0; i < options->size_count; i += 1) {
    test->bytes = (int)options->sizes[i];
    test->window = 1;
    const double taken = run_array(there_and_back, test, options->seconds);
    if (test->rank > 0) continue;
    printf("{\"test\":\"latency\",\"what\":\"array\",\"bytes\":%d,", test->bytes);
    printf("\"microseconds\":%.4f}\n", taken / 2 * 1e6);
  }
}

static void test_bandwidth(struct test *test, const struct options *options) {
  test->name = "bandwidth";
  for (int i = 0; i < options->size_count; i += 1) {
    if (options->sizes[i] == 0) continue;
    test->bytes = (int)options->sizes[i];
    test->window = window_for(test->bytes);
    const double taken = run_array(windows, test, options->seconds);
    if (test->rank > 0) continue;
    printf("{\"test\":\"bandwidth\",\"what\":\"array\",\"bytes\":%d,", test->bytes);
    printf("\"megabytesPerSecond\":%.2f}\n", test->window / taken * test->bytes / 1e6);
  }
}

static void test_rate(struct test *test, const struct options *options) {
  test->name = "rate";
  test->bytes = 8;
  test->window = MOST_WINDOW;
  const double taken = run_array(windows, test, options->seconds);
  if (test->rank > 0) return;
  printf("{\"test\":\"rate\",\"what\":\"array\",\"bytes\":8,");
  printf("\"messagesPerSecond\":%.1f}\n", test->window / taken);
}

static void test_ring(struct test *test, const struct options *options) {
  test->name = "ring";
  const double taken = run(rounds, test, options->seconds);
  if (test->rank > 0) return;
  printf("{\"test\":\"ring\",\"ranks\":%d,", test->ranks);
  printf("\"microseconds\":%.4f}\n", taken / test->ranks * 1e6);
}

/* All ranks but the first wait in a receive until the first has read its input to the end. */
static void test_waiting(struct test *test) {
  char signal = 0;
  rounds(test, 1);
  if (test->rank > 0) {
    printf("{\"test\":\"waiting\",\"rank\":%d,\"pid\":%d}\n", test->rank, getpid());
    receive(&signal, 1, 0);
    return;
  }
  while (getchar() != EOF) continue;
  for (int rank = 1; rank < test->ranks; rank += 1) send(&signal, 1, rank);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  setvbuf(stdout, NULL, _IOLBF, 0);
  const struct options options = read_options(argc, argv);
  struct test test = {
      .rank = own_rank(),
      .ranks = rank_count(),
      .huge_pages = options.huge_pages,
  };
  if (test.ranks == 2 && listed(options.what, "array")) {
    if (listed(options.tests, "latency")) test_latency(&test, &options);
    if (listed(options.tests, "bandwidth")) test_bandwidth(&test, &options);
    if (listed(options.tests, "rate")) test_rate(&test, &options);
  }
  if (test.ranks > 1 && listed(options.tests, "ring")) test_ring(&test, &options);
  if (test.ranks > 1 && listed(options.tests, "waiting")) test_waiting(&test);
  MPI_Finalize();
}
