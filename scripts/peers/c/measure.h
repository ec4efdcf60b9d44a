/*
 * What the C programs share: their options, their memory, and how often they measure.
 */
#ifndef PEERS_MEASURE_H
#define PEERS_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

enum { MOST_SIZES = 64 };

struct options {
  const char *tests;
  const char *what;
  double seconds;
  size_t sizes[MOST_SIZES];
  int size_count;
  /* Ask the kernel for huge pages, as numpy does by itself. */
  bool huge_pages;
};

/* Do something so many times. On all ranks but the first, answer so many times. */
typedef void exchange(void *test, long times);

/* Let all ranks know what the first rank passes, and wait until all do. */
typedef long agreement(long times);

/* Read the options. Ends the program with a message if it cannot. */
struct options read_options(int argc, char **argv);

/* Tell whether a name is in a list such as `latency,ring`. */
bool listed(const char *list, const char *name);

/*
 * Page-aligned memory, zeroed and touched. On some processors a copy to 16 bytes past the start of
 * a page takes ten times as long.
 */
char *pages(size_t bytes, bool huge);

/* Fill memory with bytes of which neighbours differ. */
void fill(char *memory, size_t bytes);

/*
 * Measure on the first rank, while the others follow.
 *
 * A batch is doubled until it takes a fiftieth of the time there is, which warms everything up;
 * then batches are timed until that time is over, and at least three.
 *
 * Returns the seconds that one exchange took in the median batch.
 */
double measure(exchange *run, void *test, double seconds, agreement *agree);

/* Answer until the first rank has measured enough. */
void follow(exchange *run, void *test, agreement *agree);

#endif
