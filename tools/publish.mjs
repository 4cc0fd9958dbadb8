/**
 * Run by npm around `npm pack` and `npm publish` of `lib`: builds what is published, and has the manifest say so meanwhile.
 *
 *   node tools/publish.mjs build      only builds, into lib/dist
 *   node tools/publish.mjs prepare    before
 *   node tools/publish.mjs restore    after
 */
import { buildLibrary } from "./publish/build.mjs";
import { putBack, putPublished } from "./publish/manifest.mjs";

const [step] = process.argv.slice(2);
if (step === "build") {
  await buildLibrary();
} else if (step === "prepare") {
  putBack();
  await buildLibrary();
  putPublished();
} else if (step === "restore") {
  putBack();
} else {
  console.error("Usage: node tools/publish.mjs build | prepare | restore");
  process.exitCode = 2;
}
