// Results → docs/speed.md: what was measured, on what, and which thresholds were missed.

import type { Measured, Skipped } from './protocol.ts';
import type { Sized } from './sizes.ts';

export interface Results {
  readonly machine: string;
  readonly load: readonly number[];
  readonly times: readonly Measured[];
  readonly sizes: readonly Sized[];
  readonly skipped: readonly Skipped[];
}

/** The page, as Markdown. */
export function renderPage({ machine, load, times, sizes, skipped }: Results): string {
  const missed = [...times, ...sizes].filter(({ met }) => !met).length;
  const all = times.length + sizes.length;
  return `# Speed

Written by \`npm run bench -- --write\`. Both sides get the same bytes, run in one process in turn, in five processes of 41
batches each after 700 ms of warm-up; the figure is the ratio of the 10th percentiles with a 95 % bootstrap interval. Answers are
compared before anything is timed. Goal 1 counts what a server has to do: for the object form the peer parses the bytes.

Machine: ${machine}; load ${load.map((value) => value.toFixed(1)).join(' before and ')} after. ${all - missed} of ${all} thresholds reached.

| goal | what | against | figure | wanted | reached |
| ---: | --- | --- | --- | --- | --- |
${times.map(timeRow).join('\n')}
${sizes.map(sizeRow).join('\n')}
${skipped.length === 0 ? '' : `\nNot measured here:\n\n${skipped.map(skippedRow).join('\n')}\n`}${notes}`;
}

/** What the figures of the scanners are of. */
const notes = `
Goals 6, 7, 9 and 16 use the rules of gitleaks as its Go module has them, whole-match spans, none of its allowlists. Our side of
goals 3 and 6 to 9 is the whole decision on a JSON document: reading and validating it, searching the text through JSON's escapes,
writing the findings. The native peers are given the bare text or only look at what they were asked for; they are compiled
for the processor of the machine. RE2, expression by expression, is the oracle: ours and the peers must tell its matches on
ordinary text, on a sample of every rule and on every hostile text. Eight different texts are searched in turn. RE2::Set may use
256 MB, so that its automaton is never thrown away; with the memory that it takes unless told otherwise it refuses the rules.

Goal 13 has two servers in processes of their own and a client in a third, which asks over eight connections without a pause, as an API
server writes its requests. The plain rows are time on the clock for 64 reviews, in which the client takes part; "processor time" is
what the server's process spends on a review, in the kernel too; p99 is the wait of the slowest of a hundred reviews. Both sides
have the same policy, and their verdicts are compared before.
`;

function skippedRow({ goal, name, peer, needs }: Skipped): string {
  return `- ${goal}, ${name} against ${peer}: needs ${needs}`;
}

function timeRow({
  goal,
  name,
  peer,
  ratio,
  low,
  high,
  threshold,
  direction,
  oursNs,
  peerNs,
  met,
  note,
}: Measured): string {
  const [sign, what] = direction === 'times-faster' ? ['≥', 'faster'] : ['≤', 'as long'];
  const figure = `${ratio.toFixed(2)}× [${low.toFixed(2)}, ${high.toFixed(2)}] ${what} (${duration(oursNs)} : ${duration(peerNs)})`;
  return `| ${goal} | ${name} | ${peer}${note === undefined ? '' : ` (${note})`} | ${figure} | ${sign} ${threshold}× | ${met ? 'yes' : '**no**'} |`;
}

function sizeRow({ goal, name, value, unit, atMost, met }: Sized): string {
  return `| ${goal} | ${name} | | ${value.toFixed(2)} ${unit} | ≤ ${atMost} ${unit} | ${met ? 'yes' : '**no**'} |`;
}

/** Nanoseconds as people read them. */
export function duration(ns: number): string {
  if (ns < 1e3) return `${ns.toFixed(0)} ns`;
  return ns < 1e6 ? `${(ns / 1e3).toFixed(2)} µs` : `${(ns / 1e6).toFixed(2)} ms`;
}
