// What was decided on → what an approver is shown: the document as it would go on, raw, with everything that detections found
// covered by its kind; and its digest, which a grant is for.
//
// INVARIANT: brackets `⟦⟧` are ours alone. What a rule found is not shown, and neither are headers, which carry keys. Everything else is, byte for byte: no number
// is read and written again. What cannot be shown cannot be granted.

import { createHash, randomBytes } from 'node:crypto';

import type { Decision } from '../contract/index.ts';
import { applyEdits, type DocumentEdit } from '../enforce/edits.ts';

export interface ShownAction {
  /** JSON text. */
  readonly shown: string;
  /** SHA-256 of the document as it would go on, hexadecimal. */
  readonly digest: string;
}

/** Members of an exchange that are not part of the action, or carry keys. */
const notShown: ReadonlySet<string> = new Set(['headers', 'client', 'time']);

/** Undefined when the edits do not fit the document, or it is no JSON object. */
export function showAction(document: Uint8Array, decision: Decision): ShownAction | undefined {
  const { edits = [], findings = [] } = decision;
  const passed = applyEdits(document, edits);
  // Nobody who wrote the document knows it, so that what looks covered is.
  const mark = `~${randomBytes(12).toString('hex')}~`;
  if (passed === undefined) return undefined;
  const covers = findings.flatMap(({ matches = [] }) =>
    matches.flatMap(({ bytes, kind }) =>
      outside(bytes, edits).map((range) => ({ bytes: range, text: `${mark}${kind}${mark}` })),
    ),
  );
  const covered = applyEdits(document, inOrder([...edits, ...covers]));
  if (covered === undefined) return undefined;
  const text = Buffer.from(covered)
    .toString('utf8')
    .replaceAll(/[⟦⟧]/g, (bracket) => (bracket === '⟦' ? '\\u27e6' : '\\u27e7'))
    .replaceAll(new RegExp(`${mark}(.*?)${mark}`, 'g'), '⟦$1⟧');
  const members = topLevelMembers(text);
  if (members === undefined) return undefined;
  const shown = members.filter(({ name }) => !notShown.has(name)).map(({ name, text }) => memberText(name, text));
  return { shown: `{${shown.join(',')}}`, digest: createHash('sha256').update(passed).digest('hex') };
}

/** Parameters of a query that carry keys and the like, by parts of their names: some providers take keys there. */
const secretParameter = /([?&][^=&"]*(?:key|token|secret|sig|pass|auth|cred|code|session)[^=&"]*)=[^&"]*/gi;

function memberText(name: string, text: string): string {
  return name === 'path' && text.startsWith('"')
    ? `"path":${text.replaceAll(secretParameter, '$1=⟦covered⟧')}`
    : `${JSON.stringify(name)}:${text}`;
}

/** The parts of a range that no edit replaces. */
function outside(
  [start, end]: readonly [number, number],
  edits: readonly DocumentEdit[],
): readonly (readonly [number, number])[] {
  const parts: (readonly [number, number])[] = [];
  let at = start;
  for (const { bytes } of inOrder(edits)) {
    if (bytes[1] <= at || bytes[0] >= end) continue;
    if (bytes[0] > at) parts.push([at, bytes[0]]);
    at = bytes[1];
  }
  if (at < end) parts.push([at, end]);
  return parts;
}

/** By place; what overlaps what stands before it is cut off there, so that all of both is covered. */
function inOrder(edits: readonly DocumentEdit[]): readonly DocumentEdit[] {
  const sorted = edits.toSorted((a, b) => a.bytes[0] - b.bytes[0] || b.bytes[1] - a.bytes[1]);
  let at = 0;
  return sorted.flatMap((edit) => {
    const start = Math.max(at, edit.bytes[0]);
    if (start > edit.bytes[1] || (start === edit.bytes[1] && edit.bytes[0] < start)) return [];
    at = edit.bytes[1];
    return [{ bytes: [start, edit.bytes[1]] as const, text: edit.text }];
  });
}

/** Names and raw texts of an object's members, in order; undefined for what is no JSON object. */
export function topLevelMembers(json: string): readonly { readonly name: string; readonly text: string }[] | undefined {
  try {
    const object: unknown = JSON.parse(json); // says whether it is JSON at all; the texts are taken from the source
    if (typeof object !== 'object' || object === null || Array.isArray(object)) return undefined;
  } catch {
    return undefined;
  }
  const members: { readonly name: string; readonly text: string }[] = [];
  let at = json.indexOf('{') + 1;
  for (;;) {
    at = skipSpace(json, at);
    if (json[at] !== '"') return members;
    const nameEnd = skipString(json, at);
    const name = JSON.parse(json.slice(at, nameEnd)) as string; // a string of JSON that was read above
    const start = skipSpace(json, json.indexOf(':', nameEnd) + 1);
    const end = skipValue(json, start);
    members.push({ name, text: json.slice(start, end).trimEnd() });
    at = json[end] === ',' ? end + 1 : end;
  }
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (' \t\r\n'.includes(json[at] ?? '.')) at += 1;
  return at;
}

function skipString(json: string, from: number): number {
  let at = from + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** To the comma or bracket behind a value. */
function skipValue(json: string, from: number): number {
  let at = from;
  for (let depth = 0; at < json.length; at += 1) {
    const next = json[at];
    if (next === '"') at = skipString(json, at) - 1;
    else if (next === '{' || next === '[') depth += 1;
    else if (next === '}' || next === ']') {
      if (depth === 0) return at;
      depth -= 1;
    } else if (next === ',' && depth === 0) return at;
  }
  return at;
}
