import process from "node:process";
import { defineConfig } from "@playwright/test";

// One body of tests, run in Electron and in Chromium: tests/e2e/explorer.ts opens the explorer in either.
const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results/e2e",
  workers: 1,
  reporter: "list",
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  use: { trace: "retain-on-failure" },
  projects: [
    { name: "electron" },
    {
      name: "chromium",
      use: {
        browserName: "chromium",
        viewport: { width: 1440, height: 900 },
        launchOptions: {
          executablePath: process.env["FORKSCOPE_CHROMIUM"] ?? "/usr/bin/chromium",
          args: quiet,
          // Chromium's sandbox refuses to start as root, and root alone goes without it.
          chromiumSandbox: process.getuid?.() !== 0,
        },
      },
    },
  ],
});
