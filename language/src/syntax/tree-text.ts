// A syntax tree to text and back, so that what was parsed when the library was made need not be parsed again. JSON, because
// engines read nothing else as fast; the integers of literals, which JSON cannot say, are named by their paths.
// INVARIANT: the tree that is read equals the one that was written, but for properties that are undefined: they are not there.

import type * as ast from './ast.ts';

/** What stands in the text. */
interface TreeText {
  readonly tree: ast.File;
  /** Where texts stand for integers: the names of the properties from the root on. */
  readonly integers: readonly (readonly (string | number)[])[];
}

/** The text of a tree. */
export function writeTree(tree: ast.File): string {
  const integers: (readonly (string | number)[])[] = [];
  const plain = (value: unknown, path: readonly (string | number)[]): unknown => {
    if (typeof value === 'bigint') {
      integers.push(path);
      return value.toString();
    }
    if (Array.isArray(value)) return value.map((each, i) => plain(each, [...path, i]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each, [...path, key])]));
  };
  const written = plain(tree, []);
  return JSON.stringify({ tree: written, integers });
}

/** The tree of a text that `writeTree` made. */
export function readTree(text: string): ast.File {
  const { tree, integers } = JSON.parse(text) as TreeText; // what `writeTree` wrote
  for (const path of integers) {
    let node: unknown = tree;
    for (const key of path.slice(0, -1)) node = (node as Record<string | number, unknown>)[key]; // the path leads through objects
    const key = path.at(-1) ?? '';
    const literal = node as Record<string | number, string | bigint>; // where a text stands for an integer
    literal[key] = BigInt(literal[key] ?? 0);
  }
  return tree;
}
