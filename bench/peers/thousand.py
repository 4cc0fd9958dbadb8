"""So many children ended at once, and all reaped by os.waitpid(-1). Arguments as thousand.ts."""
import os
import sys
import time
from serve import serve

children, program, end, ready = int(sys.argv[1]), *sys.argv[2:5]


def once():
    ending, there = os.open(end, os.O_RDWR), os.open(ready, os.O_RDWR)
    pids = {os.posix_spawn(program, [program, end, ready], os.environ) for _ in range(children)}
    left = children
    while left > 0:
        left -= len(os.read(there, 4096))
    start = time.monotonic_ns()
    os.close(ending)
    while pids:
        try:
            pids.discard(os.waitpid(-1, 0)[0])
        except ChildProcessError:
            break
    took = time.monotonic_ns() - start
    os.close(there)
    return {"ns": took, "missed": len(pids)}


def work(rounds):
    outcomes = [once() for _ in range(rounds)]
    return {fact: sum(outcome[fact] for outcome in outcomes) for fact in ("ns", "missed")}


serve({}, work)
