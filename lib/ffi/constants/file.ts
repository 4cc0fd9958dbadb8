/** Numbers of open(2), fcntl(2), lseek(2), statx(2) and file types. @module */
import { arch } from "../arch.ts";
import { OPEN_BY_ARCH } from "./file_by_arch.ts";

/**
 * Flags of {@linkcode open}: one of the first three, or'ed with others.
 *
 * @see https://man7.org/linux/man-pages/man2/open.2.html
 */

/** Read. */
export const O_RDONLY = 0;
/** Write. */
export const O_WRONLY = 1;
/** Read and write. */
export const O_RDWR = 2;
/** The bits of the three above. */
export const O_ACCMODE = 3;
/** Make it when there is none. */
export const O_CREAT = 0o100;
/** With O_CREAT: fail with EEXIST when there is one. */
export const O_EXCL = 0o200;
/** A terminal does not become the controlling one. */
export const O_NOCTTY = 0o400;
/** Empty it. */
export const O_TRUNC = 0o1000;
/** Each write goes to the end. */
export const O_APPEND = 0o2000;
/** Fail with EAGAIN where a call would wait. */
export const O_NONBLOCK = 0o4000;
/** A write returns when the data is on the disk. */
export const O_DSYNC = 0o10000;
/** SIGIO when it becomes ready. */
export const O_ASYNC = 0o20000;
/** Reading leaves the time of last access. The owner's and root's alone. */
export const O_NOATIME = 0o1000000;
/** Closed by exec. */
export const O_CLOEXEC = 0o2000000;
/** A write returns when data and metadata are on the disk. */
export const O_SYNC = 0o4010000;
/** A place in the file tree, not to be read or written. */
export const O_PATH = 0o10000000;

/**
 * Flags of {@linkcode open} whose number differs between machines.
 *
 * @see https://man7.org/linux/man-pages/man2/open.2.html
 */

/** Past the page cache; of a pipe: packets. */
export const O_DIRECT: number = OPEN_BY_ARCH[arch].O_DIRECT;
/** Fail with ENOTDIR when it is no directory. */
export const O_DIRECTORY: number = OPEN_BY_ARCH[arch].O_DIRECTORY;
/** Fail with ELOOP when it is a symbolic link. */
export const O_NOFOLLOW: number = OPEN_BY_ARCH[arch].O_NOFOLLOW;
/** A file without a name, in this directory. @since Linux 3.11 */
export const O_TMPFILE: number = OPEN_BY_ARCH[arch].O_TMPFILE;

/**
 * Operations of {@linkcode fcntl}, and the mark that two of them set and give.
 *
 * @see https://man7.org/linux/man-pages/man2/fcntl.2.html
 */

/** A duplicate, the lowest free number from the argument on. */
export const F_DUPFD = 0;
/** The mark of the table entry. */
export const F_GETFD = 1;
/** Sets the mark: FD_CLOEXEC or 0. */
export const F_SETFD = 2;
/** Access mode and status flags of the open file description. */
export const F_GETFL = 3;
/** Sets the status flags. */
export const F_SETFL = 4;
/** Sets how many bytes a pipe holds. */
export const F_SETPIPE_SZ = 1031;
/** How many bytes a pipe holds. */
export const F_GETPIPE_SZ = 1032;
/** Adds seals to a memfd. @since Linux 3.17 */
export const F_ADD_SEALS = 1033;
/** The seals of a memfd. @since Linux 3.17 */
export const F_GET_SEALS = 1034;
/** As F_DUPFD, marked close-on-exec. */
export const F_DUPFD_CLOEXEC = 1030;
/** Closed by exec. */
export const FD_CLOEXEC = 1;

/**
 * From where {@linkcode lseek} counts.
 *
 * @see https://man7.org/linux/man-pages/man2/lseek.2.html
 */

/** From the start. */
export const SEEK_SET = 0;
/** From where the offset is. */
export const SEEK_CUR = 1;
/** From the end. */
export const SEEK_END = 2;
/** To data, from there on. @since Linux 3.1 */
export const SEEK_DATA = 3;
/** To a hole, from there on. @since Linux 3.1 */
export const SEEK_HOLE = 4;

/**
 * Flags of {@linkcode close_range}.
 *
 * @see https://man7.org/linux/man-pages/man2/close_range.2.html
 */

/** First give this process a table of its own. @since Linux 5.9 */
export const CLOSE_RANGE_UNSHARE = 2;
/** Mark close-on-exec rather than close. @since Linux 5.11 */
export const CLOSE_RANGE_CLOEXEC = 4;

/**
 * Directory and flags of calls that take a path and where it starts: {@linkcode openat}, {@linkcode execveat}.
 *
 * @see https://man7.org/linux/man-pages/man2/openat.2.html
 * @see https://man7.org/linux/man-pages/man2/execveat.2.html
 */

/** The working directory. */
export const AT_FDCWD = -100;
/** A symbolic link itself, not what it names. */
export const AT_SYMLINK_NOFOLLOW = 0x100;
/** What a symbolic link names. */
export const AT_SYMLINK_FOLLOW = 0x400;
/** With an empty path: what the descriptor refers to. */
export const AT_EMPTY_PATH = 0x1000;
/** What is known, without asking a server. @since Linux 4.11 */
export const AT_STATX_DONT_SYNC = 0x4000;

/**
 * What statx(2) is asked for; {@linkcode fstat} asks for it by itself.
 *
 * @since Linux 4.11
 * @see https://man7.org/linux/man-pages/man2/statx.2.html
 */

/** All that stat(2) gives. @since Linux 4.11 */
export const STATX_BASIC_STATS = 0x7ff;

/**
 * Kind of a file, in the `mode` that {@linkcode fstat} gives: `mode & S_IFMT` is one of the others.
 *
 * @see https://man7.org/linux/man-pages/man7/inode.7.html
 * @example
 * ```ts
 * import { fstat, pipe2, S_IFIFO, S_IFMT } from "forkscope";
 * const [r] = pipe2();
 * console.log((fstat(r).mode & S_IFMT) === S_IFIFO); // true
 * ```
 */

/** The bits of the kind. */
export const S_IFMT = 0o170000;
/** A socket. */
export const S_IFSOCK = 0o140000;
/** A symbolic link. */
export const S_IFLNK = 0o120000;
/** A regular file. */
export const S_IFREG = 0o100000;
/** A block device. */
export const S_IFBLK = 0o060000;
/** A directory. */
export const S_IFDIR = 0o040000;
/** A character device. */
export const S_IFCHR = 0o020000;
/** A pipe or FIFO. */
export const S_IFIFO = 0o010000;

/**
 * Events of {@linkcode poll}.
 *
 * @see https://man7.org/linux/man-pages/man2/poll.2.html
 */

/** There is something to read. */
export const POLLIN = 1;
/** Something out of the ordinary, as urgent data. */
export const POLLPRI = 2;
/** A write would not wait. */
export const POLLOUT = 4;
/** An error; of a pipe: no reader is left. Comes unasked. */
export const POLLERR = 8;
/** The other end has closed. Comes unasked. */
export const POLLHUP = 16;
/** Not open. Comes unasked. */
export const POLLNVAL = 32;

/**
 * What {@linkcode kcmp} compares of two processes.
 *
 * @since Linux 3.5
 * @see https://man7.org/linux/man-pages/man2/kcmp.2.html
 */

/** Whether two descriptors are one open file description. */
export const KCMP_FILE = 0;
/** Memory. */
export const KCMP_VM = 1;
/** The descriptor table. */
export const KCMP_FILES = 2;
/** Working directory, root and umask. */
export const KCMP_FS = 3;
/** Dispositions of signals. */
export const KCMP_SIGHAND = 4;
/** The input and output context. */
export const KCMP_IO = 5;
/** The list of System V semaphore undos. */
export const KCMP_SYSVSEM = 6;
