// A flat list of tests → the tree that the Testing view shows.

import type { TestItem } from '@rdp/lsp/previews';

/** The tests of one file, in the order in which they stand. */
export interface FileOfTests {
  readonly uri: string;
  readonly tests: readonly TestItem[];
}

/** Tests by file; files by name. */
export function groupByFile(listed: readonly TestItem[]): readonly FileOfTests[] {
  const files = new Map<string, TestItem[]>();
  for (const item of listed) {
    const own = files.get(item.uri);
    if (own === undefined) files.set(item.uri, [item]);
    else own.push(item);
  }
  return [...files]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([uri, own]) => ({ uri, tests: own.toSorted((a, b) => a.range.start.line - b.range.start.line) }));
}
