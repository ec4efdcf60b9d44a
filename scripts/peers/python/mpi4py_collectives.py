"""Collectives through mpi4py: arrays as buffers, objects with pickle.

Each call is timed alone, with a barrier before it, as the OSU micro-benchmarks do; what counts is
the mean over the ranks.
"""

from functools import partial
from time import perf_counter

import numpy
from mpi4py import MPI

from measure import OBJECTS, check, pattern, read_options, show
from ranks import pages, rank, ranks, run, world

DOUBLE = 8


def report(options, call, clear=lambda: None, *, before=world.Barrier, **subject):
    """Measure a call, print what it took, and return what the last one returned."""
    last = None

    def each_alone(times):
        nonlocal last
        clear()
        world.Barrier()
        spent = 0
        for _ in range(times):
            before()
            start = perf_counter()
            last = call()
            spent += perf_counter() - start
        total = world.reduce(spent)
        return total / ranks if rank == 0 else None

    taken = run(each_alone, options.seconds)
    if rank == 0:
        show(**subject, ranks=ranks, microseconds=taken * 1e6)
    return last


def test_barrier(options):
    report(options, world.Barrier, before=lambda: None, test="barrier")


def test_broadcast(size, options):
    array = pages(size, numpy.float64)
    expected = numpy.frombuffer(pattern(size), numpy.uint8)

    def clear():
        # What the batch before left there would pass for what this one brings.
        array.view(numpy.uint8)[:] = expected if rank == 0 else 0

    call = partial(world.Bcast, [array, array.size, MPI.DOUBLE])
    report(options, call, clear, test="broadcast", what="array", bytes=size)
    same = numpy.array_equal(array.view(numpy.uint8), expected)
    check(same, f"rank {rank}: broadcast of {size} bytes")


def test_allreduce(size, options):
    out, into = pages(size, numpy.float64), pages(size, numpy.float64)
    counts = numpy.arange(out.size) % 100
    out[:] = counts + rank
    sent, received = ([array, array.size, MPI.DOUBLE] for array in (out, into))
    call = partial(world.Allreduce, sent, received, MPI.SUM)
    report(options, call, partial(into.fill, 0), test="allreduce", what="array", bytes=size)
    same = numpy.array_equal(into, counts * ranks + ranks * (ranks - 1) // 2)
    check(same, f"rank {rank}: allreduce of {size} bytes")


def test_alltoall(size, options):
    out, into = pages(size * ranks), pages(size * ranks)
    places, peers = numpy.arange(size), numpy.arange(ranks)[:, None]
    out[:] = ((places + rank * 7 + peers * 13) % 251).flatten()
    call = partial(world.Alltoall, [out, MPI.BYTE], [into, MPI.BYTE])
    report(options, call, partial(into.fill, 0), test="alltoall", what="array", bytes=size)
    same = numpy.array_equal(into, ((places + peers * 7 + rank * 13) % 251).flatten())
    check(same, f"rank {rank}: alltoall of {size} bytes")


def test_object_broadcast(what, options):
    value = OBJECTS[what]()
    call = partial(world.bcast, value if rank == 0 else None)
    last = report(options, call, test="broadcast", what=what)
    check(last == value, f"rank {rank}: broadcast of {what}")


def test_number(options):
    last = report(options, partial(world.allreduce, rank + 0.5), test="allreduce", what="number")
    check(last == ranks * ranks / 2, f"rank {rank}: allreduce of a number")


def main():
    options = read_options()
    if any(size % DOUBLE for size in options.sizes):
        raise SystemExit(f"--sizes {options.sizes}: give multiples of {DOUBLE}")
    if "barrier" in options.tests:
        test_barrier(options)
    of_arrays = {
        "broadcast": test_broadcast,
        "allreduce": test_allreduce,
        "alltoall": test_alltoall,
    }
    for name, measure_array in of_arrays.items():
        for size in options.sizes if name in options.tests and "array" in options.what else []:
            measure_array(size, options)
    for what in filter(OBJECTS.get, options.what) if "broadcast" in options.tests else []:
        test_object_broadcast(what, options)
    if "allreduce" in options.tests and "number" in options.what:
        test_number(options)


main()
