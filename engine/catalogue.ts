/**
 * What there is to play, as a client is told at the start.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { basename, join } from "node:path";
import { chapters, scenario, scenarios } from "../scenarios/mod.ts";
import { host } from "./host.ts";
import { root } from "./places.ts";
import type { Hello, ScenarioInfo } from "./protocol.ts";
import { runtimeInfos } from "./runtimes.ts";

export function hello(): Hello {
  return {
    version: version(),
    kernel: release(),
    arch: process.arch,
    engine: host().name,
    runtimes: runtimeInfos(),
    chapters: [...chapters],
    scenarios: scenarios.map(infoOf),
  };
}

/** Names of all scenarios. */
export function scenarioIds(): string[] {
  return scenarios.map(({ id }) => id);
}

/** Text of a scenario's program; empty for an unknown one. */
export function storySource(id: string): string {
  const story = scenario(id);
  return story ? readFileSync(join(root, story.path), "utf8") : "";
}

/** Version of the product, from package.json. */
export function version(): string {
  const text = readFileSync(join(root, "package.json"), "utf8");
  return String((JSON.parse(text) as { version?: unknown }).version ?? "0");
}

function infoOf({ id, chapter, title, summary, claims, path }: (typeof scenarios)[number]): ScenarioInfo {
  return { id, chapter, title, summary, claims: [...claims], file: basename(path), source: storySource(id) };
}
