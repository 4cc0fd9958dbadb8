import { c, library, onPython } from "../race/peers.mjs";

export default {
  name: "pass",
  title: "one descriptor passed over a socketpair and closed",
  why: "The limit is the C program: one sendmsg, one recvmsg, one close. The library makes the same three calls; what is lost are the control messages written and read in JavaScript, the owner made for the descriptor received, and four ways into C.",
  races: [{
    title: "one descriptor passed over a socketpair and closed",
    rounds: 41,
    contestants: [
      { id: "c", label: "C, sendmsg, recvmsg and close", argv: () => c("pass") },
      ...library("pass.ts"),
      { id: "python", label: "Python, send_fds, recv_fds and close", argv: onPython("pass.py") },
    ],
    targets: [
      { who: ["bun", "deno"], against: "c", ratio: 2 },
      { who: ["bun", "deno"], against: "python", ratio: 1 },
    ],
  }],
};
