// Goal 11: plain text of 8 KB that streams in pieces of 20 bytes, of which a few kinds of personal data, all of them, or all secrets are
// taken out, against the same stream in one piece, and against what is usually done: one regular expression in V8 over the last
// so many characters at each piece.

import type { Enforcer } from '@rdp/runtime';
import { enforce, programsOf } from '../ours.ts';
import { unionOfLibrary } from '../patterns/library-union.ts';
import { searchPolicy } from '../patterns/pattern-policy.ts';
import { personalText } from '../patterns/personal-text.ts';
import { sampleOf } from '../../compiler/fuzz/sample-text.ts';
import { interspersed, inTurn } from '../patterns/texts.ts';
import { generator, type BenchCase, type Pair } from '../protocol.ts';

const size = 8192;
const distance = 1024;
const piece = 20;
/** Characters that the peer keeps: the longest match that it may have. */
const kept = 256;
const count = 8;

/** What is looked for, and texts with it. */
interface Subject {
  readonly name: string;
  readonly package: 'pii' | 'secrets';
  readonly patterns: readonly string[];
  readonly text: (seed: number) => Planted;
}

interface Planted {
  readonly text: string;
  /** What must not come out. */
  readonly values: readonly string[];
}

const fewKinds: Subject = {
  name: '5 kinds',
  package: 'pii',
  patterns: ['credit_card', 'email', 'us_ssn', 'iban', 'ipv4'],
  text: personal,
};
const allKinds: Subject = { name: 'all personal data', package: 'pii', patterns: ['any'], text: personal };
const secrets: Subject = { name: 'all secrets', package: 'secrets', patterns: ['any'], text: secret };

/** Goal 11. */
export const streamCases: readonly BenchCase[] = [
  ...[fewKinds, allKinds, secrets].map((subject): BenchCase => ({
    goal: 11,
    name: `stream by 20 bytes, ${subject.name}`,
    peer: 'in one piece',
    threshold: 2,
    direction: 'at-most',
    prepare: () => againstOnePiece(subject),
  })),
  ...[fewKinds, secrets].map((subject): BenchCase => ({
    goal: 11,
    name: `stream by 20 bytes, ${subject.name}`,
    peer: 'V8, window of 256',
    threshold: 20,
    direction: 'times-faster',
    prepare: () => againstWindow(subject),
  })),
];

function policyOf({ package: name, patterns }: Subject): string {
  return `package bench.stream
import std.${name}
surface Chat: llm { providers [] }
detect Found on Chat.response { severity high find ${patterns.map((each) => `${name}.${each}`).join(', ')} in completions[*].text }
defend Redacted on Chat.response { when Found redact Found with "[gone]" }
`;
}

function personal(seed: number): Planted {
  const { text, planted } = personalText({ size, distance, seed });
  return { text, values: planted.flatMap(({ kind, value }) => (kind === 'phone' ? [] : [value])) };
}

/** Ordinary text with what the library's patterns match and all of which they take out, without a validator or a context word. */
function secret(seed: number): Planted {
  const next = generator(seed);
  const [program] = programsOf(searchPolicy({ library: { package: 'secrets', pattern: 'any' } }));
  const plain = (program?.entrypoints ?? [])
    .flatMap(({ rules }) => rules.flatMap(({ finds }) => finds.flatMap((find) => find.patterns)))
    .flatMap(({ body, where, near }) =>
      body.kind === 'regex' && !where && !near && !body.regex.includes('(?P<match>') ? [body.regex] : [],
    );
  const items = Array.from({ length: count }, () => sampleOf(plain[Math.floor(next() * plain.length)] ?? '', next));
  const text = interspersed({ size, seed, distance, items });
  return { text, values: items.filter((item) => text.includes(`\n${item}\n`)) };
}

function texts(subject: Subject): readonly Planted[] {
  return Array.from({ length: count }, (_, i) => subject.text(i + 1));
}

/** What passes a stream whose bytes come in pieces of `length`. */
function pass(enforcer: Enforcer, bytes: Uint8Array, length: number): Uint8Array {
  const opened = enforcer.openStream({ entrypoint: 'Chat.response', from: 'text', head: {} });
  if (opened.kind === 'problem') throw new Error(opened.problem.message);
  const released: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += length) {
    const output = opened.value.push(bytes.subarray(at, at + length));
    if (output.kind === 'blocked') throw new Error(JSON.stringify(output.decision));
    released.push(output.bytes);
  }
  released.push(opened.value.end().bytes);
  return Buffer.concat(released);
}

async function againstOnePiece(subject: Subject): Promise<Pair> {
  const enforcer = await enforce(policyOf(subject));
  const all = texts(subject).map(({ text }) => new TextEncoder().encode(text));
  const [cut, whole] = [inTurn(all), inTurn(all)];
  return {
    ours: () => pass(enforcer, cut(), piece),
    peer: () => pass(enforcer, whole(), size),
    agree: () => {
      for (const bytes of all) {
        const wanted = Buffer.from(pass(enforcer, bytes, size));
        for (const length of [1, 7, piece, 1000])
          if (!wanted.equals(pass(enforcer, bytes, length))) throw new Error(`pieces of ${length} pass otherwise`);
      }
    },
  };
}

/** Searches the window anew at each piece and lets out what lies before it, as a proxy with a buffer does. */
function passWindow(union: RegExp, bytes: Uint8Array): string {
  const decoder = new TextDecoder();
  let released = '';
  let window = '';
  for (let at = 0; at < bytes.length; at += piece) {
    window = (window + decoder.decode(bytes.subarray(at, at + piece), { stream: true })).replace(union, '[gone]');
    if (window.length <= kept) continue;
    released += window.slice(0, -kept);
    window = window.slice(-kept);
  }
  return released + window;
}

async function againstWindow(subject: Subject): Promise<Pair> {
  const enforcer = await enforce(policyOf(subject));
  const union = new RegExp(unionOfLibrary(subject), 'gu');
  const all = texts(subject);
  const bytes = all.map(({ text }) => new TextEncoder().encode(text));
  const [cut, theirs] = [inTurn(bytes), inTurn(bytes)];
  return {
    ours: () => pass(enforcer, cut(), piece),
    peer: () => passWindow(union, theirs()),
    agree: () => {
      for (const { text, values } of all) {
        const ours = Buffer.from(pass(enforcer, Buffer.from(text), piece)).toString();
        const left = values.find((value) => ours.includes(value));
        if (left !== undefined || values.length === 0) throw new Error(`ours lets ${left ?? 'nothing'} pass`);
        // Without validators it takes out more, and what it cut it may not see.
        if (!passWindow(union, Buffer.from(text)).includes('[gone]')) throw new Error('the peer takes nothing out');
      }
    },
  };
}
