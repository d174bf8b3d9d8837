// The documents that policies name (types, data, requests of tests): what each is for, and what a check is given of those that were read.

import type { NamedAs, NamedDocument } from '@rdp/compiler/documents';
import type { Workspace } from '@rdp/language';

/** What each named document is for. A path that is named for several uses is read for the first, as `rdpc check` reads the last. */
export function usesOf(state: Workspace): ReadonlyMap<string, NamedAs> {
  const { documents, data, tests } = state.named();
  return new Map<string, NamedAs>([
    ...tests.map((path) => [path, 'test'] as const),
    ...documents.map((path) => [path, 'document'] as const),
    ...data.map((path) => [path, 'data'] as const),
  ]);
}

/** What a check is given of named documents that were read. */
export function contentsOf(
  named: ReadonlyMap<string, { readonly content: NamedDocument }>,
): Pick<Required<Workspace['project']>, 'documents' | 'missing' | 'malformed'> {
  const documents = new Map<string, unknown>();
  const missing = new Map<string, string>();
  const malformed = new Map<string, string>();
  for (const [path, { content }] of named) {
    if (content.kind === 'value') documents.set(path, content.value);
    else (content.kind === 'malformed' ? malformed : missing).set(path, content.message);
  }
  return { documents, missing, malformed };
}
