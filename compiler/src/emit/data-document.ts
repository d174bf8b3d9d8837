// The texts of `data` files → the bundle's data document. Each text stands at its path as it was written, so that no number
// loses a digit on its way.
//
// INVARIANT: the result is JSON without duplicate keys, or a problem that names the file. Reading files is left to the caller.

import { canonicalJson } from '@rdp/runtime/contract';

import { compareText } from './compare-text.ts';

/** Where a data file goes, and what stands in it. */
export interface DataText {
  readonly path: readonly string[];
  /** The file's name, for messages. */
  readonly file: string;
  readonly text: string;
}

export type DataDocument =
  | { readonly kind: 'document'; readonly text: string }
  | { readonly kind: 'problem'; readonly file: string; readonly message: string };

type Node = Map<string, Node | string>;

/** One JSON text that holds every data file at its path; `{}` when there is none. */
export function composeDataDocument(texts: readonly DataText[]): DataDocument {
  const root: Node = new Map();
  for (const { path, file, text } of texts) {
    const value = canonicalJson(text);
    if (value === undefined) return { kind: 'problem', file, message: `\`${file}\` is not JSON, or has a key twice` };
    if (!place(root, path, value))
      return { kind: 'problem', file, message: `\`${path.join('.')}\` has two data files` };
  }
  return { kind: 'document', text: render(root) };
}

function place(root: Node, path: readonly string[], value: string): boolean {
  let node = root;
  for (const segment of path.slice(0, -1)) {
    const next: Node | string = node.get(segment) ?? new Map<string, Node | string>();
    if (typeof next === 'string') return false;
    node.set(segment, next);
    node = next;
  }
  const last = path.at(-1);
  if (last === undefined || node.has(last)) return false;
  node.set(last, value);
  return true;
}

function render(node: Node | string): string {
  if (typeof node === 'string') return node;
  const members = [...node].toSorted(([left], [right]) => compareText(left, right));
  return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${render(value)}`).join(',')}}`;
}
