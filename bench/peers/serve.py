"""How a contestant in Python is driven; see serve.ts."""
import json
import sys
import time


def serve(facts, work):
    """Answers each line "N" on standard input with the nanoseconds that N rounds took. `work` may return more facts beside them."""
    print("ready " + json.dumps(facts), flush=True)
    for line in sys.stdin:
        outcome = work(int(line))
        print(json.dumps(outcome if isinstance(outcome, dict) else {"ns": outcome}), flush=True)


def timed(once):
    """Work that is done so many times."""

    def work(rounds):
        start = time.monotonic_ns()
        for _ in range(rounds):
            once()
        return time.monotonic_ns() - start

    return work


def status_kib(name):
    """One line of /proc/self/status, in KiB."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name + ":"))
