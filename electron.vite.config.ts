import { resolve } from "node:path";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "electron-vite";

const at = (path: string) => resolve(import.meta.dirname, path);

// One output for Electron 22 (Node 16.17, Chrome 108) and the newest: CommonJS main and a sandboxed CommonJS preload.
const node = (entry: string, outDir: string) => ({
  outDir: at(outDir),
  target: "node16.17",
  lib: { entry: at(entry), formats: ["cjs" as const], fileName: () => "index.cjs" },
  rollupOptions: { output: { entryFileNames: "index.cjs", format: "cjs" as const } },
});

export default defineConfig({
  main: { build: node("app/main/index.ts", "out/main") },
  preload: { build: node("app/preload/index.ts", "out/preload") },
  renderer: {
    root: at("app/renderer"),
    base: "./",
    plugins: [vue()],
    // Without these targets nesting and newer colour functions reach Chrome 108 as they stand and are dropped there.
    css: { transformer: "lightningcss", lightningcss: { targets: { chrome: 108 << 16 } } },
    build: {
      outDir: at("out/renderer"),
      target: "chrome108",
      cssTarget: "chrome108",
      minify: true,
      cssMinify: "lightningcss",
      sourcemap: true,
      assetsInlineLimit: 0,
      rollupOptions: { input: at("app/renderer/index.html") },
    },
  },
});
