"""A multiprocessing.Pool of two processes, as src/bench/pool/measure.ts measures tsmpi.

Python takes longer for the same number, so it has smaller ones: six, longest first, and eight equal ones.
"""

import os
import subprocess
import sys
from multiprocessing import Pool
from statistics import median
from time import perf_counter

from measure import check, read_options, show

FIRST = 31
# For a run that shows no more than that all works.
QUICK_FIRST = 20
QUICK_SECONDS = 0.1

TURNS = 3
TASKS_AT_ONCE = 10_000
LEAST_BATCHES = 3


def fib(n):
    return 1 if n <= 2 else fib(n - 1) + fib(n - 2)


def nothing(n):
    return n


def who(_):
    return os.getpid()


def timed(run):
    """Return the seconds that it took, and the result."""
    start = perf_counter()
    result = run()
    return perf_counter() - start, result


def speed_up(pool, items):
    ratios = []
    for _ in range(TURNS):
        alone, expected = timed(lambda: [fib(n) for n in items])
        together, found = timed(lambda: pool.map(fib, items, 1))
        check(found == expected, "fib")
        ratios.append(alone / together)
    return median(ratios)


def rate(pool, seconds):
    items = list(range(TASKS_AT_ONCE))
    batch = lambda: timed(lambda: pool.map(nothing, items, 1))[0]
    warm_up = perf_counter()
    while perf_counter() - warm_up < seconds:
        batch()
    batches = []
    while sum(batches) < seconds or len(batches) < LEAST_BATCHES:
        batches.append(batch())
    return TASKS_AT_ONCE / median(batches)


def start_bare():
    """Return the seconds until two interpreters that have nothing to do have ended."""
    start = perf_counter()
    for child in [subprocess.Popen([sys.executable, "-c", "0"]) for _ in range(2)]:
        child.wait()
    return perf_counter() - start


def main():
    seconds = read_options().seconds
    bare = start_bare()
    start = perf_counter()
    pool = Pool(2)
    seen = set()
    while len(seen) < 2:
        seen.update(pool.map(who, [1, 2], 1))
    show(test="pool", what="start", milliseconds=(perf_counter() - start) * 1000)
    show(test="pool", what="bare", milliseconds=bare * 1000)
    first = QUICK_FIRST if seconds < QUICK_SECONDS else FIRST
    show(test="pool", what="list", ratio=speed_up(pool, [first - at for at in range(6)]))
    show(test="pool", what="equal", ratio=speed_up(pool, [first - 2] * 8))
    show(test="pool", what="empty", tasksPerSecond=rate(pool, seconds))
    pool.close()
    pool.join()


if __name__ == "__main__":
    main()
