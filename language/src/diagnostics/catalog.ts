// Every code that exists, by phase, and the one way to make a diagnostic. A wrong code or hole is a type error here;
// that each code has a page and a fixture is checked by tests.

import { compileCatalog } from './catalog/compile.ts';
import { importCatalog } from './catalog/imports.ts';
import { nameCatalog } from './catalog/names.ts';
import { ruleCatalog } from './catalog/rules.ts';
import { syntaxCatalog } from './catalog/syntax.ts';
import { typeCatalog } from './catalog/types.ts';
import type { CatalogEntry, EntryHoles, HoleValue } from './catalog-entry.ts';
import { fillTemplate } from './catalog-entry.ts';
import type { Diagnostic, Fix, Label } from './diagnostic.ts';
import type { Span } from '../source/source-file.ts';

/** The codes of each phase, in the order of the pipeline. */
export type Catalog = typeof syntaxCatalog &
  typeof nameCatalog &
  typeof typeCatalog &
  typeof ruleCatalog &
  typeof importCatalog &
  typeof compileCatalog;

/** A code that exists. */
export type DiagnosticCode = keyof Catalog & string;

/** The values that the templates of `Code` need. */
export type HolesFor<Code extends DiagnosticCode> = { readonly [Hole in EntryHoles<Catalog[Code]>]: HoleValue };

/** What one place may add to what the catalog says; `label`, `note` and `help` replace the catalog's. */
export interface DiagnosticExtra {
  readonly label?: string;
  readonly labels?: readonly Label[];
  readonly note?: string;
  readonly help?: string;
  readonly fixes?: readonly Fix[];
}

const catalog: Readonly<Record<string, CatalogEntry>> = {
  ...syntaxCatalog,
  ...nameCatalog,
  ...typeCatalog,
  ...ruleCatalog,
  ...importCatalog,
  ...compileCatalog,
};

/** All codes, sorted. */
export function diagnosticCodes(): readonly string[] {
  return Object.keys(catalog).sort();
}

/** The entry of `code`, if it is one. */
export function catalogEntry(code: string): CatalogEntry | undefined {
  return Object.hasOwn(catalog, code) ? catalog[code] : undefined;
}

/** A diagnostic of `code` at `span`, its templates filled with `holes`. */
export function diagnose<Code extends DiagnosticCode>(
  code: Code,
  span: Span,
  holes: HolesFor<Code>,
  extra: DiagnosticExtra = {},
): Diagnostic {
  const entry = catalog[code];
  if (entry === undefined) throw new Error(`no catalog entry for ${code}`);
  const fill = (template: string | undefined): string | undefined =>
    template === undefined ? undefined : fillTemplate(template, holes);
  const label = extra.label ?? fill(entry.label);
  const note = extra.note ?? fill(entry.note);
  const help = extra.help ?? fill(entry.help);
  return {
    code,
    severity: entry.severity,
    message: fillTemplate(entry.message, holes),
    span,
    ...(label === undefined ? {} : { label }),
    labels: extra.labels ?? [],
    ...(note === undefined ? {} : { note }),
    ...(help === undefined ? {} : { help }),
    fixes: extra.fixes ?? [],
  };
}
