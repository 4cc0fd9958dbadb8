/** What is traced: commands with many processes, as people run them. Each is made in a folder of its own. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SOURCES = 30;
const FUNCTIONS = 12;

/** Title, command, and what makes a round like the first. */
export const LOADS = {
  loop: (folder) => ({
    title: "300 short processes, one after another",
    command: ["bash", "-c", "for i in $(seq 300); do /bin/true; done"],
    cwd: folder,
  }),
  make: (folder) => {
    const cwd = project(join(folder, "project"));
    return { title: `make -j2 of ${SOURCES} C files`, command: ["make", "-s", "-j2"], cwd, before: () => { clean(cwd); } };
  },
  python: (folder) => {
    const file = join(folder, "load.py");
    writeFileSync(file, PYTHON);
    return { title: "Python multiprocessing: a pool of 4 with 2,000 tasks, then 200 processes with a pipe each", command: ["python3", file], cwd: folder };
  },
};

const PYTHON = `
import multiprocessing as mp

def square(n):
    return n * n

def answer(end, n):
    end.send(n)
    end.close()

if __name__ == "__main__":
    mp.set_start_method("fork")
    with mp.Pool(4) as pool:
        assert sum(pool.map(square, range(2000), chunksize=4)) == sum(n * n for n in range(2000))
    for n in range(200):
        here, there = mp.Pipe()
        child = mp.Process(target=answer, args=(there, n))
        child.start()
        assert here.recv() == n
        child.join()
`;

function project(folder) {
  mkdirSync(folder);
  const names = Array.from({ length: SOURCES }, (_, i) => `part${i}`);
  for (const [i, name] of names.entries()) writeFileSync(join(folder, `${name}.c`), source(i));
  writeFileSync(join(folder, "main.c"), `#include <stdio.h>\n${names.map((_, i) => `int sum${i}(int);`).join("\n")}\nint main(void) { printf("%d\\n", ${names.map((_, i) => `sum${i}(${i})`).join(" + ")}); return 0; }\n`);
  const objects = ["main", ...names].map((name) => `${name}.o`).join(" ");
  writeFileSync(join(folder, "Makefile"), `program: ${objects}\n\tcc -o $@ ${objects}\n%.o: %.c\n\tcc -O1 -c -o $@ $<\n`);
  return folder;
}

function source(i) {
  const functions = Array.from({ length: FUNCTIONS }, (_, k) => `static int step${k}(int n) { int sum = 0; for (int i = 0; i < n; i++) sum += i * ${k + 1} % 7; return sum; }`);
  const calls = functions.map((_, k) => `step${k}(n + ${k})`).join(" + ");
  return `#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n${functions.join("\n")}\nint sum${i}(int n) { return ${calls}; }\n`;
}

function clean(folder) {
  rmSync(join(folder, "program"), { force: true });
  rmSync(join(folder, "main.o"), { force: true });
  for (let i = 0; i < SOURCES; i++) rmSync(join(folder, `part${i}.o`), { force: true });
}
