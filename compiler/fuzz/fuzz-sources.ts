// Mutated policies: parse, check and format never throw, and never take long.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkProgram, format, parse, type SourceFile } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { FuzzOutcome } from './fuzz-pairs.ts';
import { makePolicy } from './make-policy.ts';
import { type Random, randomFrom } from './random.ts';

/** A source that takes longer than this many milliseconds hangs, for people. */
const patience = 3000;

/** Sources that are checked with the standard library, and not only parsed: one in so many. */
const checkedShare = 0.2;

/** `sources` mutated sources from `seed`. */
export function fuzzSources(seed: number, sources: number, progress: (done: number) => void = () => {}): FuzzOutcome {
  const faults: string[] = [];
  const originals = [...stdFiles, ...exampleFiles()].map(({ text }) => text).filter((text) => text.length < 12_000);
  let cases = 0;
  for (; cases < sources && faults.length < 10; cases++) {
    const random = randomFrom(Math.imul(seed, 0xc2b2ae35) ^ cases);
    const original = random.chance(0.5) ? random.pick(originals) : makePolicy(random).text;
    const file: SourceFile = { path: 'mutated.rdp', text: mutateText(random, original, originals) };
    const started = performance.now();
    try {
      const parsed = parse(file);
      format(file);
      if (parsed.diagnostics.length === 0 || random.chance(checkedShare))
        checkProgram({ files: [file], documents: new Map(), std: stdFiles });
    } catch (error) {
      faults.push(
        `seed ${seed}, source ${cases}: ${error instanceof Error ? error.stack : String(error)}\n${file.text}`,
      );
    }
    const took = performance.now() - started;
    if (took > patience) faults.push(`seed ${seed}, source ${cases}: took ${Math.round(took)} ms\n${file.text}`);
    if (cases % 1000 === 0) progress(cases);
  }
  return { cases, refused: 0, faults };
}

function exampleFiles(): readonly SourceFile[] {
  const root = fileURLToPath(new URL('../../examples/', import.meta.url));
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.rdp'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

const pieces = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '"',
  "'",
  '`',
  '\\',
  '//',
  '///',
  '\n',
  '"""',
  're"',
  '?.',
  '??',
  '->',
  '=',
  '*',
  '.',
  ',',
  ':',
  'é',
  '\u0000',
  '\ud800',
  '😀',
  'on',
  'when',
  'detect',
  'package a.b',
  'import std.pii',
  '9999999999999999999',
  '0x',
  '1e999',
  '-',
  '!',
  '{{',
  '"{',
  'fn f(x: int) -> int = f(x)',
];

/** One to six places changed: text cut out, doubled, moved, a piece put in. */
function mutateText(random: Random, original: string, others: readonly string[]): string {
  let text = original;
  const times = 1 + random.below(6);
  for (let i = 0; i < times; i++) {
    const at = random.below(text.length + 1);
    const length = random.below(random.chance(0.2) ? 400 : 12);
    const [before, cut, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
    switch (random.below(6)) {
      case 0:
        text = before + after;
        break;
      case 1:
        text = before + cut + cut + after;
        break;
      case 2:
        text = before + random.pick(pieces) + cut + after;
        break;
      case 3: {
        const other = random.pick(others);
        const from = random.below(other.length);
        text = before + other.slice(from, from + length) + after;
        break;
      }
      case 4:
        text = before + random.pick(['(', '[', '!', '{', '-', 'a.', '1+', '"{']).repeat(random.below(300)) + after;
        break;
      default:
        text = random.chance(0.2) ? before : text;
    }
  }
  return text;
}
