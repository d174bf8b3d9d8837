// A decision → what it means, for people: what leaves in place of the document, what was found, what else follows.

import type { Decision } from '@rdp/runtime/contract';
import type { DecisionFacts } from '../protocol.ts';
import { h, type Child } from './dom.ts';

/** What is shown of a decision. */
export function showResult(facts: DecisionFacts): readonly Node[] {
  const decision = JSON.parse(facts.text) as Decision; // the interpreter wrote it
  const parts: Node[] = [];
  const text = textPart(facts, decision);
  if (text) parts.push(text);
  const findings = decision.findings ?? [];
  if (findings.length > 0) parts.push(section('Findings', findings.map(findingCard)));
  const rest = followups(decision);
  if (rest.length > 0) parts.push(section('What follows', rest));
  if (parts.length === 0)
    parts.push(h('p', { class: 'empty' }, 'Nothing was found and nothing is changed: the document passes as it is.'));
  return parts;
}

function section(title: string, children: readonly Child[]): HTMLElement {
  return h('section', { class: 'part' }, h('h3', {}, title), ...children);
}

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly kind: 'edit' | 'match';
  readonly title: string;
  readonly text: string;
}

/** The document with its redactions in place, and with what was found. Undefined where there is neither. */
function textPart({ document, isInput }: DecisionFacts, decision: Decision): HTMLElement | undefined {
  const edits = (decision.edits ?? []).map(({ bytes, text, rule }): Piece => ({
    from: bytes[0],
    to: bytes[1],
    kind: 'edit',
    title: `${rule} writes this`,
    text,
  }));
  const covered = (from: number, to: number): boolean => edits.some((edit) => from < edit.to && to > edit.from);
  const matches = (decision.findings ?? [])
    .flatMap(({ rule, matches: own = [] }) => own.map((match) => ({ rule, match })))
    .filter(({ match }) => !covered(match.bytes[0], match.bytes[1]))
    .map(({ rule, match }): Piece => ({
      from: match.bytes[0],
      to: match.bytes[1],
      kind: 'match',
      title: `${rule}: ${match.kind}`,
      text: '',
    }));
  if (edits.length + matches.length === 0) return undefined;
  const title =
    edits.length > 0 ? 'What goes on' : isInput ? 'Where it was found' : 'Where it was found in the request';
  return section(title, [h('pre', { class: 'text', tabindex: 0 }, ...pieces(document, [...edits, ...matches]))]);
}

function pieces(document: string, marks: readonly Piece[]): readonly Child[] {
  const bytes = new TextEncoder().encode(document);
  const decoder = new TextDecoder();
  const children: Child[] = [];
  let done = 0;
  for (const { from, to, kind, title, text } of marks.toSorted((a, b) => a.from - b.from)) {
    if (from < done) continue;
    children.push(decoder.decode(bytes.subarray(done, from)));
    const original = decoder.decode(bytes.subarray(from, to));
    if (kind === 'edit') {
      children.push(h('del', { title: 'this does not leave' }, original));
      if (text !== '') children.push(h('ins', { title }, text));
    } else {
      children.push(h('mark', { title }, original));
    }
    done = to;
  }
  children.push(decoder.decode(bytes.subarray(done)));
  return children;
}

function findingCard({
  rule,
  severity,
  message,
  covers = [],
  matches = [],
  score,
}: NonNullable<Decision['findings']>[number]): HTMLElement {
  return h(
    'article',
    { class: 'card' },
    h(
      'header',
      {},
      h('span', { class: `chip ${severity}` }, severity),
      h('strong', {}, rule),
      score === undefined ? undefined : h('span', { class: 'dim' }, `score ${score}`),
    ),
    message === undefined ? undefined : h('p', {}, message),
    matches.length === 0
      ? undefined
      : h(
          'ul',
          { class: 'plain' },
          ...matches
            .slice(0, 30)
            .map(({ kind, path, start, end }) =>
              h(
                'li',
                {},
                h('code', { class: 'kind' }, kind),
                h('span', { class: 'dim' }, ` at ${path}, characters ${start}–${end}`),
              ),
            ),
        ),
    covers.length === 0 ? undefined : h('p', { class: 'covers' }, ...covers.map((id) => h('code', {}, id))),
  );
}

/** Everything of a decision that is neither a finding nor an edit. */
function followups(decision: Decision): readonly HTMLElement[] {
  const row = (what: string, rule: string, ...text: readonly Child[]): HTMLElement =>
    h(
      'div',
      { class: 'row' },
      h('span', { class: 'chip' }, what),
      h('div', {}, ...text, h('span', { class: 'dim' }, `  ${rule}`)),
    );
  return [
    ...(decision.limits ?? []).map(({ rule, amount, unit, window, key, cost }) =>
      row(
        'limit',
        rule,
        `${amount.toLocaleString('en')} ${unit} in ${duration(window)} for `,
        h('code', {}, key === '' ? '""' : key),
        cost === undefined ? '' : `; this one counts ${cost}`,
      ),
    ),
    ...(decision.approvals ?? []).map(({ rule, by }) => row('approval', rule, 'waits for ', h('code', {}, by))),
    ...(decision.quarantine ?? []).map(({ rule, target }) =>
      row('quarantine', rule, h('code', {}, target), ' is isolated'),
    ),
    ...(decision.alerts ?? []).map(({ rule, message }) => row('alert', rule, message ?? 'somebody is told')),
    ...(decision.patches ?? []).map(({ rule, op, path, value }) =>
      row('change', rule, `${op} `, h('code', {}, path), ' = ', h('code', {}, JSON.stringify(value))),
    ),
    ...(decision.records ?? []).map(({ rule, kind, fields }) =>
      row('record', rule, h('code', {}, kind), ' ', h('code', {}, JSON.stringify(fields))),
    ),
    ...(decision.flows ?? []).map(({ rule, from, to }) =>
      row('flow', rule, h('code', {}, from), ' → ', h('code', {}, to)),
    ),
    ...(decision.observed ?? []).map(({ rule, action, mode, message }) =>
      row(mode, rule, `would ${action}`, message === undefined ? '' : `: ${message}`),
    ),
  ];
}

function duration(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const;
  const [size, name] = units.find(([of]) => seconds % of === 0) ?? [1, 'second'];
  const count = seconds / size;
  return count === 1 ? `1 ${name}` : `${count} ${name}s`;
}
