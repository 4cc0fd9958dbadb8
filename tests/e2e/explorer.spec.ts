/** What a reader does with one story, in either shell: watch it live, hold it, go back, ask, change how it looks. */
import { readFileSync } from "node:fs";
import { expect, type Explorer, test } from "./explorer.ts";

test("plays live to the end, then steps through what was recorded", async ({ explorer }) => {
  const { app, page } = explorer;
  await playToEnd(explorer);
  const length = Number(await explorer.fact("length"));
  expect(length).toBeGreaterThan(20);
  await expect(app).toHaveAttribute("data-cursor", String(length - 1));

  await page.keyboard.press("Home");
  await expect(app).toHaveAttribute("data-cursor", "0");
  const first = await caption(explorer);
  await page.keyboard.press("ArrowRight");
  await expect(app).toHaveAttribute("data-cursor", "1");
  expect(await caption(explorer)).not.toBe(first);
  await page.keyboard.press("ArrowLeft");
  await expect(app).toHaveAttribute("data-cursor", "0");
  expect(await caption(explorer)).toBe(first);
  await page.getByTestId("to-end").click();
  await expect(app).toHaveAttribute("data-cursor", String(length - 1));
  await page.getByTestId("back").click();
  await expect(app).toHaveAttribute("data-cursor", String(length - 2));
});

test("pause holds the processes and a step releases one of them", async ({ explorer }) => {
  const { app, page } = explorer;
  await expect(page.getByTestId("process").first()).toBeVisible();
  await page.keyboard.press("Space");
  await expect(app).toHaveAttribute("data-phase", "paused");
  await explorer.idle();
  await expect(page.getByTestId("badge")).toHaveAttribute("data-kind", "paused");
  const pids = await livingPids(explorer);
  expect(pids.length).toBeGreaterThan(0);
  // "t" is a ptrace stop, "S" a sleep inside a call that has not returned: none of them runs.
  for (const pid of pids) expect(["t", "S"], `state of ${pid}`).toContain(kernelState(pid));
  expect(pids.map(kernelState)).toContain("t");

  const held = Number(await explorer.fact("length"));
  await page.keyboard.press("ArrowRight");
  await expect.poll(async () => Number(await explorer.fact("length"))).toBeGreaterThan(held);
  await explorer.idle();
  await expect(app).toHaveAttribute("data-phase", "paused");

  await page.getByTestId("play").click();
  await playToEnd(explorer);
  for (const pid of pids) expect(kernelState(pid)).toBe("gone");
});

test("going back while it runs shows the recording and leaves the live edge alone", async ({ explorer }) => {
  const { app, page } = explorer;
  await expect.poll(async () => Number(await explorer.fact("length"))).toBeGreaterThan(3);
  await page.keyboard.press("Home");
  await expect(app).toHaveAttribute("data-cursor", "0");
  const then = Number(await explorer.fact("length"));
  await expect.poll(async () => Number(await explorer.fact("length"))).toBeGreaterThan(then);
  await expect(app).toHaveAttribute("data-cursor", "0");
});

test("a descriptor in flight is drawn, then received as a reference to the same description", async ({ explorer }) => {
  const { page } = explorer;
  await playToEnd(explorer);
  await seek(explorer, /sent a descriptor/);
  await expect(page.getByTestId("figure").getByTestId("envelope").first()).toBeVisible();
  await seek(explorer, /received a descriptor/);
  expect(await caption(explorer)).toMatch(/Its new fd \d+ refers to the description that \d+ calls fd \d+/);
  await expect(page.getByTestId("process")).not.toHaveCount(0);
});

test("verdicts come from the run, with their claims and evidence", async ({ explorer }) => {
  const { page } = explorer;
  await playToEnd(explorer);
  await page.keyboard.press("3");
  for (const claim of ["D2", "D3"]) {
    const verdict = page.locator(`[data-testid=verdict][data-claim=${claim}]`);
    await expect(verdict).toHaveAttribute("data-verdict", /^(agrees|finer)$/);
    await verdict.getByRole("button").click();
    await expect(page.locator(`[data-testid=verdict][data-claim=${claim}] dd`).first()).not.toBeEmpty();
  }
});

test("speaks Chinese and English, light and dark, and keeps the place", async ({ explorer }) => {
  const { app, page } = explorer;
  await playToEnd(explorer);
  await seek(explorer, /received a descriptor/);
  const place = await explorer.cursor();
  await page.getByTestId("lang-zh").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  expect(await caption(explorer)).toMatch(/[一-鿿]/);
  await page.getByTestId("lang-en").click();
  expect(await caption(explorer)).toMatch(/received a descriptor/);
  const light = await background(explorer);
  await page.getByTestId("theme").click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await background(explorer)).not.toBe(light);
  await expect(app).toHaveAttribute("data-cursor", String(place));
});

test("the palette starts another story, the switch the other runtime", async ({ explorer }) => {
  const { app, page } = explorer;
  await expect(app).toHaveAttribute("data-phase", /running|ended/);
  await page.keyboard.press("Control+k");
  await page.getByTestId("palette-input").fill("zombie");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("title")).toHaveText(/zombie/i);
  await page.getByTestId("runtime-deno").click();
  await expect(page.getByTestId("runtime-deno")).toHaveAttribute("aria-pressed", "true");
  await playToEnd(explorer);
  expect(Number(await explorer.fact("length"))).toBeGreaterThan(5);
  await expect(app).toHaveAttribute("data-phase", "ended");
});

test("fits its three sizes", async ({ explorer }) => {
  const { page } = explorer;
  await playToEnd(explorer);
  await seek(explorer, /received a descriptor/);
  await explorer.resize(1440, 900);
  await explorer.picture("1440");
  await page.getByTestId("theme").click();
  await explorer.picture("dark");
  await page.getByTestId("theme").click();
  await page.getByTestId("lang-zh").click();
  await explorer.picture("zh");
  await page.getByTestId("lang-en").click();
  for (const [width, height] of [[1024, 700], [800, 600]] as const) {
    await explorer.resize(width, height);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `sideways overflow at ${width} wide`).toBe(0);
    await expect(page.getByTestId("caption")).toBeVisible();
    await expect(page.getByTestId("play")).toBeVisible();
    await explorer.picture(String(width));
  }
});

async function caption(explorer: Explorer): Promise<string> {
  await explorer.idle();
  return (await explorer.page.getByTestId("caption").textContent())?.trim() ?? "";
}

/** Lets the story run as fast as the explorer goes, and stands at its last event. */
async function playToEnd(explorer: Explorer): Promise<void> {
  const { app, page } = explorer;
  await expect(app).toHaveAttribute("data-phase", /running|ended/);
  for (let i = 0; i < 3; i += 1) await page.keyboard.press("]");
  await expect(app).toHaveAttribute("data-phase", "ended", { timeout: 45_000 });
  await page.keyboard.press("End");
  await explorer.idle();
}

/** Steps from the start to the first event whose caption matches. */
async function seek(explorer: Explorer, words: RegExp): Promise<void> {
  const { page } = explorer;
  await page.keyboard.press("Home");
  const length = Number(await explorer.fact("length"));
  for (let at = 0; at < length; at += 1) {
    await explorer.stands(at);
    if (words.test(await page.getByTestId("caption").textContent() ?? "")) return;
    await page.keyboard.press("ArrowRight");
  }
  throw new Error(`Seek ${words}: none of ${length} captions matches`);
}

async function livingPids(explorer: Explorer): Promise<number[]> {
  const pids = await explorer.page.getByTestId("process").evaluateAll((cards) => cards.map((card) => Number(card.dataset["pid"])));
  return pids.filter((pid) => !["gone", "Z"].includes(kernelState(pid)));
}

/** State letter of a process by /proc/pid/stat. */
function kernelState(pid: number): string {
  try {
    return /\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? "gone";
  } catch {
    return "gone";
  }
}

async function background(explorer: Explorer): Promise<string> {
  await explorer.idle();
  return explorer.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
}
