/**
 * A race: the same work by several contestants in turn, A B C A B C, so that what disturbs the machine disturbs all of them alike. What
 * is compared are the times of one round with each other.
 */
import { enter } from "./contestant.mjs";
import { spread } from "./statistics.mjs";

const MS = 1e6;

/**
 * `contestants`: id, label and argv, which may be a function of the facts of those that stand before it.
 * `rounds`: how many are counted. `batch`: how long a contestant works in each, in ms. `once`: one piece of work is a batch.
 * `base`: whose time the others' ratios are to.
 */
export async function race({ title, contestants, rounds, batch = 30, once = false, base = "c" }) {
  const [present, missing] = await gather(contestants);
  try {
    for (const one of present) one.count = once ? 1 : await settle(one, batch);
    for (let round = 0; round < rounds; round++) {
      // Not always the same one before another: that one's traces in the caches would always be the other's.
      for (const one of rotated(present, round)) note(one, await one.run(one.count));
    }
  } finally {
    await Promise.all(present.map((one) => one.leave()));
  }
  return { title, base, missing, contestants: present.map((one) => summary(one, present)) };
}

async function gather(contestants) {
  const present = [];
  const missing = [];
  const facts = {};
  for (const { id, label, argv } of contestants) {
    const command = typeof argv === "function" ? await argv(facts) : argv;
    const one = command && await enter({ id, label, argv: command }, (reason) => missing.push({ id, label, reason }));
    if (!one) continue;
    facts[id] = one.facts;
    present.push({ ...one, times: [], sums: {} });
  }
  return [present, missing];
}

/** Warms a contestant up, and finds how many pieces of work fill a batch. */
async function settle(one, batch) {
  let count = 1;
  for (let spent = 0, steps = 0; spent < 10 * batch || steps < 3; steps++) {
    const ms = (await one.run(count)).ns / MS;
    spent += ms;
    count = Math.max(1, Math.round(count * Math.min(8, batch / Math.max(ms, batch / 64))));
  }
  return count;
}

function note(one, { ns, ...facts }) {
  one.times.push(ns / one.count);
  for (const [name, value] of Object.entries(facts)) one.sums[name] = (one.sums[name] ?? 0) + value;
}

function rotated(list, by) {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/** Times of one piece of work in nanoseconds, and how they stand to each other contestant's of the same rounds. */
function summary(one, all) {
  const against = all.map((other) => [other.id, {
    ratio: spread(one.times.map((time, round) => time / other.times[round])),
    more: spread(one.times.map((time, round) => time - other.times[round])),
  }]);
  return { id: one.id, label: one.label, count: one.count, facts: one.facts, sums: one.sums, ns: spread(one.times), against: Object.fromEntries(against) };
}
