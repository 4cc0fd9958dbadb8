/**
 * Real programs whose life is followed and compared with the kernel at every hold. Each is a shell script in an empty folder: `prepare` runs
 * before, untraced; `command` is what is watched. What waits, waits for a fact.
 */
const UNPRIVILEGED = process.getuid() === 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
const PG = 'PATH="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1):$PATH"';

export const PROGRAMS = [
  { name: "bash pipelines", needs: "bash", version: "bash --version", command: `
    seq 100 | sort -n | tail -3 | tee out | wc -l
    x=$(echo one; echo two | cat); echo "$x" > file; cat < file >> out; exec 7<>file; read -r line <&7; exec 7>&-
    diff <(sort out) <(sort file); (cd /; pwd) > where; trap 'echo exit' EXIT; echo a | while read -r a; do echo "$a"; done` },
  { name: "bash job control", needs: "bash", version: "bash --version", command: `
    set -m; sleep 30 & sleep 31 | cat & jobs > out; kill -STOP %1; kill -STOP %2; kill -CONT %1; kill %1; wait %1
    kill -CONT %2; kill %2; wait; trap 'echo usr1' USR1; (trap "kill -USR1 $$" TERM; kill $BASHPID; :); :` },
  { name: "bash in a terminal", needs: "script", version: "script --version", command: `
    printf '%s\\n' 'sleep 30 | cat &' 'jobs' 'kill %1' 'wait' 'ls | wc -l' 'exit 3' > lines; script -qec 'bash --norc -i' /dev/null < lines > out; echo $? >> out` },
  { name: "make -j", needs: "make", version: "make --version",
    prepare: `for i in 1 2 3 4; do echo "int f$i(void) { return $i; }" > f$i.c; done
      printf 'int f1(void),f2(void),f3(void),f4(void);int main(void){return f1()+f2()+f3()+f4()-10;}\\n' > main.c
      printf 'O=main.o f1.o f2.o f3.o f4.o\\nall: prog\\n\\t./prog\\nprog: $(O)\\n\\tgcc -o $@ $(O)\\n%%.o: %%.c\\n\\tgcc -c -o $@ $<\\n' > Makefile`,
    command: "make -j3" },
  { name: "gcc", needs: "gcc", version: "gcc --version", prepare: `printf '#include <stdio.h>\\nint main(void){puts("hello");return 0;}\\n' > a.c`, command: "gcc -O2 -o a a.c && ./a" },
  { name: "git clone", needs: "git", version: "git --version",
    prepare: `git init -q from; cd from; for i in 1 2 3; do echo $i > $i; git add .; git -c user.name=n -c user.email=e commit -qm $i; done`,
    command: "git clone --no-local from to && git -C to log --oneline" },
  ...["fork", "spawn", "forkserver"].map((method) => ({ name: `python multiprocessing, ${method}`, needs: "python3", version: "python3 --version",
    prepare: `printf 'import multiprocessing as m\\ndef square(x): return x * x\\nif __name__ == "__main__":\\n    m.set_start_method("${method}")\\n    with m.Pool(2) as pool: print(sum(pool.map(square, range(20))))\\n    a, b = m.Pipe()\\n    p = m.Process(target=b.send, args=([1, 2],)); p.start(); print(a.recv()); p.join()\\n' > work.py`,
    command: "python3 work.py" })),
  { name: "postgres, initdb to stop", needs: "initdb", search: PG, version: "postgres --version", prepare: "chmod 777 .", command: `
    ${UNPRIVILEGED}sh -c 'initdb -D data -N --no-locale -A trust >log && pg_ctl -D data -l server.log -w -o "-k $PWD -h \\"\\"" start >>log &&
    psql -h $PWD -d postgres -Atc "create table t as select generate_series(1,100) as i; select sum(i) from t" && pg_ctl -D data -m fast -w stop >>log'` },
  { name: "nginx with reload", needs: "nginx", version: "nginx -v", prepare: `mkdir html logs; chmod 777 . html logs; echo hello > html/index.html
      printf 'worker_processes 2; pid nginx.pid; error_log error.log; events {} http { access_log off; server { listen unix:%s/web.sock; root %s/html; } }\\n' "$PWD" "$PWD" > nginx.conf`,
    command: `get() { python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.connect("web.sock"); s.send(b"GET / HTTP/1.0\\r\\n\\r\\n"); print(s.recv(4096)[-6:])'; }
      nginx -p "$PWD" -c nginx.conf && get; old=$(pgrep -P $(cat nginx.pid) | head -1); nginx -p "$PWD" -c nginx.conf -s reload
      while kill -0 $old 2>/dev/null; do sleep 0.05; done; get; nginx -p "$PWD" -c nginx.conf -s quit; while [ -e nginx.pid ]; do sleep 0.05; done` },
  { name: "redis with a background save", needs: "redis-server", version: "redis-server --version", command: `
    redis-server --port 0 --unixsocket "$PWD/r" --save '' --daemonize no > log & c="redis-cli -s $PWD/r"
    until [ -S r ]; do sleep 0.05; done; $c set a b; $c bgsave; until $c info persistence | grep -q rdb_bgsave_in_progress:0; do sleep 0.05; done; $c get a; $c shutdown nosave; wait` },
  { name: "ssh-agent", needs: "ssh-agent", version: "ssh -V", prepare: "ssh-keygen -q -t ed25519 -N '' -f key", command: `ssh-agent sh -c 'ssh-add key && ssh-add -l && ssh-add -D'` },
  { name: "tmux", needs: "tmux", version: "tmux -V", command: `
    tmux -S "$PWD/s" -f /dev/null new-session -d 'echo hi; exec cat' && tmux -S "$PWD/s" split-window -d 'exec cat' && tmux -S "$PWD/s" send-keys 'x' Enter
    tmux -S "$PWD/s" list-panes; tmux -S "$PWD/s" kill-server` },
  { name: "npm ci", needs: "npm", version: "npm --version",
    prepare: `mkdir one; echo '{"name":"one","version":"1.0.0","scripts":{"postinstall":"node -e 1"}}' > one/package.json; npm pack --silent ./one >/dev/null
      echo '{"name":"all","version":"1.0.0","dependencies":{"one":"file:one-1.0.0.tgz"}}' > package.json; npm install --package-lock-only --silent --offline --cache "$PWD/cache"`,
    command: `npm ci --offline --no-audit --no-fund --cache "$PWD/cache"` },
];
