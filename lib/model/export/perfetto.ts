/**
 * A recording for the Perfetto viewer: its own protobuf, perfetto/trace/trace.proto. A process and its threads are tracks, a call is a
 * slice, a moment an instant; what caused what is a flow.
 *
 * @module
 */
import { Message } from "./proto.ts";
import type { Slice, Spans } from "./spans.ts";

const SEQUENCE = 1;
const NEEDS_NOTHING = 1; // SEQ_INCREMENTAL_STATE_CLEARED
const TYPE = { begin: 1, end: 2, instant: 3 } as const;
/** Field numbers of Trace, TracePacket, TrackDescriptor, TrackEvent and DebugAnnotation. */
const F = {
  packet: 1,
  timestamp: 8, sequence: 10, event: 11, flags: 13, descriptor: 60,
  uuid: 1, name: 2, process: 3, thread: 4, parent: 5,
  annotations: 4, type: 9, track: 11, categories: 22, eventName: 23, flows: 47, endingFlows: 48,
  stringValue: 6, annotationName: 10,
} as const;

/** The file's bytes. */
export function toPerfetto(spans: Spans): Uint8Array {
  const pieces: Message[] = [];
  const packet = (fill: (packet: Message) => Message): void => { pieces.push(new Message().message(F.packet, fill(new Message()).number(F.sequence, SEQUENCE))); };
  spans.lives.forEach((life, i) => {
    const process = life.argv.reduce((message, word) => message.text(2, word), new Message().number(1, life.pid)).text(6, life.name);
    packet((p) => (i === 0 ? p.number(F.flags, NEEDS_NOTHING) : p).message(F.descriptor, new Message().number(F.uuid, processTrack(life.id)).message(F.process, process)));
  });
  spans.threads.forEach(({ life, tid }, i) => {
    const its = spans.lives[life];
    const thread = new Message().number(1, its?.pid ?? 0).number(2, tid).text(5, its?.name ?? "");
    packet((p) => p.message(F.descriptor, new Message().number(F.uuid, threadTrack(spans, i)).number(F.parent, processTrack(life)).message(F.thread, thread)));
  });
  for (const fill of packets(spans)) packet(fill);
  return joined(pieces);
}

function processTrack(life: number): number {
  return life + 1;
}

function threadTrack(spans: Spans, index: number): number {
  return spans.lives.length + index + 1;
}

/** Slices of one thread in order of time: Perfetto matches begins and ends by that. */
function* packets(spans: Spans): Generator<(packet: Message) => Message> {
  const tracks = new Map(spans.threads.map(({ life, tid }, i) => [`${life}/${tid}`, threadTrack(spans, i)]));
  const flows = flowsBySlice(spans);
  const order = spans.slices.map((_, i) => i).sort((a, b) => (spans.slices[a]?.from ?? 0) - (spans.slices[b]?.from ?? 0) || a - b);
  const open = new Map<number, number>();
  for (const i of order) {
    const slice = spans.slices[i];
    const track = slice && tracks.get(`${slice.life}/${slice.tid}`);
    if (slice === undefined || track === undefined) continue;
    // A slice never begins before the one before it on its track has ended.
    const from = Math.max(slice.from, open.get(track) ?? 0);
    const to = Math.max(slice.to, from);
    open.set(track, to);
    yield (p) => p.number(F.timestamp, from * 1000).message(F.event, begin(slice, track, flows.get(i)));
    if (slice.kind === "call") yield (p) => p.number(F.timestamp, to * 1000).message(F.event, new Message().number(F.type, TYPE.end).number(F.track, track));
  }
}

interface Ends { out: number[]; in: number[] }

function flowsBySlice(spans: Spans): Map<number, Ends> {
  const by = new Map<number, Ends>();
  const at = (slice: number): Ends => {
    const ends = by.get(slice) ?? { out: [], in: [] };
    by.set(slice, ends);
    return ends;
  };
  spans.flows.forEach(({ from, to }, i) => {
    at(from).out.push(i + 1);
    at(to).in.push(i + 1);
  });
  return by;
}

function begin(slice: Slice, track: number, flows: Ends | undefined): Message {
  const event = new Message().number(F.type, slice.kind === "call" ? TYPE.begin : TYPE.instant).number(F.track, track).text(F.categories, slice.kind).text(F.eventName, slice.name);
  for (const [name, value] of slice.details) event.message(F.annotations, new Message().text(F.annotationName, name).text(F.stringValue, value));
  for (const id of flows?.out ?? []) event.fixed(F.flows, id);
  for (const id of flows?.in ?? []) event.fixed(F.endingFlows, id);
  return event;
}

function joined(pieces: readonly Message[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of pieces) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}
