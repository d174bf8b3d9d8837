// The regular expressions of a public collection against our syntax and budgets: how many compile, and why the others do not.
// What they would find is not asked; they are a corpus of how people write patterns.

import { parse } from 'yaml';
import { compilePattern } from '../../src/pattern/compile-pattern.ts';
import type { Section } from './section.ts';
import type { Sets } from './sets.ts';

/** A file of the collection. */
interface Collection {
  readonly patterns: readonly { readonly pattern: { readonly name: string; readonly regex: string } }[];
}

/** A section for the collection, if it is there. */
export async function measure(sets: Sets): Promise<readonly Section[]> {
  const files = sets.texts('secrets-patterns-db', /^all\/.*\.yml$/).map(({ path, text }) => ({
    path,
    faults: (parse(text) as Collection).patterns.map(({ pattern }) => faultOf(pattern.regex)), // the shape of the set's files
  }));
  if (files.length === 0) return [];
  const faults = files.flatMap((file) => file.faults);
  const reasons = faults.filter((fault) => fault !== undefined);
  return [
    {
      title: 'Patterns of a public collection',
      protocol: '`secrets-patterns-db`: a pattern counts when it parses and its program is within the budget.',
      figures: [
        {
          what: 'patterns that compile',
          value: { kind: 'share', hits: faults.length - reasons.length, total: faults.length },
          wanted: { atLeast: 0.95 },
        },
      ],
      details: [
        {
          title: 'By file',
          figures: files.map((file) => ({
            what: file.path,
            value: {
              kind: 'share',
              hits: file.faults.filter((fault) => fault === undefined).length,
              total: file.faults.length,
            },
          })),
        },
      ],
      tables: [
        {
          title: 'Why the others do not compile',
          head: ['reason', 'patterns'],
          rows: [...new Set(reasons)].map((reason) => [reason, String(reasons.filter((one) => one === reason).length)]),
        },
      ],
    },
  ];
}

/** Why `regex` does not compile; undefined when it does. */
function faultOf(regex: string): string | undefined {
  const compiled = compilePattern({ kind: 'regex', regex });
  return compiled.kind === 'fault' ? compiled.fault.message : undefined;
}
