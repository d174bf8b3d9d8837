// Results of tests, and what a compile would install on clusters, as lists.

import type { FileSpan, ManifestFacts, TestFacts } from '../protocol.ts';
import { h } from './dom.ts';
import type { Reveal } from './show-why.ts';

/** A line for each test, then one for each rule that the tests do not reach in full; a click leads to it. */
export function showTests({ results, coverage }: TestFacts, reveal: Reveal): readonly Node[] {
  if (results.length === 0)
    return [h('p', { class: 'empty' }, 'This policy has no tests yet: write `test "…" on Chat.request { … }`.')];
  const lines = results.map(({ name, at, failures }) =>
    line({ kind: failures.length === 0 ? 'good' : 'bad', text: name, more: failures, go: () => goTo(reveal, at) }),
  );
  const missed = coverage.flatMap(({ rule, at, fired, branches }) => {
    const never = [
      ...(fired ? [] : ['never fires']),
      ...branches.flatMap(({ what, held, failed }) => [
        ...(held ? [] : [`${what} never holds`]),
        ...(failed ? [] : [`${what} never fails`]),
      ]),
    ];
    return never.length === 0
      ? []
      : [line({ kind: 'missed', text: rule, more: [never.join(', ')], go: () => goTo(reveal, at) })];
  });
  const reached = coverage.filter(({ fired }) => fired).length;
  return [
    ...lines,
    ...(coverage.length === 0
      ? []
      : [h('h3', {}, `Reached by them: ${reached} of ${coverage.length} rules`), ...missed]),
  ];
}

function goTo(reveal: Reveal, { file, start, end }: FileSpan): void {
  reveal(file, start, end);
}

const marks = { good: ['✓', 'passes'], bad: ['✗', 'fails'], missed: ['○', 'not reached in full'] } as const;

function line({
  kind,
  text,
  more,
  go,
}: {
  readonly kind: keyof typeof marks;
  readonly text: string;
  readonly more: readonly string[];
  readonly go: () => void;
}): HTMLElement {
  const [mark, label] = marks[kind];
  return h(
    'button',
    { class: `test ${kind}`, type: 'button', onclick: go },
    h('span', { class: 'mark', role: 'img', 'aria-label': label }, mark),
    h('span', {}, text, ...more.map((words) => h('span', { class: 'more' }, words))),
  );
}

/** The rules on each cluster, and the files that would be written. */
export function showManifests(
  facts: ManifestFacts,
  chosen: string | undefined,
  choose: (path: string) => void,
): readonly Node[] {
  if (facts.files.length === 0)
    return [
      h(
        'p',
        { class: 'empty' },
        'This policy names no clusters. A `deploy` block with `clusters { … }` says where it goes; the examples “Kubernetes admission” and “Checkout” have one.',
      ),
    ];
  const files = facts.files.filter(([path]) => path.startsWith('k8s/'));
  const path = files.some(([known]) => known === chosen)
    ? chosen
    : (files.find(([known]) => /policy|webhook|deployment/.test(known)) ?? files[0])?.[0];
  const text = files.find(([known]) => known === path)?.[1] ?? '';
  const folders = Map.groupBy(files, ([known]) => known.split('/').slice(0, -1).join('/'));
  const select = h(
    'select',
    { 'aria-label': 'file', onchange: () => choose(select.value) },
    ...[...folders].map(([folder, own]) =>
      h(
        'optgroup',
        { label: folder },
        ...own.map(([known]) =>
          h('option', { value: known, selected: known === path }, known.slice(folder.length + 1)),
        ),
      ),
    ),
  );
  const clusters = [...new Set(facts.rules.flatMap(({ cluster }) => (cluster === null ? [] : [cluster])))];
  return [
    h('h3', {}, 'Where each rule is enforced'),
    h('div', { class: 'scroll', tabindex: 0 }, coverageTable(facts, clusters)),
    h('h3', {}, `${files.length} files for kubectl apply -k`),
    h('div', { class: 'toolbar' }, select),
    h('pre', { class: 'text yaml', tabindex: 0 }, text),
  ];
}

function coverageTable({ rules }: ManifestFacts, clusters: readonly string[]): HTMLElement {
  const names = [...new Set(rules.map(({ rule }) => rule))];
  return h(
    'table',
    {},
    h('thead', {}, h('tr', {}, h('th', {}, 'rule'), ...clusters.map((cluster) => h('th', {}, cluster)))),
    h(
      'tbody',
      {},
      ...names.map((name) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, name),
          ...clusters.map((cluster) => {
            const row = rules.find((known) => known.rule === name && known.cluster === cluster);
            return row === undefined
              ? h('td', {}, '')
              : h(
                  'td',
                  { title: row.reason },
                  h('span', { class: `chip ${row.status}` }, row.status),
                  h('span', { class: 'dim' }, ` ${row.via || row.reason}`),
                );
          }),
        ),
      ),
    ),
  );
}
