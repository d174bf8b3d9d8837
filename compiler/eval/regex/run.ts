// `node compiler/eval/regex/run.ts FOLDER…`: how many of the cases of other engines' tests (TOML tables of Rust's regex
// crate, RE2's search log) both matchers get right: the one of the interpreter and the one of the kernel.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePattern, patternTree } from '../../src/pattern/compile-pattern.ts';
import { findFirst } from '../../src/pattern/search-text.ts';
import { kernelMatcher } from './kernel-matcher.ts';
import { type CaseOrReason, readRe2Cases, readTomlCases, type RegexCase } from './read-cases.ts';

type Span = readonly [number, number];
type Search = (from: number) => Span | undefined;

function casesIn(folder: string): readonly CaseOrReason[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    if (entry.name.endsWith('.toml')) return readTomlCases(entry.name.slice(0, -5), readFileSync(path, 'utf8'));
    return entry.name.startsWith('re2-') && entry.name.endsWith('.txt') ? readRe2Cases(readFileSync(path, 'utf8')) : [];
  });
}

/** All matches from the left; an empty one that touches the last match is none, as in the regex crate. */
function searchAll(search: Search, text: Uint8Array, extent: RegexCase['extent']): readonly Span[] {
  const spans: Span[] = [];
  let from = 0;
  while (from <= text.length) {
    const span = search(from);
    if (!span) break;
    if (span[0] < span[1] || span[0] !== spans.at(-1)?.[1]) spans.push(span);
    if (extent === 'first') break;
    from = span[1];
    if (span[0] === span[1])
      do from++;
      while (from < text.length && ((text[from] ?? 0) & 0xc0) === 0x80);
  }
  return spans;
}

const outside = new Map<string, number>();
const wrong: string[] = [];
let right = 0;

for (const one of process.argv.slice(2).flatMap(casesIn)) {
  if ('outside' in one) {
    outside.set(one.outside, (outside.get(one.outside) ?? 0) + 1);
    continue;
  }
  const body = { kind: 'regex', regex: one.pattern } as const;
  const tree = patternTree(body);
  if (tree.kind === 'fault') {
    const reason = tree.fault.message.endsWith('is no Unicode category or script')
      ? 'Unicode properties that RE2 has not'
      : tree.fault.kind;
    if (reason === 'invalid-pattern') wrong.push(`${one.name}: ${one.pattern}: ${tree.fault.message}`);
    else outside.set(reason, (outside.get(reason) ?? 0) + 1);
    continue;
  }
  const pattern = compilePattern(body);
  if (pattern.kind === 'fault') throw new Error(pattern.fault.message);
  const text = Buffer.from(one.text);
  const points = [...one.text].map((char) => char.codePointAt(0) ?? 0);
  const starts = [0];
  for (const char of one.text) starts.push((starts.at(-1) ?? 0) + Buffer.byteLength(char));
  const [kernel, vector] = [kernelMatcher([pattern]), kernelMatcher([pattern], 'simd')];
  const results: readonly (readonly [string, Search])[] = [
    [
      'interpreter',
      (from) => {
        const match = findFirst(tree.node, points, starts.indexOf(from));
        return match && [starts[match.start] ?? 0, starts[match.end] ?? 0];
      },
    ],
    ['kernel', (from) => kernel.first(text, from)],
    ['kernel with SIMD', (from) => vector.first(text, from)],
  ];
  const expected = JSON.stringify(one.spans);
  const faults = results.flatMap(([who, search]) => {
    const got = JSON.stringify(searchAll(search, text, one.extent));
    return got === expected ? [] : [`${one.name}: /${one.pattern}/ ${who}: ${got}, expected ${expected}`];
  });
  wrong.push(...faults);
  if (faults.length === 0) right++;
}

for (const line of wrong) process.stdout.write(`${line}\n`);
for (const [reason, count] of outside) process.stdout.write(`outside: ${reason}: ${count}\n`);
process.stdout.write(`${right} right, ${wrong.length} wrong\n`);
process.exitCode = wrong.length > 0 ? 1 : 0;
