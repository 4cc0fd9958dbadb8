/** `forkscope export FILE --to FORM`: a recording for other programs and people, without the data that passed unless told to keep it. @module */
import { writeFileSync } from "node:fs";
import { toHtml } from "../../engine/export_html.ts";
import { Refusal } from "../../engine/refusal.ts";
import { encodeEvent, encodeHeader, type Event, type RecordingHeader } from "../../lib/model/mod.ts";
import { redact, spansOf, toChrome, toPerfetto, toSvg } from "../../lib/model/export/mod.ts";
import { type ExportForm, FORMS, type Options } from "../args.ts";
import { openRecording } from "../recording.ts";

const MAKERS: Record<ExportForm, (header: RecordingHeader, events: readonly Event[]) => string | Uint8Array> = {
  perfetto: (header, events) => toPerfetto(spansOf(header, events)),
  chrome: (header, events) => toChrome(spansOf(header, events)),
  svg: (header, events) => toSvg(spansOf(header, events)),
  html: toHtml,
  json: (header, events) => encodeHeader(header) + events.map(encodeEvent).join(""),
};

export async function exportRecording([path = ""]: readonly string[], options: Options): Promise<number> {
  if (options.to === undefined) throw new Refusal(`export ${path}: --to is missing, one of ${FORMS.join(", ")}`);
  if (options.to === "perfetto" && options.output === undefined && process.stdout.isTTY) throw new Refusal("export --to perfetto: it is binary and not for a terminal", "--output FILE");
  const { header, events } = openRecording(path);
  const made = MAKERS[options.to](header, options.withData ? events : events.map(redact));
  if (options.output === undefined) await new Promise<void>((resolve, reject) => { process.stdout.write(made, (error) => { if (error) reject(error); else resolve(); }); });
  else write(options.output, made);
  return 0;
}

function write(file: string, made: string | Uint8Array): void {
  try {
    writeFileSync(file, made);
  } catch (error) {
    throw new Refusal(`export to ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
