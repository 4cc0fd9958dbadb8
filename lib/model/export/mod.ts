/** Forms of a recording for other programs and people. @module */
export { toChrome } from "./chrome.ts";
export { toPerfetto } from "./perfetto.ts";
export { redact } from "./redact.ts";
export { type Spans, spansOf } from "./spans.ts";
export { toSvg } from "./svg.ts";
