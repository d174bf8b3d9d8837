// From paths to texts to scan: files whole, directories with every text file below them, or the lines of a JSON Lines file.
// Bytes that are no UTF-8 become replacement characters; a file below a directory
// with a zero byte near its start is no text: it is left out, which is told. A file that the call names is always read.

import { constants } from 'node:buffer';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { causeOf, refuse } from './faults.ts';
import { stderr } from './output-stream.ts';
import { parseJson } from './parse-document.ts';
import { readBytes } from './read-project.ts';

/** A text and what it is called in the output. */
export interface ScanText {
  readonly id: string | number;
  readonly text: string;
}

/** Bytes of the start of a file that tell whether it is text; what git looks at. */
const sniffed = 8000;

/** Bytes of the longest text; what an enforcer takes unless told otherwise. */
const longest = 64 * 1024 * 1024;

/** The texts at `path`; `-` is standard input. */
export function* listTexts(path: string): Generator<ScanText> {
  if (path === '-') return yield { id: '-', text: decode(readBytes('-'), '-', longest) };
  if (!isDirectory(path)) return yield { id: path, text: decode(readBytes(path), path, longest) };
  const skipped: string[] = [];
  for (const file of filesBelow(path)) {
    const bytes = readBytes(file);
    if (bytes.subarray(0, sniffed).includes(0)) skipped.push(file);
    else yield { id: file, text: decode(bytes, file, longest) };
  }
  if (skipped.length === 1) stderr.write(`skipped: ${skipped.join('')} is no text\n`);
  if (skipped.length > 1) stderr.write(`skipped: ${skipped.length} files are no text, the first is ${skipped[0]}\n`);
}

/** The `text` of each line; its `id`, or else the number of the line. */
export function* textLines(path: string): Generator<ScanText> {
  for (const [index, line] of decode(readBytes(path), path, constants.MAX_STRING_LENGTH).split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parseJson(line);
    const place = `line ${index + 1} of \`${path}\``;
    if (parsed.kind === 'fault') return refuse(`${place} cannot be read: ${parsed.message}`);
    const value = parsed.value;
    const remedy = 'a line is an object: {"id": 1, "text": "…"}';
    if (typeof value !== 'object' || value === null || !('text' in value))
      return refuse(`${place} has no \`text\``, remedy);
    if (typeof value.text !== 'string') return refuse(`\`text\` in ${place} is no string`, remedy);
    const id = 'id' in value && (typeof value.id === 'string' || typeof value.id === 'number') ? value.id : index + 1;
    yield { id, text: value.text };
  }
}

/** Ends the command: the text called `name` is more than a scan takes. */
export function refuseLarge(name: string): never {
  return refuse(
    `\`${name}\` is larger than a scan takes`,
    `split it and scan the parts, e.g. with \`split -C 4M ${name} part-\``,
  );
}

function decode(bytes: Uint8Array, name: string, limit: number): string {
  if (bytes.length > limit) return refuseLarge(name);
  return new TextDecoder().decode(bytes);
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    return refuse(`cannot read \`${path}\`: ${causeOf(error)}`, 'name files, directories, or - for standard input');
  }
}

/** In order of name; what is hidden and what is installed is left out, links are not followed. */
function* filesBelow(directory: string): Generator<string> {
  const entries = readdirSync(directory, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}
