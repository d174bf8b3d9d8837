// Parses each file once in the life of its object; an edited file from the one that it came from. Files are immutable, so
// what is remembered never goes stale.

import { editBetween } from '../source/edit-between.ts';
import { carryLineStarts, type SourceFile } from '../source/source-file.ts';
import { reparse } from '../syntax/blocks.ts';
import type { Parsed } from '../syntax/parse.ts';
import { parse } from '../syntax/parse.ts';
import { readTree } from '../syntax/tree-text.ts';

const known = new WeakMap<SourceFile, Parsed>();

/** The parse of `file`. */
export function parseOnce(file: SourceFile): Parsed {
  const before = known.get(file);
  if (before) return before;
  const parsed = file.tree === undefined ? parse(file) : parsedBefore(file, file.tree);
  known.set(file, parsed);
  return parsed;
}

/** The parse of a file that comes with its tree. What tools want beside the tree is read when they ask. */
function parsedBefore(file: SourceFile, tree: string): Parsed {
  let read: Parsed | undefined;
  const whole = (): Parsed => (read ??= parse(file));
  return {
    file,
    ast: readTree(tree),
    diagnostics: [],
    get tokens() {
      return whole().tokens;
    },
    get comments() {
      return whole().comments;
    },
    get pieces() {
      return whole().pieces;
    },
    get notable() {
      return whole().notable;
    },
  };
}

/** The parse of `file`, of which `previous` is the state before an edit: only the blocks around the change are read. */
export function parseEdited(previous: SourceFile, file: SourceFile): Parsed {
  const before = known.get(previous);
  if (before === undefined || known.has(file)) return parseOnce(file);
  const edit = editBetween(previous.text, file.text);
  carryLineStarts(previous, file, edit);
  const parsed = reparse(before, file, edit);
  known.set(file, parsed);
  return parsed;
}
