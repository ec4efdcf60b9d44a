/*
 * What the programs for MPI share: their place among the ranks, and measuring together.
 */
#ifndef PEERS_RANKS_H
#define PEERS_RANKS_H

#include "measure.h"

/* The rank of this process in MPI_COMM_WORLD, and how many there are. */
int own_rank(void);
int rank_count(void);

/* Measure on all ranks. Returns the seconds on the first rank, and 0 on the others. */
double run(exchange *exchange, void *test, double seconds);

#endif
