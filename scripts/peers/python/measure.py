"""What the Python programs share: their options, and how often they measure."""

import argparse
import json
import sys
from statistics import median
from time import perf_counter

# All is measured as src/bench/pace.ts measures tsmpi.
WARM_UP_SECONDS = 0.1
WARM_UP_COUNT = 5000
MOST_WARM_UPS = 20
BATCHES = 20
LEAST_BATCHES = 3

TESTS = "latency,bandwidth,rate,ring,barrier,broadcast,allreduce,alltoall"
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
    parser.add_argument("--tests", type=names, default=TESTS)
    parser.add_argument("--what", type=names, default="array,dict,rows,floats,number")
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


def warm_up(time_batch, seconds):
    """Return about how many seconds one repetition takes."""
    times = 1
    repetitions = 0
    spent = 0
    while True:
        passed, _ = time_batch(times)
        spent += passed
        repetitions += times
        enough = repetitions >= WARM_UP_COUNT or spent >= MOST_WARM_UPS * seconds
        if spent >= seconds and enough:
            return passed / times
        if passed < seconds / 4:
            times *= 2


def measure(run, seconds, agree):
    """Measure on the first rank, while the others follow.

    It is warmed up for 0.1 s, and until there were 5,000 repetitions or 2 s are over; then batches
    are timed, each about a twentieth of the time there is, until that is over, and at least three.

    Return the seconds of one repetition in the median batch. What counts of a batch is what `run`
    returns, or the seconds that passed if it returns nothing.
    """

    def time_batch(times):
        agree(times)
        start = perf_counter()
        counted = run(times)
        passed = perf_counter() - start
        return passed, passed if counted is None else counted

    one = warm_up(time_batch, min(WARM_UP_SECONDS, seconds))
    times = max(1, round(seconds / BATCHES / one))
    batches = []
    total = 0
    while total < seconds or len(batches) < LEAST_BATCHES:
        passed, counted = time_batch(times)
        total += passed
        batches.append(counted / times)
    agree(0)
    return median(batches)


def follow(run, agree):
    """Answer until the first rank has measured enough."""
    while times := agree(0):
        run(times)
