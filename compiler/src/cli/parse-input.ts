// A request as people keep it — JSON, YAML, a bare Kubernetes manifest — to the bytes that an entrypoint takes.

import { asAdmitted } from './as-admitted.ts';
import { refuse } from './faults.ts';
import { isYaml, parseDocument, parseJson } from './parse-document.ts';
import { readBytes } from './read-project.ts';

/** The bytes of the input in `path`. JSON stays as it is, to the byte; YAML becomes JSON. */
export async function readInput(path: string): Promise<Uint8Array> {
  const bytes = readBytes(path);
  if (!isYaml(path)) return bytes;
  const parsed = await parseDocument(path, new TextDecoder().decode(bytes));
  if (parsed.kind === 'fault') return refuse(`cannot read \`${path}\`: ${parsed.message}`);
  return encode(parsed.value);
}

/**
 * Puts a bare Kubernetes object, as a server would ask about it, into the AdmissionReview of its creation, and a bare admission request into a review, its bytes
 * as they are; everything else stays as it is.
 */
export function wrapManifest(bytes: Uint8Array): Uint8Array {
  const parsed = parseJson(new TextDecoder().decode(bytes));
  if (parsed.kind === 'fault') return bytes; // the policy says what is wrong with it
  const { value } = parsed;
  if (!isObject(value) || 'request' in value) return bytes;
  if (isObject(value['kind']) && 'operation' in value) return putUnder('request', bytes);
  if (typeof value['kind'] !== 'string') return bytes;
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  const text = (key: string): string => (typeof metadata[key] === 'string' ? metadata[key] : '');
  return encode({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '',
      operation: 'CREATE',
      name: text('name'),
      namespace: text('namespace'),
      object: asAdmitted(value),
    },
  });
}

/** Puts a document under `keys`, outermost first, its bytes as they are. A Kubernetes object goes into an AdmissionReview. */
export function wrapDocument(bytes: Uint8Array, keys: readonly string[]): Uint8Array {
  if (keys[0] === 'request') return wrapManifest(bytes);
  return keys.reduceRight<Uint8Array>((inner, key) => putUnder(key, inner), bytes);
}

function putUnder(key: string, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`{${JSON.stringify(key)}:`), bytes, Buffer.from('}')]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value ?? null));
}
