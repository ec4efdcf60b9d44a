"""Messages between ranks through mpi4py: arrays as buffers, objects with pickle.

Latency, bandwidth and rate are measured with two ranks, the ring with any number from two.
"""

import os
import sys

import numpy
from mpi4py import MPI

from measure import DICT, OBJECTS, check, pattern, read_options, show, window_for
from ranks import pages, rank, ranks, run, world


def filled(size):
    memory = pages(size)
    memory[:] = numpy.frombuffer(pattern(size), numpy.uint8)
    return memory


def described(memory):
    """Say what the memory holds: mpi4py is a little slower where it has to find out."""
    return [memory, memory.size, MPI.BYTE]


def test_latency(size, seconds):
    out, into = filled(size), pages(size)
    sent, received = described(out), described(into)
    send, receive = world.Send, world.Recv

    def there_and_back(times):
        if rank == 0:
            for _ in range(times):
                send(sent, 1)
                receive(received, 1)
        else:
            for _ in range(times):
                receive(received, 0)
                send(sent, 0)

    taken = run(there_and_back, seconds)
    check(numpy.array_equal(into, out), f"rank {rank}: latency of {size} bytes")
    if rank == 0:
        show(test="latency", what="array", bytes=size, microseconds=taken / 2 * 1e6)


def time_windows(size, window, seconds):
    """Return the seconds that one window of arrays takes."""
    out = filled(size)
    sent = described(out)
    into = [pages(size) for _ in range(window if rank == 1 else 0)]
    received = [described(memory) for memory in into]
    isend, ireceive, wait_all = world.Isend, world.Irecv, MPI.Request.Waitall
    ack = pages(1)

    def windows(times):
        if rank == 0:
            world.Recv(ack, 1)
            for _ in range(times):
                wait_all([isend(sent, 1) for _ in range(window)])
                world.Recv(ack, 1)
        else:
            for _ in range(times):
                # The sender starts a window once it is told that all of its receives are posted.
                posted = [ireceive(memory, 0) for memory in received]
                world.Send(ack, 0)
                wait_all(posted)
            world.Send(ack, 0)

    taken = run(windows, seconds)
    same = all(numpy.array_equal(memory, out) for memory in into)
    check(same, f"rank {rank}: windows of {size} bytes")
    return taken


def test_bandwidth(size, seconds):
    window = window_for(size)
    taken = time_windows(size, window, seconds)
    if rank == 0:
        speed = window / taken * size / 1e6
        show(test="bandwidth", what="array", bytes=size, megabytesPerSecond=speed)


def test_rate(seconds):
    taken = time_windows(8, 64, seconds)
    if rank == 0:
        show(test="rate", what="array", bytes=8, messagesPerSecond=64 / taken)


def test_object_latency(what, seconds):
    out = OBJECTS[what]()
    last = None
    send, receive = world.send, world.recv

    def there_and_back(times):
        nonlocal last
        if rank == 0:
            for _ in range(times):
                send(out, 1)
                last = receive(None, 1)
        else:
            for _ in range(times):
                last = receive(None, 0)
                send(out, 0)

    taken = run(there_and_back, seconds)
    check(last == out, f"rank {rank}: latency of {what}")
    if rank == 0:
        show(test="latency", what=what, microseconds=taken / 2 * 1e6)


def test_object_rate(seconds):
    last = None
    isend, receive, wait_all = world.isend, world.recv, MPI.Request.waitall

    def windows(times):
        nonlocal last
        if rank == 0:
            world.recv(None, 1)
            for _ in range(times):
                wait_all([isend(DICT, 1) for _ in range(64)])
                world.recv(None, 1)
        else:
            for _ in range(times):
                world.send(None, 0)
                for _ in range(64):
                    last = receive(None, 0)
            world.send(None, 0)

    taken = run(windows, seconds)
    check(rank == 0 or last == DICT, f"rank {rank}: rate of dict")
    if rank == 0:
        show(test="rate", what="dict", messagesPerSecond=64 / taken)


def test_ring(seconds):
    token = numpy.zeros(1, numpy.int64)
    message = [token, 1, MPI.INT64_T]
    following, previous = (rank + 1) % ranks, (rank - 1) % ranks
    send, receive = world.Send, world.Recv
    rounds = 0

    def around(times):
        nonlocal rounds
        rounds += times
        if rank == 0:
            for _ in range(times):
                send(message, following)
                receive(message, previous)
        else:
            for _ in range(times):
                receive(message, previous)
                token[0] += 1
                send(message, following)

    taken = run(around, seconds)
    check(rank > 0 or token[0] == rounds * (ranks - 1), "rank 0: the ring")
    if rank == 0:
        show(test="ring", ranks=ranks, microseconds=taken / ranks * 1e6)


def test_waiting():
    """Wait in a receive on all ranks but the first, which reads its input to the end."""
    if rank > 0:
        show(test="waiting", rank=rank, pid=os.getpid())
        world.recv(source=0)
        return
    sys.stdin.read()
    for dest in range(1, ranks):
        world.send(None, dest)


def main():
    options = read_options()
    seconds = options.seconds
    if ranks == 2 and "array" in options.what:
        if "latency" in options.tests:
            for size in options.sizes:
                test_latency(size, seconds)
        if "bandwidth" in options.tests:
            for size in filter(None, options.sizes):
                test_bandwidth(size, seconds)
        if "rate" in options.tests:
            test_rate(seconds)
    if ranks == 2:
        for what in filter(OBJECTS.get, options.what):
            if "latency" in options.tests:
                test_object_latency(what, seconds)
        if "rate" in options.tests and "dict" in options.what:
            test_object_rate(seconds)
    if ranks > 1 and "ring" in options.tests:
        test_ring(seconds)
    if ranks > 1 and "waiting" in options.tests:
        test_waiting()


main()
