// Rules by their names where a test, an exemption or an action names them, and what stands beside: outcomes, redactions, windows.

import { vocabulary, type ast } from '@rdp/language';
import { propose, type Completion } from './item.ts';
import type { Marked } from './marked.ts';
import { ruleNames } from './words.ts';

/** Rules, outcomes and `not` of a test. */
export function expectations(marked: Marked): readonly Completion[] {
  const outcomes = vocabulary().outcomes.map((outcome) =>
    propose(outcome, 'keyword', {
      rank: 'near',
      ...(outcome === 'blocked' ? { snippet: 'blocked by $0' } : {}),
    }),
  );
  return [
    ...rulesOfTest(marked, (rule) => rule.kind !== 'defend'),
    // That it does not act is what a test may say of one that defends, too.
    ...rulesOfTest(marked, (rule) => rule.kind === 'defend').map((item): Completion => ({ ...item, rank: 'declared' })),
    ...outcomes,
    propose('redacted', 'snippet', { rank: 'near', snippet: 'redacted ${1:prompts[0].text} == "$0"' }),
    propose('not', 'keyword', { rank: 'near', snippet: 'not $0' }),
  ];
}

/** The rules on a test's event that `keep` keeps. */
export function rulesOfTest(marked: Marked, keep: (rule: ast.RuleDecl) => boolean): readonly Completion[] {
  const decl = marked.declared?.decl;
  return decl?.kind === 'test' ? ruleNames(marked, decl.on, keep) : [];
}

/** Behind `baseline.` the names that go on with it. */
export function behindDot({ before }: Marked, items: readonly Completion[]): readonly Completion[] {
  const [, prefix = ''] = /(\w+\.)$/.exec(before) ?? [];
  if (prefix === '') return items;
  return items
    .filter(({ label }) => label.startsWith(prefix))
    .map((item) => {
      const label = item.label.slice(prefix.length);
      return { ...item, label, insert: { kind: 'text', text: label } };
    });
}

/** Detections of the rule's event that find texts. */
export function foundTexts(marked: Marked): readonly Completion[] {
  const decl = marked.declared?.decl;
  if (decl?.kind !== 'defend') return [];
  const finds = (rule: ast.RuleDecl): boolean => rule.clauses.some(({ kind }) => kind === 'find');
  return ruleNames(marked, decl.on, (rule) => rule.kind === 'detect' && finds(rule));
}

export function redactions(): readonly Completion[] {
  const forms = [
    ['mask', 'mask("${1:*}")', 'Every character becomes this one.'],
    ['last', 'last(${1:4})', 'Only the last characters stay.'],
    ['hash', 'hash', "A digest under the enforcer's key."],
  ] as const;
  return forms.map(([label, snippet, doc]) =>
    propose(label, 'function', { rank: 'wanted', snippet, document: () => doc }),
  );
}

/** What the text that takes the place of a match may hold. */
export function redactionHoles(): readonly Completion[] {
  return [
    propose('kind', 'variable', { rank: 'wanted', document: () => 'What kind of match it is: `us_ssn`.' }),
    propose('hash', 'variable', { rank: 'wanted', document: () => "A digest of the match under the enforcer's key." }),
  ];
}

/** Windows of limits that are mostly meant. */
export const limitWindows: readonly string[] = ['1s', '1m', '1h', '1d'];
