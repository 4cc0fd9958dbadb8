"""One descriptor sent over a socketpair, received and closed."""
import os
import socket
from serve import serve, timed

a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def once():
    socket.send_fds(a, [b"\0"], [0])
    _, fds, _, _ = socket.recv_fds(b, 1, 1, socket.MSG_CMSG_CLOEXEC)
    os.close(fds[0])


serve({}, timed(once))
