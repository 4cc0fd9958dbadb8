"""fork, _exit and waitpid, at a given resident size: argv[1] is VmRSS in KiB."""
import os
import sys
from serve import serve, status_kib, timed

room = []
while (more := int(sys.argv[1]) - status_kib("VmRSS")) > 64:
    room.append(bytearray(b"\1") * (more * 1024))


def once():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert status == 0


serve({"rss": status_kib("VmRSS"), "anon": status_kib("RssAnon")}, timed(once))
