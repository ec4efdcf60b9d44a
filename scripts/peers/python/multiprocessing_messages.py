"""Messages between processes through multiprocessing.Pipe: arrays as bytes, objects with pickle.

Each process has a pipe to the next one, the last to the first: each sends to the next and receives
from the previous one. With two processes that is a ping-pong.
"""

import mmap
import os
import sys
from multiprocessing import Pipe, Process

from measure import DICT, OBJECTS, check, follow, measure, pattern, read_options, show, window_for


class Rank:
    """One process: its place in the ring, and its two ends."""

    def __init__(self, rank, ranks, following, previous):
        self.rank = rank
        self.ranks = ranks
        self.following = following
        self.previous = previous

    def agree(self, times):
        """Let the number go around the ring, so that the first rank knows that all have it."""
        if self.rank == 0:
            self.following.send(times)
            return self.previous.recv()
        times = self.previous.recv()
        self.following.send(times)
        return times

    def run(self, exchange, seconds):
        """Return seconds on the first rank, and nothing on the others."""
        if self.rank == 0:
            return measure(exchange, seconds, self.agree)
        return follow(exchange, self.agree)


def pages(size):
    """Return touched memory that starts with a page."""
    if size == 0:
        return b""
    memory = mmap.mmap(-1, size)
    memory[:] = pattern(size)
    return memory


def test_latency(self, send, receive, out, seconds):
    """Return the seconds of one exchange, and what arrived last."""
    last = None

    def there_and_back(times):
        nonlocal last
        if self.rank == 0:
            for _ in range(times):
                send(out)
                last = receive()
        else:
            for _ in range(times):
                last = receive()
                send(out)

    return self.run(there_and_back, seconds), last


def time_windows(self, send, receive, out, window, seconds):
    """Return the seconds of one window and its short answer, and what arrived last."""
    last = None

    def windows(times):
        nonlocal last
        if self.rank == 0:
            for _ in range(times):
                for _ in range(window):
                    send(out)
                self.previous.recv_bytes()
        else:
            for _ in range(times):
                for _ in range(window):
                    last = receive()
                self.following.send_bytes(b"\0")

    return self.run(windows, seconds), last


def test_arrays(self, options):
    send, receive = self.following.send_bytes, self.previous.recv_bytes
    rank, seconds = self.rank, options.seconds
    for size in options.sizes if "latency" in options.tests else []:
        taken, last = test_latency(self, send, receive, pages(size), seconds)
        check(last == pattern(size), f"rank {rank}: latency of {size} bytes")
        if rank == 0:
            show(test="latency", what="array", bytes=size, microseconds=taken / 2 * 1e6)
    for size in filter(None, options.sizes) if "bandwidth" in options.tests else []:
        window = window_for(size)
        taken, last = time_windows(self, send, receive, pages(size), window, seconds)
        check(rank == 0 or last == pattern(size), f"rank {rank}: windows of {size} bytes")
        if rank == 0:
            speed = window / taken * size / 1e6
            show(test="bandwidth", what="array", bytes=size, megabytesPerSecond=speed)
    if "rate" in options.tests:
        taken, last = time_windows(self, send, receive, pages(8), 64, seconds)
        check(rank == 0 or last == pattern(8), f"rank {rank}: rate")
        if rank == 0:
            show(test="rate", what="array", bytes=8, messagesPerSecond=64 / taken)


def test_objects(self, options):
    send, receive = self.following.send, self.previous.recv
    rank, seconds = self.rank, options.seconds
    for what in filter(OBJECTS.get, options.what) if "latency" in options.tests else []:
        out = OBJECTS[what]()
        taken, last = test_latency(self, send, receive, out, seconds)
        check(last == out, f"rank {rank}: latency of {what}")
        if rank == 0:
            show(test="latency", what=what, microseconds=taken / 2 * 1e6)
    if "rate" in options.tests and "dict" in options.what:
        taken, last = time_windows(self, send, receive, DICT, 64, seconds)
        check(rank == 0 or last == DICT, f"rank {rank}: rate of dict")
        if rank == 0:
            show(test="rate", what="dict", messagesPerSecond=64 / taken)


def test_ring(self, seconds):
    send, receive = self.following.send_bytes, self.previous.recv_bytes
    token = bytes(8)

    def around(times):
        nonlocal token
        if self.rank == 0:
            for _ in range(times):
                send(token)
                token = receive()
        else:
            for _ in range(times):
                send(receive())

    taken = self.run(around, seconds)
    check(token == bytes(8), "rank 0: the ring")
    if self.rank == 0:
        show(test="ring", ranks=self.ranks, microseconds=taken / self.ranks * 1e6)


def test_waiting(self):
    """Wait in a receive on all ranks but the first, which reads its input to the end."""
    if self.rank == 0:
        sys.stdin.read()
    else:
        show(test="waiting", rank=self.rank, pid=os.getpid())
    self.agree(0)


def run_tests(rank, ranks, pipes, options):
    self = Rank(rank, ranks, pipes[rank][1], pipes[rank - 1][0])
    if ranks == 2 and "array" in options.what:
        test_arrays(self, options)
    if ranks == 2:
        test_objects(self, options)
    if "ring" in options.tests:
        test_ring(self, options.seconds)
    if "waiting" in options.tests:
        test_waiting(self)


def main():
    options = read_options()
    ranks = options.ranks
    if ranks < 2:
        raise SystemExit(f"--ranks {ranks}: give a number from 2")
    pipes = [Pipe() for _ in range(ranks)]
    children = [
        Process(target=run_tests, args=(rank, ranks, pipes, options), daemon=True)
        for rank in range(1, ranks)
    ]
    for child in children:
        child.start()
    run_tests(0, ranks, pipes, options)
    for child in children:
        child.join()


main()
