// Patterns and classifiers to a program that looks for them and does nothing else: a document `{"text": "…"}`, one rule a group of
// patterns, and one a classifier.
// What scans files, runs the examples of patterns and measures detectors goes through the same compiler and module as a policy.

import type { ClassifierModel, CoreExpr, CorePattern, CoreProgram, CoreRule, Field, RecordType } from '@rdp/language';

/** The entrypoint of a scan. */
export const scanEntrypoint = 'scan/Text/text';

/** Patterns that are looked for together; their findings carry the name. */
export interface ScanGroup {
  readonly name: string;
  readonly patterns: readonly CorePattern[];
}

/**
 * A program with one detection a group, over the field `text`; and one a classifier that fires where the classifier does, under its full
 * name, with the probability as its message. A classifier reads `normalized(text, leet)`.
 */
export function scanProgram(groups: readonly ScanGroup[], classifiers: readonly ClassifierModel[] = []): CoreProgram {
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
        rules: [
          ...groups.map(({ name, patterns }) => ({
            ...detection(name),
            finds: [{ patterns, texts, view: 'plain' as const }],
          })),
          ...classifiers.map((model) => classification(model, field)),
        ],
      },
    ],
    data: [],
  };
}

function classification(model: ClassifierModel, of: CoreExpr): CoreRule {
  const type = { kind: 'float' } as const;
  const probability: CoreExpr = { op: 'classify', of, view: 'normalized-leet', model, type };
  const threshold: CoreExpr = { op: 'const', value: { kind: 'float', value: model.threshold }, type };
  return {
    ...detection(model.name),
    condition: { op: 'compare', order: '>=', left: probability, right: threshold, type: { kind: 'bool' } },
    message: {
      op: 'call',
      builtin: 'string_of_float',
      args: [probability],
      type: { kind: 'string', sensitive: false },
    },
  };
}

function detection(name: string): CoreRule {
  return {
    name,
    verb: 'detect',
    mode: 'enforce',
    span: { file: { path: 'scan', text: '' }, start: 0, end: 0 },
    condition: undefined,
    finds: [],
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
