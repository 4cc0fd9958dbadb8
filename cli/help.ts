/** What `--help` says. @module */
import type { Lang } from "../engine/protocol.ts";

const en = `forkscope: real Linux multi-process programming, made visible

Usage
  forkscope list                      scenarios, by chapter of the source text
  forkscope play SCENARIO             run one under the tracer, step by step, with its verdicts
  forkscope trace -- COMMAND...       watch any command; ends with the command's own status
  forkscope attach PID                watch a process that runs, and its descendants, until Ctrl-C: then they go on as they were
  forkscope show FILE                 a recording's events; --at N: the state after one; --follow PID; --find EXPR; --stream WHAT
  forkscope why FILE [PID] [--at N]   why a process sleeps, and on whom; deadlocks, zombies, descriptors left open across exec
  forkscope diff A B                  where two recordings differ, process by process; ends with 1 when they do
  forkscope export FILE --to FORM     perfetto, chrome, html (replays without a server), svg, json; --output FILE
  forkscope serve [--port N]          open the explorer in a browser; prints a link that works once
  forkscope doctor                    what this machine allows, and what to do where it does not

Options
  --runtime bun|deno   runtime of the scenario and of forkscope itself (bun)
  --level LEVEL        trace: tree (births, images, ends), fds (descriptors, sockets, signals, IPC too), all (every call) (fds)
  --engine ENGINE      trace, attach: ptrace, or bpf: stops nobody, root only (ptrace)
  --record FILE        write the recording there; trace then lists no events
  --json               one JSON object a line: every event, then the result
  --verify             compare the model with the kernel at every hold (play: on; --no-verify)
  --pace N             at most N events a second (0: as fast as it goes; play in a terminal: 4)
  --lang zh|en         language of the words (from LANG)
  --play SCENARIO      serve: begin with it
  --port N             serve: port on 127.0.0.1 (0: a free one)
  --at N               show, why: after this event (the last one)
  --follow PID         show: only what this process did, and what was done to it
  --find EXPR          show: words, field=value, field~regex, !term; fields kind call pid tid errno signal fd path exe text
  --data WHAT,...      trace, attach: record the bytes that pass: all, or descriptors, paths, folders/, pipe, socket, file, pipe:[N]
  --data-limit N       ... at most N of each call (65536); --data-total N: of each stream (16777216)
  --stream WHAT        show: who wrote which bytes and who read them: pipe:[N], socket:[N], a path, PID:FD (with --at: then); all: totals
  --hex                show --stream: bytes in hexadecimal
  --with-data          export: keep the data that passed; it is taken out unless told to
  --help, --version

Exit status
  play: 0 when the scenario ran to its end and model and kernel never disagreed, else 1
  trace: the command's own; 128 + N when signal N ended it
  2: the command line was not understood; 3: the run could not begin
`;

const zh = `forkscope：真实的 Linux 多进程编程，看得见

用法
  forkscope list                      按原文章节列出场景
  forkscope play 场景                 在跟踪下逐步运行一个场景，并给出结论
  forkscope trace -- 命令...          观察任意命令；以该命令自己的状态结束
  forkscope attach PID                观察正在运行的进程及其后代，直到 Ctrl-C：之后它们照旧运行
  forkscope show 文件                 记录中的事件；--at N：某一事件之后的状态；--follow PID；--find 表达式；--stream 目标
  forkscope why 文件 [PID] [--at N]   进程为何睡眠、在等谁；死锁、僵尸、exec 后遗留的描述符
  forkscope diff A B                  逐进程比较两份记录；有差异时以 1 结束
  forkscope export 文件 --to 形式     perfetto、chrome、html（无需服务器即可回放）、svg、json；--output 文件
  forkscope serve [--port N]          在浏览器中打开浏览界面；打印一次性链接
  forkscope doctor                    这台机器允许什么，不允许时该怎么办

选项
  --runtime bun|deno   场景与 forkscope 自身所用的运行时（bun）
  --level 级别         trace：tree（进程的产生、映像与结束）、fds（加上描述符、套接字、信号、IPC）、all（每个系统调用）（fds）
  --engine 引擎        trace、attach：ptrace，或 bpf（不停住任何进程，仅限 root）（ptrace）
  --record 文件        把记录写到该文件；trace 此时不再逐条列出事件
  --json               每行一个 JSON 对象：先是全部事件，最后是结果
  --verify             每次停住时把模型与内核比对（play 默认开启；--no-verify 关闭）
  --pace N             每秒至多 N 个事件（0：不限；终端中的 play 默认 4）
  --lang zh|en         文字的语言（取自 LANG）
  --play 场景          serve：一开始就播放它
  --port N             serve：127.0.0.1 上的端口（0：任意空闲端口）
  --at N               show、why：在该事件之后（默认最后一个）
  --follow PID         show：只看该进程所做的，以及对它所做的
  --find 表达式        show：词、字段=值、字段~正则、!条件；字段有 kind call pid tid errno signal fd path exe text
  --data 目标,...      trace、attach：记录经过的字节：all，或描述符、路径、目录/、pipe、socket、file、pipe:[N]
  --data-limit N       ……每次调用至多 N 字节（65536）；--data-total N：每个流（16777216）
  --stream 目标        show：谁写了哪些字节、谁读走：pipe:[N]、socket:[N]、路径、PID:FD（配合 --at：彼时）；all：总量
  --hex                show --stream：以十六进制显示字节
  --with-data          export：保留经过的数据；默认去除
  --help, --version

退出状态
  play：场景运行到底且模型与内核没有分歧时为 0，否则为 1
  trace：命令自己的退出状态；被信号 N 终止时为 128 + N
  2：命令行有误；3：未能开始运行
`;

export function usage(lang: Lang): string {
  return lang === "zh" ? zh : en;
}
