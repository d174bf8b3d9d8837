// Goal 8: personal data is found, validated and taken out of a text, against openredaction as its users call it (all of its kinds), against
// one regular expression in V8 of the same patterns as ours without validators or context; and what taking out costs beside finding.

import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { applyEdits } from '@rdp/runtime';
import { enforce } from '../ours.ts';
import { npmPackage } from '../npm-peer.ts';
import { unionOfLibrary } from '../patterns/library-union.ts';
import { personalText, type Planted } from '../patterns/personal-text.ts';
import { promptDocument, searchEntrypoint, searchPolicy } from '../patterns/pattern-policy.ts';
import { missing, present } from '../patterns/peers.ts';
import { inTurn } from '../patterns/texts.ts';
import type { BenchCase, Pair } from '../protocol.ts';

const size = 16_384;
const distance = 1024;
const count = 8;
const library = { package: 'pii', pattern: 'any' };

/** Goal 8. */
export const personalCases: readonly BenchCase[] = [
  {
    goal: 8,
    name: 'personal data out of 16 KB',
    peer: 'openredaction, all kinds',
    threshold: 700,
    direction: 'times-faster',
    needs: () => missing(() => npmPackage('openredaction')),
    prepare: againstOpenRedaction,
  },
  {
    goal: 8,
    name: 'personal data found in 16 KB',
    peer: 'V8, one regex, no validators',
    threshold: 4,
    direction: 'times-faster',
    prepare: againstUnion,
  },
  {
    goal: 8,
    name: 'personal data out of 16 KB',
    peer: 'only found',
    threshold: 1.3,
    direction: 'at-most',
    prepare: againstFinding,
  },
];

function texts(): readonly { readonly text: string; readonly planted: readonly Planted[] }[] {
  return Array.from({ length: count }, (_, i) => personalText({ size, distance, seed: i + 1 }));
}

interface OpenRedaction {
  readonly detect: (text: string) => Promise<{ readonly redacted: string }>;
}

/** Redacts a document; throws when it must not pass. */
async function redactor(): Promise<(document: Uint8Array) => Uint8Array> {
  const enforcer = await enforce(searchPolicy({ library, action: 'redact' }));
  return (document) => {
    const redacted = applyEdits(document, enforcer.decide(searchEntrypoint, document).edits ?? []);
    if (redacted === undefined) throw new Error('edits do not fit');
    return redacted;
  };
}

async function againstOpenRedaction(): Promise<Pair> {
  const folder = present(npmPackage('openredaction'));
  const { OpenRedaction } = (await import(pathToFileURL(join(folder, 'dist/index.mjs')).href)) as {
    readonly OpenRedaction: new () => OpenRedaction;
  }; // as its types say
  const peer = new OpenRedaction();
  const redact = await redactor();
  const all = texts();
  const documents = inTurn(all.map(({ text }) => promptDocument(text)));
  const bytes = inTurn(all.map(({ text }) => Buffer.from(text)));
  const redacted = await Promise.all(all.map(({ text }) => peer.detect(text)));
  const planted = all.flatMap((each, i) =>
    each.planted.map((piece) => ({ ...piece, left: redacted[i]?.redacted.includes(piece.value) === true })),
  );
  const found = planted.filter(({ left }) => !left);
  return {
    ours: () => redact(documents()),
    peer: () => peer.detect(bytes().toString()),
    agree: () => {
      for (const each of all) expectRedacted(redact, each);
      // It keeps what it takes for an example and what it is not sure of.
      if (!found.some(({ kind }) => kind === 'card')) throw new Error('openredaction finds no card');
    },
    note: `of ${planted.length} pieces ours takes out all, openredaction ${found.length}`,
  };
}

function expectRedacted(
  redact: (document: Uint8Array) => Uint8Array,
  { text, planted }: { readonly text: string; readonly planted: readonly Planted[] },
): void {
  const redacted = Buffer.from(redact(promptDocument(text))).toString();
  const left = planted.find(({ value }) => redacted.includes(value));
  if (left) throw new Error(`ours leaves ${left.kind} ${left.value}`);
}

async function againstUnion(): Promise<Pair> {
  const enforcer = await enforce(searchPolicy({ library }));
  const union = new RegExp(unionOfLibrary({ package: 'pii', patterns: ['any'] }), 'gu');
  const decoder = new TextDecoder();
  const find = (bytes: Uint8Array): readonly (readonly [number, number])[] =>
    Array.from(decoder.decode(bytes).matchAll(union), (match) => [match.index, match.index + match[0].length] as const);
  const all = texts();
  const documents = inTurn(all.map(({ text }) => promptDocument(text)));
  const bytes = inTurn(all.map(({ text }) => new TextEncoder().encode(text)));
  return {
    ours: () => enforcer.decide(searchEntrypoint, documents()),
    peer: () => find(bytes()),
    agree: () => {
      for (const { text, planted } of all) {
        const findings = enforcer.decide(searchEntrypoint, promptDocument(text)).findings ?? [];
        const ours = findings.flatMap(({ matches }) => matches ?? []);
        const theirs = find(new TextEncoder().encode(text));
        for (const { kind, value } of planted) {
          const at = text.indexOf(value);
          const meets = (start: number, end: number): boolean => start < at + value.length && end > at;
          if (!ours.some(({ start, end }) => meets(start, end))) throw new Error(`ours does not find ${kind} ${value}`);
          if (!theirs.some(([start, end]) => meets(start, end))) throw new Error(`V8 does not find ${kind} ${value}`);
        }
      }
    },
  };
}

async function againstFinding(): Promise<Pair> {
  const redact = await redactor();
  const finder = await enforce(searchPolicy({ library }));
  const all = texts();
  const toRedact = inTurn(all.map(({ text }) => promptDocument(text)));
  const toFind = inTurn(all.map(({ text }) => promptDocument(text)));
  return {
    ours: () => redact(toRedact()),
    peer: () => finder.decide(searchEntrypoint, toFind()),
    agree: () => {
      for (const each of all) expectRedacted(redact, each);
    },
  };
}
