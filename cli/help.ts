/** What `--help` says. @module */
import type { Lang } from "../engine/protocol.ts";

const en = `forkscope: real Linux multi-process programming, made visible

Usage
  forkscope list                      scenarios, by chapter of the source text
  forkscope play SCENARIO             run one under the tracer, step by step, with its verdicts
  forkscope trace -- COMMAND...       watch any command; ends with the command's own status
  forkscope serve [--port N]          open the explorer in a browser; prints a link that works once
  forkscope doctor                    what this machine allows, and what to do where it does not

Options
  --runtime bun|deno   runtime of the scenario and of forkscope itself (bun)
  --level LEVEL        trace: tree (births, images, ends), fds (descriptors, sockets, signals, IPC too), all (every call) (fds)
  --record FILE        write the recording there
  --json               one JSON object a line: every event, then the result
  --verify             compare the model with the kernel at every hold (play: on; --no-verify)
  --pace N             at most N events a second (0: as fast as it goes; play in a terminal: 4)
  --lang zh|en         language of the words (from LANG)
  --play SCENARIO      serve: begin with it
  --port N             serve: port on 127.0.0.1 (0: a free one)
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
  forkscope serve [--port N]          在浏览器中打开浏览界面；打印一次性链接
  forkscope doctor                    这台机器允许什么，不允许时该怎么办

选项
  --runtime bun|deno   场景与 forkscope 自身所用的运行时（bun）
  --level 级别         trace：tree（进程的产生、映像与结束）、fds（加上描述符、套接字、信号、IPC）、all（每个系统调用）（fds）
  --record 文件        把记录写到该文件
  --json               每行一个 JSON 对象：先是全部事件，最后是结果
  --verify             每次停住时把模型与内核比对（play 默认开启；--no-verify 关闭）
  --pace N             每秒至多 N 个事件（0：不限；终端中的 play 默认 4）
  --lang zh|en         文字的语言（取自 LANG）
  --play 场景          serve：一开始就播放它
  --port N             serve：127.0.0.1 上的端口（0：任意空闲端口）
  --help, --version

退出状态
  play：场景运行到底且模型与内核没有分歧时为 0，否则为 1
  trace：命令自己的退出状态；被信号 N 终止时为 128 + N
  2：命令行有误；3：未能开始运行
`;

export function usage(lang: Lang): string {
  return lang === "zh" ? zh : en;
}
