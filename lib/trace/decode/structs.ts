/**
 * Structures as strace shows them, one a line: name, size, and for each field its name, type and offset.
 *
 * Types: s16 u16 s32 u32 s64 u64 in decimal, x32 x64 in hexadecimal, o32 in octal; m16 m32 a mode with its file type, rlim a limit, dev a device,
 * ptr an address, "char[N]" text, "f:SET" and "e:SET" (32 bits) by the names of constants.ts; or another structure. Without a name a value
 * stands alone; "..." says that there are fields which are not shown.
 *
 * @module
 */
import { arch } from "../../ffi/arch.ts";
import { signalName } from "../../core/signal/signals.ts";
import { flagSet, valueSet } from "./constants.ts";
import { flagNames, hex, nameOf, quote } from "./text.ts";

const SIMPLE = `
data 8 u32=u32@0 u64=u64@0`;

const BY_ARCH = {
  x86_64: `
stat 144 st_mode=m32@24 st_size=s64@48 ...
device_stat 144 st_mode=m32@24 st_rdev=dev@40 ...
epoll_event 12 events=f:EPOLL_EVENTS@0 data=data@4
`,
  aarch64: `
stat 128 st_mode=m32@16 st_size=s64@48 ...
device_stat 128 st_mode=m32@16 st_rdev=dev@32 ...
epoll_event 16 events=f:EPOLL_EVENTS@0 data=data@8
`,
};

const STRUCTS = `
timespec 16 tv_sec=s64@0 tv_nsec=s64@8
timeval 16 tv_sec=s64@0 tv_usec=s64@8
timezone 8 tz_minuteswest=s32@0 tz_dsttime=s32@4
itimerspec 32 it_interval=timespec@0 it_value=timespec@16
itimerval 32 it_interval=timeval@0 it_value=timeval@16
statx 256 stx_mask=f:STATX@0 stx_attributes=x64@8 stx_mode=m16@28 stx_size=u64@40 ...
fsid 8 val=pair@0
statfs 120 f_type=e:FS@0 f_bsize=s64@8 f_blocks=u64@16 f_bfree=u64@24 f_bavail=u64@32 f_files=u64@40 f_ffree=u64@48 f_fsid=fsid@56
  f_namelen=u64@64 f_frsize=u64@72 f_flags=f:ST@80
rlimit 16 rlim_cur=rlim@0 rlim_max=rlim@8
rusage 144 ru_utime=timeval@0 ru_stime=timeval@16 ...
tms 32 tms_utime=s64@0 tms_stime=s64@8 tms_cutime=s64@16 tms_cstime=s64@24
sysinfo 112 uptime=s64@0 loads=loads@8 totalram=u64@32 freeram=u64@40 sharedram=u64@48 bufferram=u64@56 totalswap=u64@64 freeswap=u64@72 procs=u16@80
  totalhigh=u64@88 freehigh=u64@96 mem_unit=u32@104
utsname 390 sysname=char[65]@0 nodename=char[65]@65 ...
sched_param 4 =s32@0
sched_attr 48 size=u32@0 sched_policy=e:SCHED@4 sched_flags=x64@8 sched_nice=s32@16 sched_priority=u32@20 sched_runtime=u64@24 sched_deadline=u64@32
  sched_period=u64@40
flock 32 l_type=lock@0 l_whence=whence@2 l_start=s64@8 l_len=s64@16
flock_got 32 l_type=lock@0 l_whence=whence@2 l_start=s64@8 l_len=s64@16 l_pid=s32@24
winsize 8 ws_row=u16@0 ws_col=u16@2 ws_xpixel=u16@4 ws_ypixel=u16@6
termios 36 c_iflag=f:IFLAG@0 c_oflag=f:OFLAG@4 c_cflag=x32@8 c_lflag=f:LFLAG@12 ...
sigaltstack 24 ss_sp=ptr@0 ss_flags=f:SS@8 ss_size=u64@16
cap_header 8 version=x32@0 pid=s32@4
cap_data 12 effective=x32@0 permitted=x32@4 inheritable=x32@8
linger 8 l_onoff=s32@0 l_linger=s32@4
ucred 12 pid=s32@0 uid=s32@4 gid=s32@8
mq_attr 64 mq_flags=x64@0 mq_maxmsg=s64@8 mq_msgsize=s64@16 mq_curmsgs=s64@24
sigevent 64 sigev_signo=signal@8 sigev_notify=e:SIGEV@12
sembuf 6 sem_num=u16@0 sem_op=s16@2 sem_flg=sem@4
file_handle 8 handle_bytes=u32@0 handle_type=s32@4
perf_attr 16 type=u32@0 size=u32@4 config=x64@8 ...
uring_params 120 flags=x32@8 sq_entries=u32@0 cq_entries=u32@4 features=x32@20 ...
siginfo 32 si_signo=signal@0 si_code=s32@8 si_pid=s32@16 si_uid=s32@20 si_value=s32@24
cachestat 40 nr_cache=u64@0 nr_dirty=u64@8 nr_writeback=u64@16 nr_evicted=u64@24 nr_recently_evicted=u64@32
cachestat_range 16 off=u64@0 len=u64@8
iocb 64 aio_lio_opcode=u16@16 aio_fildes=u32@20
landlock 8 handled_access_fs=x64@0
timex 208 modes=x32@0 offset=s64@8 freq=s64@16 ...
shmid 112 shm_segsz=u64@48 ...
`;

/** A structure: how many bytes it takes, and its text from where it begins. */
export interface Struct {
  size: number;
  show: (view: DataView, at: number) => string;
}

type Read = Struct["show"];

const S64 = (view: DataView, at: number): string => String(view.getBigInt64(at, true));
const U64 = (view: DataView, at: number): string => String(view.getBigUint64(at, true));
const LOCKS = ["F_RDLCK", "F_WRLCK", "F_UNLCK"];
const WHENCES = ["SEEK_SET", "SEEK_CUR", "SEEK_END"];
const FILE_TYPES = new Map([[1, "S_IFIFO"], [2, "S_IFCHR"], [4, "S_IFDIR"], [6, "S_IFBLK"], [8, "S_IFREG"], [10, "S_IFLNK"], [12, "S_IFSOCK"]]);
const UNLIMITED = 0xffffffffffffffffn;
const KIBI = 1024n;

const READS: Record<string, Read> = {
  s16: (view, at) => String(view.getInt16(at, true)),
  u16: (view, at) => String(view.getUint16(at, true)),
  s32: (view, at) => String(view.getInt32(at, true)),
  u32: (view, at) => String(view.getUint32(at, true)),
  x32: (view, at) => hex(view.getUint32(at, true)),
  o32: (view, at) => `0${view.getUint32(at, true).toString(8)}`,
  s64: S64,
  u64: U64,
  x64: (view, at) => (view.getBigUint64(at, true) === 0n ? "0" : `0x${view.getBigUint64(at, true).toString(16)}`),
  ptr: (view, at) => (view.getBigUint64(at, true) === 0n ? "NULL" : `0x${view.getBigUint64(at, true).toString(16)}`),
  m16: (view, at) => fileMode(view.getUint16(at, true)),
  m32: (view, at) => fileMode(view.getUint32(at, true)),
  rlim: (view, at) => limit(view.getBigUint64(at, true)),
  dev: (view, at) => device(view.getBigUint64(at, true)),
  lock: (view, at) => LOCKS[view.getInt16(at, true)] ?? String(view.getInt16(at, true)),
  sem: (view, at) => flagNames(view.getUint16(at, true), flagSet("SEM")),
  whence: (view, at) => WHENCES[view.getInt16(at, true)] ?? String(view.getInt16(at, true)),
  signal: (view, at) => signalOrZero(view.getInt32(at, true)),
  pair: (view, at) => `[${hex(view.getUint32(at, true))}, ${hex(view.getUint32(at + 4, true))}]`,
  loads: (view, at) => `[${[0, 8, 16].map((k) => U64(view, at + k)).join(", ")}]`,
};

/** "S_IFREG|0644". */
export function fileMode(mode: number): string {
  const type = FILE_TYPES.get((mode >> 12) & 0xf);
  const rights = `0${(mode & 0o7777).toString(8)}`;
  return type === undefined ? rights : `${type}|${rights}`;
}

/** Numbers 32 and 33 are glibc's own. */
export function signalOrZero(signal: number): string {
  return signal === 0 ? "0" : signalName(signal);
}

/** As strace: whole KiB and MiB are said so. */
function limit(value: bigint): string {
  if (value === UNLIMITED) return "RLIM64_INFINITY";
  if (value > KIBI && value % KIBI === 0n) return `${value / KIBI}*1024`;
  return String(value);
}

function device(value: bigint): string {
  const major = ((value >> 8n) & 0xfffn) | ((value >> 32n) & 0xfffff000n);
  const minor = (value & 0xffn) | ((value >> 12n) & 0xffffff00n);
  return `makedev(0x${major.toString(16)}, 0x${minor.toString(16)})`;
}

let known: Map<string, Struct> | undefined;

/** @throws {RangeError} there is no such structure. */
export function struct(name: string): Struct {
  known ??= new Map();
  if (known.size === 0) for (const line of `${SIMPLE}${BY_ARCH[arch]}${STRUCTS}`.trim().split(/\n+(?=\S)/)) define(line);
  const found = known.get(name) ?? scalar(name);
  if (!found) throw new RangeError(`Cannot decode ${name}: there is no such structure`);
  return found;
}

const SIZES: Record<string, number> = { s32: 4, u32: 4, s64: 8, u64: 8, ptr: 8 };

function scalar(name: string): Struct | undefined {
  const [size, show] = [SIZES[name], READS[name]];
  return size === undefined || show === undefined ? undefined : { size, show };
}

function define(line: string): void {
  const [name = "", size = "", ...fields] = line.split(/\s+/);
  known?.set(name, { size: Number(size), show: shown(fields) });
}

function shown(fields: readonly string[]): Read {
  const reads = fields.map(field);
  const [only] = reads;
  if (only && fields[0]?.startsWith("=")) return only;
  return (view, at) => `{${reads.map((read) => read(view, at)).join(", ")}}`;
}

function field(text: string): Read {
  if (text === "...") return () => "...";
  const [, name = "", type = "", offset = ""] = /^(\w*)=(.+)@(\d+)$/.exec(text) ?? [];
  const read = reader(type);
  const from = Number(offset);
  const prefix = name === "" ? "" : `${name}=`;
  return (view, at) => `${prefix}${read(view, at + from)}`;
}

function reader(type: string): Read {
  const plain = Object.hasOwn(READS, type) ? READS[type] : undefined;
  if (plain) return plain;
  const [kind, set = ""] = type.split(":");
  if (kind === "f") return (view, at) => flagNames(view.getUint32(at, true), flagSet(set));
  if (kind === "e") return (view, at) => nameOf(view.getInt32(at, true), valueSet(set));
  const [, length] = /^char\[(\d+)\]$/.exec(type) ?? [];
  return length === undefined ? struct(type).show : (view, at) => text(view, at, Number(length));
}

function text(view: DataView, at: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  const end = bytes.indexOf(0);
  return quote(new TextDecoder().decode(bytes.subarray(0, end < 0 ? length : end)));
}
