// Requests as people keep them — JSON, YAML, Kubernetes manifests — to the bytes that an entrypoint takes. One text may hold several.
// Pure but for the reader of YAML, which is loaded when a text is one: the command reads files for it, an editor its documents.

import { admissionReviews, type ManifestOperation } from './admission-reviews.ts';
import { isYaml, parseDocument, parseDocuments, parseJson } from './parse-document.ts';

/** How what a file holds becomes documents of an event. */
export type InputForm =
  /** It is the document; under `keys`, outermost first, where it is not whole. */
  | { readonly kind: 'document'; readonly keys: readonly string[] }
  /** Objects under admission: whole reviews, requests, manifests. */
  | { readonly kind: 'admission'; readonly operation: ManifestOperation };

/** At least one document; or why there is none, as it goes on after the file's name and a colon. */
export type InputDocuments =
  | { readonly kind: 'documents'; readonly documents: readonly Uint8Array[] }
  | { readonly kind: 'fault'; readonly message: string };

/** The documents of what `path` holds, `-` being standard input. JSON stays as it is, to the byte, where it is whole. */
export async function inputDocuments(path: string, bytes: Uint8Array, form: InputForm): Promise<InputDocuments> {
  if (form.kind === 'admission') return admissionInputs(path, bytes, form.operation);
  if (!isYaml(path)) return documents([putUnder(form.keys, bytes)]);
  const parsed = await parseDocument(path, new TextDecoder().decode(bytes));
  return parsed.kind === 'fault' ? parsed : documents([putUnder(form.keys, encode(parsed.value))]);
}

async function admissionInputs(path: string, bytes: Uint8Array, operation: ManifestOperation): Promise<InputDocuments> {
  const text = new TextDecoder().decode(bytes);
  const isText = isYaml(path) || (path === '-' && !/^\s*[{[]/.test(text));
  if (isText) {
    const parsed = await parseDocuments(text);
    if (parsed.kind === 'fault') return parsed;
    if (parsed.values.length === 0) return { kind: 'fault', message: 'it has no document' };
    return documents(admissionReviews(parsed.values, operation).map(encode));
  }
  const parsed = parseJson(text);
  if (parsed.kind === 'fault') return documents([bytes]); // the policy says what is wrong with it
  const { value } = parsed;
  const reviews = admissionReviews([value], operation);
  if (reviews[0] === value) return documents([bytes]);
  return documents(isBareRequest(value) ? [putUnder(['request'], bytes)] : reviews.map(encode));
}

function documents(list: readonly Uint8Array[]): InputDocuments {
  return { kind: 'documents', documents: list };
}

/** Whether the bytes are a request that only a review around it lacks. */
function isBareRequest(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || 'review' in value) return false;
  return 'operation' in value && 'kind' in value && typeof value.kind === 'object';
}

function putUnder(keys: readonly string[], bytes: Uint8Array): Uint8Array {
  const utf8 = new TextEncoder();
  return keys.reduceRight<Uint8Array>((inner, key) => {
    const head = utf8.encode(`{${JSON.stringify(key)}:`);
    const whole = new Uint8Array(head.length + inner.length + 1);
    whole.set(head);
    whole.set(inner, head.length);
    whole[whole.length - 1] = 0x7d;
    return whole;
  }, bytes);
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value ?? null));
}
