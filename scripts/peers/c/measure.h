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

/*
 * Do something so many times, and return the seconds that count. On all ranks but the first answer so
 * many times; what is returned there is not looked at.
 */
typedef double exchange(void *test, long times);

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

/* Seconds since some moment. */
double now(void);

/*
 * Measure on the first rank, while the others follow.
 *
 * It is warmed up for 0.1 s, and until there were 5,000 repetitions or 2 s are over; then batches are
 * timed, each about a twentieth of the time there is, until that is over, and at least three.
 *
 * Returns the seconds of one repetition in the median batch.
 */
double measure(exchange *run, void *test, double seconds, agreement *agree);

/* Answer until the first rank has measured enough. */
void follow(exchange *run, void *test, agreement *agree);

#endif
