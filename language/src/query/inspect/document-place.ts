// A field that a document describes → where in the document: the keys and indexes that lead to its schema. Found by the schema
// itself, since references lead from place to place.

import { schemaOf } from '../../import/json-schema.ts';
import type { Project } from '../../semantic/project.ts';
import type { Field } from '../../semantic/types.ts';

/** A place in a document that the policy names. */
export interface DocumentPlace {
  /** The document's path in the project. */
  readonly path: string;
  readonly keys: readonly (string | number)[];
}

/** Where `field` is described; undefined where no document of the project describes it. */
export function documentPlace({ documents }: Project, field: Field): DocumentPlace | undefined {
  const schema = schemaOf(field);
  if (schema === undefined) return undefined;
  for (const [path, document] of documents) {
    const keys = wayTo(document, schema);
    if (keys) return { path, keys };
  }
  return undefined;
}

/** The way from `root` to `wanted`, without recursion: documents may be deep. */
function wayTo(root: unknown, wanted: object): readonly (string | number)[] | undefined {
  const seen = new Set<object>();
  const waiting: { readonly value: unknown; readonly keys: readonly (string | number)[] }[] = [
    { value: root, keys: [] },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, keys } = next;
    if (value === wanted) return keys;
    // An alias of YAML is the same object again.
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    for (const [key, inner] of entries) {
      if (typeof inner === 'object' && inner !== null) waiting.push({ value: inner, keys: [...keys, key] });
    }
  }
  return undefined;
}
