// The text of a manifest to its objects as an API server would ask about them: several documents a file, lists taken apart. What is no
// object with a kind is left out.

import { parseAllDocuments } from 'yaml';
import { asAdmitted } from '../../src/cli/as-admitted.ts';

/** An object as a manifest has it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

/** What one text holds. */
export interface ReadManifests {
  readonly objects: readonly Manifest[];
  /** What the reader of YAML said of documents that it could not read. */
  readonly faults: readonly string[];
}

/** Reads YAML or JSON. */
export function readManifests(text: string): ReadManifests {
  const objects: Manifest[] = [];
  const faults: string[] = [];
  for (const document of parseAllDocuments(text, { uniqueKeys: false })) {
    if (document.errors.length > 0) faults.push(...document.errors.map(({ message }) => message));
    else objects.push(...takeApart(document.toJS() as unknown));
  }
  return { objects, faults };
}

function takeApart(value: unknown): readonly Manifest[] {
  if (!isManifest(value)) return [];
  const { items } = value as { readonly items?: unknown };
  return value.kind.endsWith('List') && Array.isArray(items) ? items.flatMap(takeApart) : [admitted(value)];
}

/** The object that a server would ask about. */
export function admitted(manifest: Manifest): Manifest {
  const object = asAdmitted(manifest);
  return isManifest(object) ? object : manifest;
}

/** Whether a value says what kind of object it is. */
export function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind } = value as { readonly apiVersion?: unknown; readonly kind?: unknown };
  return typeof apiVersion === 'string' && typeof kind === 'string';
}
