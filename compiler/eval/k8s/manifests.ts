// The text of a manifest to its objects as an API server would ask about them: several documents a file, lists taken apart. What is no
// object with a kind is left out.

import { parseAllDocuments } from 'yaml';
import { objectsIn } from '../../src/cli/admission-reviews.ts';
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
  const documents = parseAllDocuments(text, { uniqueKeys: false });
  const values = documents.flatMap((document): readonly unknown[] =>
    document.errors.length > 0 ? [] : [document.toJS()],
  );
  return {
    objects: objectsIn(values).filter(isManifest).map(admitted),
    faults: documents.flatMap(({ errors }) => errors.map(({ message }) => message)),
  };
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
