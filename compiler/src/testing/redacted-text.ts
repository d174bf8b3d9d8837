// The text at a JSON Pointer after a decision's edits have been spliced into the document.

import type { Edit } from '@rdp/runtime/contract';

/** Edited document text at `path`; undefined when there is no text. Edits are in order and do not overlap. */
export function redactedText(document: Uint8Array, edits: readonly Edit[], path: string): string | undefined {
  const value = at(parse(splice(document, edits)), path);
  return typeof value === 'string' ? value : undefined;
}

function splice(document: Uint8Array, edits: readonly Edit[]): string {
  const decoder = new TextDecoder();
  let text = '';
  let done = 0;
  for (const { bytes, text: replacement } of edits) {
    text += decoder.decode(document.subarray(done, bytes[0])) + JSON.stringify(replacement).slice(1, -1);
    done = bytes[1];
  }
  return text + decoder.decode(document.subarray(done));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // a document that is no JSON has no text anywhere
  }
}

function at(value: unknown, pointer: string): unknown {
  const keys =
    pointer === ''
      ? []
      : pointer
          .slice(1)
          .split('/')
          .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<unknown>(
    (inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
