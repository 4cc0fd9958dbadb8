/** Numbers of netlink and socket diagnosis. @module */

export const NETLINK_SOCK_DIAG = 4;
export const NLM_F_REQUEST = 1;
export const NLM_F_DUMP = 0x300;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const SOCK_DIAG_BY_FAMILY = 20;
export const UDIAG_SHOW_NAME = 1;
export const UDIAG_SHOW_PEER = 4;
export const UDIAG_SHOW_RQLEN = 16;
export const UNIX_DIAG_NAME = 0;
export const UNIX_DIAG_PEER = 2;
export const UNIX_DIAG_RQLEN = 4;
export const TCP_LISTEN = 10;
