// A request as people keep it — JSON, YAML, a bare Kubernetes manifest — to the bytes that an entrypoint takes.

import { readBytes } from './read-project.ts';
import { isYaml, parseDocument } from './parse-document.ts';
import { refuse } from './faults.ts';

/** The bytes of the input in `path`. JSON stays as it is, to the byte; YAML becomes JSON. */
export function readInput(path: string): Uint8Array {
  const bytes = readBytes(path);
  return isYaml(path) ? yamlToJson(path, bytes) : bytes;
}

function yamlToJson(path: string, bytes: Uint8Array): Uint8Array {
  const parsed = parseDocument(path, new TextDecoder().decode(bytes));
  if (parsed.kind === 'fault') return refuse(`cannot read \`${path}\`: ${parsed.message}`);
  return encode(parsed.value);
}

/** Puts a document under `keys` (outermost first), unless it already has the outermost. */
export function wrapInput(bytes: Uint8Array, keys: readonly string[]): Uint8Array {
  const [outer] = keys;
  if (outer === undefined) return bytes;
  const text = new TextDecoder().decode(bytes);
  const parsed = parseDocument('input.json', text);
  if (parsed.kind === 'fault') return bytes; // the module says what is wrong with it
  const { value } = parsed;
  if (typeof value === 'object' && value !== null && outer in value) return bytes;
  return new TextEncoder().encode(keys.reduceRight((inner, key) => `{${JSON.stringify(key)}:${inner}}`, text.trim()));
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value ?? null));
}
