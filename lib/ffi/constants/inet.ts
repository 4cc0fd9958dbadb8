/** Numbers of IPv4, IPv6 and TCP. @module */

/**
 * Protocols: of {@linkcode socket}, and the levels of {@linkcode setsockopt}.
 *
 * @see https://man7.org/linux/man-pages/man7/ip.7.html
 * @see https://man7.org/linux/man-pages/man7/ipv6.7.html
 */

/** IPv4. */
export const IPPROTO_IP = 0;
/** TCP. */
export const IPPROTO_TCP = 6;
/** UDP. */
export const IPPROTO_UDP = 17;
/** IPv6. */
export const IPPROTO_IPV6 = 41;

/**
 * An option of IPPROTO_IPV6 for {@linkcode setsockopt}: IPv4 connections do not come here too.
 *
 * @see https://man7.org/linux/man-pages/man7/ipv6.7.html
 */
export const IPV6_V6ONLY = 26;

/**
 * Options of IPPROTO_TCP for {@linkcode setsockopt}.
 *
 * @see https://man7.org/linux/man-pages/man7/tcp.7.html
 */

/** Small segments are not held back. */
export const TCP_NODELAY = 1;
/** Largest segment, in bytes. */
export const TCP_MAXSEG = 2;
/** Only full segments, until it is taken off. */
export const TCP_CORK = 3;
/** Seconds of silence before the first probe. */
export const TCP_KEEPIDLE = 4;
/** Seconds between probes. */
export const TCP_KEEPINTVL = 5;
/** Probes without an answer that end the connection. */
export const TCP_KEEPCNT = 6;
/** Seconds in FIN-WAIT-2. */
export const TCP_LINGER2 = 8;
/** Seconds that accept waits for data. */
export const TCP_DEFER_ACCEPT = 9;
/** Acknowledge at once. */
export const TCP_QUICKACK = 12;
/** Milliseconds that data may stay unacknowledged. */
export const TCP_USER_TIMEOUT = 18;
/** How many connections may wait that brought data with their first segment. @since Linux 3.7 */
export const TCP_FASTOPEN = 23;
