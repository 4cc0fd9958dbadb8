"""One byte there and back between two processes. argv[1]: pipe or socket."""
import os
import socket
import sys
from serve import serve, timed

if sys.argv[1] == "socket":
    here, there = (end.detach() for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM))
    first_in, first_out, second_in, second_out = there, here, here, there
else:
    first_in, first_out = os.pipe()
    second_in, second_out = os.pipe()

if os.fork() == 0:
    os.close(first_out)
    if first_out != second_in:
        os.close(second_in)
    while byte := os.read(first_in, 1):
        os.write(second_out, byte)
    os._exit(0)
os.close(first_in)
if first_in != second_out:
    os.close(second_out)


def once():
    os.write(first_out, b"\1")
    assert len(os.read(second_in, 1)) == 1


serve({}, timed(once))
