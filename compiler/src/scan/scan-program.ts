// Patterns to a program that looks for them and does nothing else: a document `{"text": "…"}`, one rule a group of patterns.
// What scans files, runs the examples of patterns and measures detectors goes through the same compiler and module as a policy.

import type { CoreExpr, CorePattern, CoreProgram, CoreRule, Field, RecordType } from '@rdp/language';

/** The entrypoint of a scan. */
export const scanEntrypoint = 'scan/Text/text';

/** Patterns that are looked for together; their findings carry the name. */
export interface ScanGroup {
  readonly name: string;
  readonly patterns: readonly CorePattern[];
}

/** A program with one detection a group, over the field `text`. */
export function scanProgram(groups: readonly ScanGroup[]): CoreProgram {
  const text: Field = {
    name: 'text',
    wire: 'text',
    type: { kind: 'string', sensitive: true },
    presence: 'required',
    doc: '',
  };
  const fields = new Map([['text', text]]);
  const input: RecordType = { name: 'scan.text', doc: '', fields: () => fields };
  const field: CoreExpr = {
    op: 'field',
    of: { op: 'input', type: { kind: 'record', record: input } },
    field: text,
    type: text.type,
  };
  const texts: CoreExpr = { op: 'list', items: [field], optionals: [], type: { kind: 'list', of: text.type } };
  return {
    package: 'scan',
    entrypoints: [
      {
        name: scanEntrypoint,
        surface: 'Text',
        surfaceKind: 'data',
        event: 'text',
        at: [],
        input,
        defaultDeny: false,
        onMalformed: 'block',
        rules: groups.map(({ name, patterns }) => detection(name, patterns, texts)),
      },
    ],
    data: [],
  };
}

function detection(name: string, patterns: readonly CorePattern[], texts: CoreExpr): CoreRule {
  return {
    name,
    verb: 'detect',
    mode: 'enforce',
    span: { file: { path: 'scan', text: '' }, start: 0, end: 0 },
    condition: undefined,
    finds: [{ patterns, texts, view: 'plain' }],
    scores: [],
    threshold: 0,
    exemptions: [],
    severity: 'low',
    covers: [],
    message: undefined,
    records: [],
    flows: [],
    action: undefined,
    facts: [],
  };
}
