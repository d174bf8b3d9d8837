// The secrets of the library against the cases of public secret scanners: which of their true examples are found, which of
// their false ones are taken for a secret, and what fires in ordinary text. Everything runs through the compiled module.
// A scanner's false example is often the true example of another rule, so two figures are given: fired by a kind that names
// the rule as its source, and fired by any kind.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDetector, type Detector } from './detector.ts';
import type { Figure, Section } from './section.ts';
import type { Sets } from './sets.ts';

/** A text of a scanner's tests; `rule` is the scanner's own name for what it looks for. */
interface Case {
  readonly tool: string;
  readonly rule: string;
  readonly positive: boolean;
  readonly text: string;
}

/** A case and the kinds that were found in it. */
interface Measured extends Case {
  readonly kinds: readonly string[];
}

const scanners = {
  gitleaks: 'secrets-gitleaks',
  noseyparker: 'secrets-noseyparker-kingfisher',
  detectSecrets: 'secrets-detect-secrets',
} as const;

/** Sections for the sets of secrets that are there. */
export async function measure(sets: Sets): Promise<readonly Section[]> {
  const detector = await createDetector(['std.secrets.any']);
  const kindsOf = kindsByRule();
  const gitleaks = run(detector, sets, scanners.gitleaks);
  const others = run(detector, sets, scanners.noseyparker);
  const detectSecrets = run(detector, sets, scanners.detectSecrets);
  const ordinary = ordinaryTexts(sets).map(({ from, texts }) => ({
    from,
    total: texts.length,
    fired: texts.filter((text) => detector.detect(text).length > 0).length,
  }));
  detector.close();
  if (gitleaks.length + others.length + detectSecrets.length === 0) return [];
  const negatives = [...gitleaks, ...others].filter(({ positive }) => !positive);
  const firedForRule = (one: Measured): boolean => one.kinds.some((kind) => kindsOf.get(one.rule)?.has(kind));
  const figures: readonly Figure[] = [
    { what: 'gitleaks: true examples found', value: found(gitleaks), wanted: { atLeast: 0.98 } },
    { what: 'Nosey Parker and Kingfisher: true examples found', value: found(others), wanted: { atLeast: 0.85 } },
    {
      what: 'false examples that fire for their rule',
      value: { kind: 'share', hits: negatives.filter(firedForRule).length, total: negatives.length },
      wanted: { atMost: 0.1 },
    },
    {
      what: 'false examples that fire for any kind',
      value: {
        kind: 'share',
        hits: negatives.filter(({ kinds }) => kinds.length > 0).length,
        total: negatives.length,
      },
    },
    {
      what: 'ordinary texts that fire',
      value: {
        kind: 'share',
        hits: ordinary.reduce((sum, { fired }) => sum + fired, 0),
        total: ordinary.reduce((sum, { total }) => sum + total, 0),
      },
      wanted: { atMost: 0.001 },
    },
    { what: 'detect-secrets: lines that should be flagged', value: found(detectSecrets) },
    {
      what: 'detect-secrets: lines that should not, but fire',
      value: found(detectSecrets.map((one) => ({ ...one, positive: !one.positive }))),
    },
  ];
  return [
    {
      title: 'Secrets',
      protocol: `Every kind of \`std.secrets\` on \`${Object.values(scanners).join('`, `')}\`. A true example counts as found
when any kind matches anywhere in it. Rules for what is no secret (names of buckets, of hosts, of accounts) count as well, and are
not claimed.`,
      figures,
      details: [
        { title: 'By tool', figures: byTool([...gitleaks, ...others]) },
        {
          title: 'Ordinary text',
          figures: ordinary.map(({ from, total, fired }) => ({
            what: from,
            value: { kind: 'share', hits: fired, total },
          })),
        },
      ],
      tables: [
        {
          title: 'Rules with true examples that are not found',
          head: ['rule', 'missed', 'of'],
          rows: missedRules([...gitleaks, ...others]),
        },
        {
          title: 'False examples that fire for their rule',
          head: ['rule', 'kinds'],
          rows: negatives
            .filter(firedForRule)
            .map(({ rule, kinds }) => [rule, kinds.filter((kind) => kindsOf.get(rule)?.has(kind)).join(', ')]),
        },
      ],
    },
  ];
}

function run(detector: Detector, sets: Sets, set: string): readonly Measured[] {
  return sets.rows(set, 'cases.jsonl').map((row) => {
    const one = row as Case; // the shape of the set's rows
    return { ...one, kinds: [...new Set(detector.detect(one.text).map(({ kind }) => kind))] };
  });
}

function found(cases: readonly Measured[]): Figure['value'] {
  const positives = cases.filter(({ positive }) => positive);
  return { kind: 'share', hits: positives.filter(({ kinds }) => kinds.length > 0).length, total: positives.length };
}

function byTool(cases: readonly Measured[]): readonly Figure[] {
  return [...new Set(cases.map(({ tool }) => tool))].flatMap((tool) => {
    const own = cases.filter((one) => one.tool === tool);
    return [
      { what: `${tool}: true examples found`, value: found(own) },
      {
        what: `${tool}: false examples that fire for any kind`,
        value: found(own.map((one) => ({ ...one, positive: !one.positive }))),
      },
    ];
  });
}

function missedRules(cases: readonly Measured[]): readonly (readonly string[])[] {
  const counts = new Map<string, { readonly total: number; readonly missed: number }>();
  for (const { rule, kinds } of cases.filter(({ positive }) => positive)) {
    const { total, missed } = counts.get(rule) ?? { total: 0, missed: 0 };
    counts.set(rule, { total: total + 1, missed: missed + (kinds.length === 0 ? 1 : 0) });
  }
  return [...counts]
    .filter(([, { missed }]) => missed > 0)
    .map(([rule, { missed, total }]) => [rule, String(missed), String(total)]);
}

/** A scanner's rule → our kinds whose `source` names it. */
function kindsByRule(): ReadonlyMap<string, ReadonlySet<string>> {
  const room = join(import.meta.dirname, '..', '..', '..', 'language', 'std', 'secrets');
  const rules = new Map<string, Set<string>>();
  for (const file of readdirSync(room)) {
    let kind = '';
    for (const line of readFileSync(join(room, file), 'utf8').split('\n')) {
      kind = /^pattern (\w+)/.exec(line)?.[1] ?? kind;
      if (!/^\s+source /.test(line)) continue;
      for (const [, rule = ''] of line.matchAll(/, rule ([\w.-]*\w)/g))
        rules.set(rule, (rules.get(rule) ?? new Set()).add(kind));
    }
  }
  return rules;
}

/** Texts in which there is no secret: prompts, lines of access logs, paragraphs of a novel. */
function ordinaryTexts(sets: Sets): readonly { readonly from: string; readonly texts: readonly string[] }[] {
  const field = (set: string, file: string, name: string): readonly string[] =>
    sets.rows(set, file).map((row) => String((row as Readonly<Record<string, unknown>>)[name])); // rows are objects
  return [
    { from: 'prompts (inj-benign)', texts: field('inj-benign', 'cases.jsonl', 'text') },
    {
      from: 'lines of access logs (api-accesslogs)',
      texts: [
        ...field('api-accesslogs', 'apache.jsonl', 'line'),
        ...field('api-accesslogs', 'nginxplus.jsonl', 'line'),
      ],
    },
    {
      from: 'paragraphs of prose (perf-regex)',
      texts: sets
        .texts('perf-regex', /haystacks\/sherlock\.txt$/)
        .flatMap(({ text }) => text.split(/\n\s*\n/))
        .filter((paragraph) => paragraph.trim() !== ''),
    },
  ];
}
