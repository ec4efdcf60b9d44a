"""What the Python programs share: their options, and how often they measure."""

import argparse
import json
import sys
from statistics import median
from time import perf_counter

BATCHES = 50
LEAST_BATCHES = 3
TRIES = 3
SIZES = "0,8,64,1024,16384,65536,1048576,16777216,67108864"

DICT = {"id": 1, "name": "P0", "xs": [1, 2, 3]}
OBJECTS = {
    "dict": lambda: DICT,
    "rows": lambda: [{"id": i, "name": f"P{i}", "xs": [i, i + 1, i + 2]} for i in range(1000)],
    "floats": lambda: [i + 0.5 for i in range(1_000_000)],
}


def read_options():
    """Read the options that all programs of the benchmark take."""

    def names(text):
        return text.split(",")

    def sizes(text):
        return [int(size) for size in text.split(",")]

    parser = argparse.ArgumentParser()
    parser.add_argument("--tests", type=names, default="latency,bandwidth,rate,ring")
    parser.add_argument("--what", type=names, default="array,dict,rows,floats")
    parser.add_argument("--sizes", type=sizes, default=SIZES)
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--ranks", type=int, default=2)
    return parser.parse_args()


def window_for(size):
    """Return how many messages are outstanding when bandwidth is measured."""
    if size <= 1 << 20:
        return 64
    return 16 if size <= 16 << 20 else 4


def pattern(size):
    """Return bytes of which neighbours differ."""
    block = bytes(i * 31 % 251 for i in range(251))
    return (block * (size // 251 + 1))[:size]


def show(**figure):
    """Print one figure as a line of JSON."""
    # In one piece: other ranks may write to the same terminal or pipe.
    sys.stdout.write(json.dumps(figure, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def check(same, what):
    """End the program if what arrived is not what was sent."""
    if not same:
        raise SystemExit(f"{what}: what arrived is not what was sent")


def measure(run, seconds, agree):
    """Measure on the first rank, while the others follow.

    A batch is doubled until it takes a fiftieth of the time there is, which warms everything up;
    then batches are timed until that time is over, and at least three.

    Return the seconds that one exchange took in the median batch.
    """

    def time_batch(times):
        agree(times)
        start = perf_counter()
        run(times)
        return perf_counter() - start

    def takes(least, times):
        # One slow batch may have met another process on its processor: all must take so long.
        return all(time_batch(times) >= least for _ in range(TRIES))

    times = 1
    while not takes(seconds / BATCHES, times):
        times *= 2
    batches = []
    total = 0
    while total < seconds or len(batches) < LEAST_BATCHES:
        taken = time_batch(times)
        total += taken
        batches.append(taken / times)
    agree(0)
    return median(batches)


def follow(run, agree):
    """Answer until the first rank has measured enough."""
    while times := agree(0):
        run(times)
