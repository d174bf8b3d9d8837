// Goal 11: plain text of 8 KB that streams in pieces of 20 bytes with personal data taken out of it, against the same stream in one
// piece, and against what is usually done: one regular expression in V8 over the last so many characters at each piece.

import type { Enforcer } from '@rdp/runtime';
import { enforce } from '../ours.ts';
import { unionOfLibrary } from '../patterns/library-union.ts';
import { personalText } from '../patterns/personal-text.ts';
import { inTurn } from '../patterns/texts.ts';
import type { BenchCase, Pair } from '../protocol.ts';

const size = 8192;
const distance = 1024;
const piece = 20;
/** Characters that the peer keeps: the longest match that it may have. */
const kept = 256;
const count = 8;
const kinds = ['credit_card', 'email', 'us_ssn', 'iban', 'ipv4'] as const;

const policy = `package bench.stream
import std.pii
surface Chat: llm { providers [] }
detect Found on Chat.response { severity high find ${kinds.map((kind) => `pii.${kind}`).join(', ')} in completions[*].text }
defend Redacted on Chat.response { when Found redact Found with "[gone]" }
`;

/** Goal 11. */
export const streamCases: readonly BenchCase[] = [
  {
    goal: 11,
    name: 'stream of 8 KB by 20 bytes',
    peer: 'in one piece',
    threshold: 2,
    direction: 'at-most',
    prepare: againstOnePiece,
  },
  {
    goal: 11,
    name: 'stream of 8 KB by 20 bytes',
    peer: 'V8, window of 256',
    threshold: 20,
    direction: 'times-faster',
    prepare: againstWindow,
  },
];

function texts(): readonly string[] {
  return Array.from({ length: count }, (_, i) => personalText({ size, distance, seed: i + 1 }).text);
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

async function againstOnePiece(): Promise<Pair> {
  const enforcer = await enforce(policy);
  const all = texts().map((text) => new TextEncoder().encode(text));
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

async function againstWindow(): Promise<Pair> {
  const enforcer = await enforce(policy);
  const union = new RegExp(unionOfLibrary({ package: 'pii', patterns: kinds }), 'gu');
  const all = texts().map((text) => new TextEncoder().encode(text));
  const [cut, theirs] = [inTurn(all), inTurn(all)];
  return {
    ours: () => pass(enforcer, cut(), piece),
    peer: () => passWindow(union, theirs()),
    agree: () => {
      texts().forEach((text, i) => {
        const ours = Buffer.from(pass(enforcer, Buffer.from(text), piece)).toString();
        const { planted } = personalText({ size, distance, seed: i + 1 });
        const left = planted.find(({ kind, value }) => kind !== 'phone' && ours.includes(value));
        if (left) throw new Error(`ours lets ${left.kind} ${left.value} pass`);
        // Without validators it takes out more, and what it cut it may not see.
        if (!passWindow(union, Buffer.from(text)).includes('[gone]')) throw new Error('the peer takes nothing out');
      });
    },
  };
}
