// What the library's patterns were worked out to be is what they are worked out to be now.

import test from 'ava';
import { stdFiles } from '@rdp/language/std';
import { parse, programSize } from '@rdp/language';
import { analysePattern, bodyKey, compilePattern, patternTree } from '../../src/pattern/compile-pattern.ts';
import { graphReader, writeGraphs } from '../../src/pattern/graph-text.ts';
import { libraryPatterns } from '../../src/pattern/library-patterns.generated.ts';
import { placeProgram } from '../../src/pattern/place-program.ts';
import { placeScan } from '../../src/pattern/place-scan.ts';

test('each pattern of the library places the same bytes', (t) => {
  const lines = libraryPatterns().split('\n');
  const known = new Set(lines.filter((_, i) => i % 2 === 1));
  let count = 0;
  for (const file of stdFiles.filter(({ path }) => path.endsWith('.rdp')))
    for (const decl of parse(file).ast.decls) {
      if (decl.kind !== 'pattern' || decl.body.kind !== 'regex') continue;
      const regex = decl.body.regexes.map(({ pattern }) => pattern).join('');
      t.true(known.has(bodyKey({ kind: 'regex', regex })), `${file.path}: ${decl.name.text}`);
      const [stored, fresh] = [compilePattern, analysePattern].map((compile) =>
        placed(compile({ kind: 'regex', regex })),
      );
      t.true(stored === fresh, `${file.path}: ${decl.name.text}`);
      count++;
    }
  t.true(count > 500);
});

test('the size of a program is known without making it', (t) => {
  for (const file of stdFiles.filter(({ path }) => path.endsWith('.rdp')))
    for (const decl of parse(file).ast.decls) {
      if (decl.kind !== 'pattern' || decl.body.kind === 'hole') continue;
      const body =
        decl.body.kind === 'regex'
          ? ({ kind: 'regex', regex: decl.body.regexes.map(({ pattern }) => pattern).join('') } as const)
          : decl.body.kind === 'words'
            ? ({ kind: 'words', words: decl.body.words.map(({ value }) => value) } as const)
            : undefined;
      if (body === undefined) continue;
      const [pattern, tree] = [compilePattern(body), patternTree(body)];
      if (pattern.kind === 'fault' || tree.kind === 'fault') return t.fail(`${file.path}: ${decl.name.text}`);
      // Instructions and sets of characters; what can come next is 36 bytes and mostly shared between patterns.
      const tables = new Set<string>();
      placeProgram(pattern.start, (bytes) => {
        if (bytes.length !== 36) tables.add(Buffer.from(bytes).toString('latin1'));
        return 1;
      });
      const real = [...tables].reduce((sum, table) => sum + table.length, 0);
      const known = programSize(tree.node);
      t.true(known > 0.88 * real && known < 4 * real, `${file.path}: ${decl.name.text}: ${known} for ${real}`);
    }
});

test('values that refer to each other come back as they were', (t) => {
  const shared = { bytes: Uint32Array.of(1, 0xffffffff), list: [1, 2, 3], none: undefined };
  const circle: { kind: string; ways: object[]; by?: ReadonlyMap<object, string> } = {
    kind: 'a "\n\\',
    ways: [[], {}, shared],
  };
  circle.ways.push(circle);
  circle.by = new Map([[shared, 'x']]);
  const other = { shared, mixed: [1, 'a', true, undefined, -2] };
  const { common, texts } = writeGraphs([circle, other]);
  const read = graphReader(common);
  const [first, second] = texts.map(read) as [typeof circle, typeof other];
  t.deepEqual(second, other);
  t.is(first.ways[3], first);
  t.is(first.ways[2], second.shared);
  t.is(first.by?.get(second.shared), 'x');
  t.deepEqual(writeGraphs([first, second]), { common, texts });
  t.false(texts.some((text) => text.includes('\n')));
});

/** Everything that a set of the one pattern puts into memory, one after another. */
function placed(pattern: ReturnType<typeof compilePattern>): string {
  if (pattern.kind === 'fault') return pattern.fault.message;
  const parts: string[] = [];
  let size = 0;
  const place = (bytes: Uint8Array): number => {
    parts.push(Buffer.from(bytes).toString('base64'));
    size += bytes.length;
    return size - bytes.length;
  };
  placeScan([{ pattern, group: 0 }], place, 'in parts');
  return parts.join();
}
