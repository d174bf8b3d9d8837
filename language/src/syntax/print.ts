// A syntax tree → text to read: one node a line, indented, with its range as line and column. For `rdpc print ast` and
// for tests; nothing reads it back.

import { lineColumn, type SourceFile } from '../source/source-file.ts';
import type * as ast from './ast.ts';

/** The tree of `node`. Without `file`, ranges are left out: what is left tells what was meant, not where it stands. */
export function printTree(node: ast.Node, file?: SourceFile): string {
  const lines: string[] = [];
  printValue(node, '', '', file, lines);
  return `${lines.join('\n')}\n`;
}

function printValue(
  value: unknown,
  title: string,
  indent: string,
  file: SourceFile | undefined,
  lines: string[],
): void {
  const prefix = title === '' ? indent : `${indent}${title}: `;
  if (Array.isArray(value)) {
    if (value.length === 0) lines.push(`${prefix}[]`);
    else {
      lines.push(`${indent}${title}:`);
      for (const item of value) printValue(item, '-', `${indent}  `, file, lines);
    }
    return;
  }
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) {
    lines.push(`${prefix}${printScalar(value)}`);
    return;
  }
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  const kind = entries.find(([key]) => key === 'kind')?.[1];
  const named = entries.find(([key]) => key === 'text');
  const words = [typeof kind === 'string' ? kind : named === undefined ? 'node' : JSON.stringify(named[1])];
  if (file !== undefined && isNode(value)) words.push(printRange(file, value));
  lines.push(`${prefix}${words.join(' ')}`);
  for (const [key, child] of entries) {
    if (key === 'start' || key === 'end' || key === 'kind' || (key === 'text' && kind === undefined)) continue;
    printValue(child, key, `${indent}  `, file, lines);
  }
}

function printScalar(value: unknown): string {
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value instanceof Uint8Array)
    return `bytes ${[...value].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  return JSON.stringify(value) ?? 'undefined';
}

function printRange(file: SourceFile, node: ast.Node): string {
  const start = lineColumn(file, node.start);
  const end = lineColumn(file, node.end);
  return `@${start.line}:${start.column}-${end.line}:${end.column}`;
}

function isNode(value: object): value is ast.Node {
  return 'start' in value && 'end' in value;
}
