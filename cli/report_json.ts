/** One JSON object a line: every event, then the result. @module */
import type { Out } from "./out.ts";
import { type Report, type Subject, verdictLine } from "./report.ts";

export function jsonReport(out: Out, subject: Subject): Report {
  const line = (value: object): void => { out.write(`${JSON.stringify(value)}\n`); };
  return {
    events: (batch) => { for (const event of batch) line({ type: "event", ...event }); },
    disagreed: (text) => { line({ type: "disagreement", text }); },
    end: (end, exit) => {
      line({
        type: "result",
        scenario: subject.scenario ?? null,
        runtime: subject.runtime ?? null,
        verdicts: end.verdicts.map(verdictLine),
        checks: end.checks,
        disagreements: end.disagreements,
        ...(end.failure ? { failure: end.failure } : {}),
        exit,
      });
    },
  };
}
