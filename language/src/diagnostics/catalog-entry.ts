// What the catalog says of one code, and the types that make its templates' holes checkable. A template is text with
// `{hole}`; the holes of message, label, note and help together are what `diagnose` asks for.

import type { Severity } from './diagnostic.ts';

export interface CatalogEntry {
  readonly severity: Severity;
  readonly message: string;
  readonly label?: string;
  readonly note?: string;
  readonly help?: string;
}

/** What may fill a hole. */
export type HoleValue = string | number | bigint;

/** The names of the holes of a template: `'expected {a}, found {b}'` → `'a' | 'b'`. */
export type HolesOf<T> = T extends `${string}{${infer Hole}}${infer Rest}` ? Hole | HolesOf<Rest> : never;

/** All holes of an entry. */
export type EntryHoles<E> = HolesOf<E[keyof E]>;

/** Replaces each `{hole}` by its value. A hole without a value stays as written. */
export function fillTemplate(template: string, holes: Readonly<Record<string, HoleValue>>): string {
  return template.replace(/\{([A-Za-z]+)\}/g, (whole, name: string) => {
    const value = holes[name];
    return value === undefined ? whole : String(value);
  });
}
