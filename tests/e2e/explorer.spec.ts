import { expect, type Explorer, test } from "./explorer.ts";

/** One story, opened live, from its first event to its last and back: what a reader does, in either shell. */
test.describe("hand-over", () => {
  test("opens live, steps, plays to the end and goes back", async ({ explorer }) => {
    const { app, page } = explorer;
    await reachEnd(explorer);
    const length = Number(await explorer.fact("length"));
    expect(length).toBeGreaterThan(10);
    expect(await explorer.cursor()).toBe(length - 1);

    await page.keyboard.press("Home");
    await expect(app).toHaveAttribute("data-cursor", "0");
    const first = await caption(explorer);
    await page.keyboard.press("ArrowRight");
    await expect(app).toHaveAttribute("data-cursor", "1");
    expect(await caption(explorer)).not.toBe(first);
    await page.keyboard.press("ArrowLeft");
    await expect(app).toHaveAttribute("data-cursor", "0");
    expect(await caption(explorer)).toBe(first);
    await page.keyboard.press("End");
    await expect(app).toHaveAttribute("data-cursor", String(length - 1));
  });
});

async function caption(explorer: Explorer): Promise<string> {
  await explorer.idle();
  return (await explorer.page.getByTestId("caption").textContent())?.trim() ?? "";
}

async function reachEnd(explorer: Explorer): Promise<void> {
  await expect(explorer.app).toHaveAttribute("data-phase", "ended", { timeout: 40_000 });
  await explorer.page.keyboard.press("End");
  await explorer.idle();
}
