/* A message goes once around all ranks, as in examples/ring.ts: measured from launch to exit. */
#include <mpi.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 1 << 16, TAG = 1 };

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  int rank, size, length;
  char node[MPI_MAX_PROCESSOR_NAME];
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  MPI_Get_processor_name(node, &length);
  printf("I am rank %d of %d on node %s\n", rank, size, node);

  static char text[MOST];
  const int next = (rank + 1) % size;
  const int previous = (rank - 1 + size) % size;
  if (rank == 0) {
    strcpy(text, "P0");
    MPI_Send(text, (int)strlen(text) + 1, MPI_CHAR, next, TAG, MPI_COMM_WORLD);
    MPI_Recv(text, MOST, MPI_CHAR, previous, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    printf("Processor 0 received message \"%s\" from rank %d\n", text, previous);
  } else {
    MPI_Recv(text, MOST, MPI_CHAR, previous, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    const size_t end = strlen(text);
    snprintf(text + end, MOST - end, "P%d", rank);
    MPI_Send(text, (int)strlen(text) + 1, MPI_CHAR, next, TAG, MPI_COMM_WORLD);
  }
  MPI_Finalize();
}
