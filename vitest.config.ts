import { defineConfig } from "vitest/config";

// Unit tests are pure code: no fork, no FFI, no browser. Everything else has a runner of its own (tests/README.md).
export default defineConfig({
  test: {
    include: ["tests/unit/**/*.test.ts"],
    environment: "node",
    passWithNoTests: false,
  },
});
