// JSON and YAML documents to plain values, and where a value stands in them. Faults are values: they name place and cause. The reader of YAML is loaded when a
// document is one.

import { canonicalJson } from '@rdp/runtime/contract';

export type ParsedDocument =
  { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'fault'; readonly message: string };

/** Parses by the ending of `path`: `.yaml` and `.yml` are YAML 1.2, everything else is JSON. */
export async function parseDocument(path: string, text: string): Promise<ParsedDocument> {
  return isYaml(path) ? parseYaml(text) : parseJson(text);
}

/** Whether a path names a YAML document. */
export function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

async function parseYaml(text: string): Promise<ParsedDocument> {
  const { default: yaml } = await import('yaml');
  try {
    const value: unknown = yaml.parse(text, { prettyErrors: true, maxAliasCount: 100 });
    return { kind: 'value', value };
  } catch (error) {
    if (!(error instanceof yaml.YAMLParseError) && !(error instanceof ReferenceError)) throw error;
    return { kind: 'fault', message: `it is no YAML: ${firstLine(error.message)}` };
  }
}

/** Where the last of `keys` stands in a text of JSON or YAML; undefined when they lead nowhere. UTF-16 offsets. */
export async function placeInDocument(
  text: string,
  keys: readonly (string | number)[],
): Promise<{ readonly start: number; readonly end: number } | undefined> {
  const { default: yaml } = await import('yaml');
  // JSON is YAML, too.
  const document = yaml.parseDocument(text, { prettyErrors: false });
  const owner: unknown = keys.length > 1 ? document.getIn(keys.slice(0, -1), true) : document.contents;
  const last = keys.at(-1);
  const items = yaml.isMap(owner) ? owner.items : [];
  const pair = items.find(({ key }) => (yaml.isScalar(key) ? key.value : key) === last);
  const node: unknown = pair ? pair.key : document.getIn(keys, true);
  if (!yaml.isNode(node) || !node.range) return undefined;
  const [start, end] = node.range;
  return { start, end };
}

/** What a policy names a file for: a type or model, a test's input, data of the bundle. */
export type NamedAs = 'document' | 'test' | 'data';

/** A named file's content; `malformed` is the input of a test that is no JSON, which a test may expect. */
export type NamedDocument = ParsedDocument | { readonly kind: 'malformed'; readonly message: string };

/** Parses a file that a policy names. A test's YAML may hold several documents: they come as a list. */
export async function parseNamed(path: string, text: string, namedAs: NamedAs): Promise<NamedDocument> {
  if (namedAs === 'document') return parseDocument(path, text);
  if (namedAs === 'data') return parseData(text);
  if (!isYaml(path)) {
    const parsed = parseJson(text);
    return parsed.kind === 'fault' ? { ...parsed, kind: 'malformed' } : parsed;
  }
  const parsed = await parseDocuments(text);
  if (parsed.kind === 'fault') return parsed;
  return parsed.values.length > 0 ? { kind: 'value', value: parsed.values } : { kind: 'fault', message: 'it is empty' };
}

/** All documents of a text. */
export type ParsedDocuments =
  | { readonly kind: 'values'; readonly values: readonly unknown[] }
  | { readonly kind: 'fault'; readonly message: string };

/**
 * Parses YAML as Kubernetes' tools read manifests: several documents a text, empty ones left out; YAML 1.1 (`0644` is octal, `yes` a flag),
 * but times and numbers to the base 60 are text; of a key that stands twice the last one counts.
 */
export async function parseDocuments(text: string): Promise<ParsedDocuments> {
  const { default: yaml } = await import('yaml');
  const values: unknown[] = [];
  for (const document of yaml.parseAllDocuments(text, {
    version: '1.1',
    merge: true,
    uniqueKeys: false,
    customTags: (tags) =>
      tags.filter((tag) => typeof tag !== 'object' || (tag.format !== 'TIME' && tag.tag !== timestamp)),
  })) {
    const [error] = document.errors;
    if (error !== undefined) return { kind: 'fault', message: `it is no YAML: ${firstLine(error.message)}` };
    try {
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      if (value !== null) values.push(value);
    } catch (fault) {
      if (!(fault instanceof ReferenceError)) throw fault;
      return { kind: 'fault', message: `it is no YAML: ${firstLine(fault.message)}` };
    }
  }
  return { kind: 'values', values };
}

const timestamp = 'tag:yaml.org,2002:timestamp';

/** Parses JSON. */
export function parseJson(text: string): ParsedDocument {
  try {
    const value: unknown = JSON.parse(text);
    return { kind: 'value', value };
  } catch (error) {
    return { kind: 'fault', message: `it is no JSON: ${error instanceof Error ? firstLine(error.message) : ''}` };
  }
}

/** Parses what becomes part of a bundle's data document: JSON without a key twice. */
export function parseData(text: string): ParsedDocument {
  const parsed = parseJson(text);
  if (parsed.kind === 'fault' || canonicalJson(text) !== undefined) return parsed;
  return { kind: 'fault', message: 'it has a key twice' };
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/:$/, '');
}
