// Requests as people keep them — JSON, YAML, Kubernetes manifests — to the bytes that an entrypoint takes. One file may hold several.

import { admissionReviews, type ManifestOperation } from './admission-reviews.ts';
import { refuse } from './faults.ts';
import { isYaml, parseDocument, parseDocuments, parseJson } from './parse-document.ts';
import { readBytes } from './read-project.ts';

/** How what a file holds becomes documents of an event. */
export type InputForm =
  /** It is the document; under `keys`, outermost first, where it is not whole. */
  | { readonly kind: 'document'; readonly keys: readonly string[] }
  /** Objects under admission: whole reviews, requests, manifests. */
  | { readonly kind: 'admission'; readonly operation: ManifestOperation };

/** The documents of the input in `path`, `-` for standard input; at least one. JSON stays as it is, to the byte, where it is whole. */
export async function readInputs(path: string, form: InputForm): Promise<readonly Uint8Array[]> {
  const bytes = readBytes(path);
  if (form.kind === 'admission') return admissionInputs(path, bytes, form.operation);
  return [putUnder(form.keys, isYaml(path) ? await yamlInput(path, bytes) : bytes)];
}

async function yamlInput(path: string, bytes: Uint8Array): Promise<Uint8Array> {
  const parsed = await parseDocument(path, new TextDecoder().decode(bytes));
  if (parsed.kind === 'fault') return refuse(`cannot read \`${path}\`: ${parsed.message}`);
  return encode(parsed.value);
}

async function admissionInputs(
  path: string,
  bytes: Uint8Array,
  operation: ManifestOperation,
): Promise<readonly Uint8Array[]> {
  const text = new TextDecoder().decode(bytes);
  const isText = isYaml(path) || (path === '-' && !/^\s*[{[]/.test(text));
  if (isText) {
    const parsed = await parseDocuments(text);
    if (parsed.kind === 'fault') return refuse(`cannot read \`${path}\`: ${parsed.message}`);
    if (parsed.values.length === 0) return refuse(`\`${path}\` has no document`);
    return admissionReviews(parsed.values, operation).map(encode);
  }
  const parsed = parseJson(text);
  if (parsed.kind === 'fault') return [bytes]; // the policy says what is wrong with it
  const { value } = parsed;
  const reviews = admissionReviews([value], operation);
  if (reviews[0] === value) return [bytes];
  return isBareRequest(value) ? [putUnder(['request'], bytes)] : reviews.map(encode);
}

/** Whether the bytes are a request that only a review around it lacks. */
function isBareRequest(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || 'review' in value) return false;
  return 'operation' in value && 'kind' in value && typeof value.kind === 'object';
}

function putUnder(keys: readonly string[], bytes: Uint8Array): Uint8Array {
  return keys.reduceRight<Uint8Array>(
    (inner, key) => Buffer.concat([Buffer.from(`{${JSON.stringify(key)}:`), inner, Buffer.from('}')]),
    bytes,
  );
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value ?? null));
}
