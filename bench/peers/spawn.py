"""spawn /bin/true and wait; argv[1]: posix_spawn or subprocess."""
import os
import subprocess
import sys
from serve import serve, timed


def spawned():
    _, status = os.waitpid(os.posix_spawn("/bin/true", ["true"], os.environ), 0)
    assert status == 0


def run():
    assert subprocess.run(["/bin/true"]).returncode == 0


serve({}, timed(spawned if sys.argv[1] == "posix_spawn" else run))
