"""What the programs with mpi4py share: their place among the ranks, their memory, and measuring together."""

import numpy
from mpi4py import MPI

from measure import follow, measure

PAGE = 4096

world = MPI.COMM_WORLD
rank = world.Get_rank()
ranks = world.Get_size()


def agree(times):
    times = world.bcast(times)
    world.Barrier()
    return times


def run(exchange, seconds):
    """Return seconds on the first rank, and nothing on the others."""
    if rank == 0:
        return measure(exchange, seconds, agree)
    return follow(exchange, agree)


def pages(size, kind=numpy.uint8):
    """Return touched memory from numpy's own allocator that starts with a page."""
    memory = numpy.empty(size + PAGE, numpy.uint8)
    memory.fill(0)
    start = -memory.ctypes.data % PAGE
    return memory[start : start + size].view(kind)
