// A trace → a tree that opens: each rule, why it fired or did not, down to what each expression was. Places lead to the policy.

import type { PlainTrace } from '../protocol.ts';
import { h, type Child } from './dom.ts';

type Rule = PlainTrace['rules'][number];
type Clause = Rule['clauses'][number];
type TreeNode = Clause['nodes'][number];

/** Goes to a place in a file. */
export type Reveal = (file: string, start: number, end: number) => void;

/** The tree; rules that fired first, and open where they decide. */
export function showWhy(trace: PlainTrace, reveal: Reveal): readonly Node[] {
  const fired = trace.rules.filter(({ outcome }) => outcome.kind === 'fired' || outcome.kind === 'failed');
  const others = trace.rules.filter((rule) => !fired.includes(rule));
  const group = (title: string, rules: readonly Rule[], open: (rule: Rule) => boolean): readonly Node[] =>
    rules.length === 0 ? [] : [h('h3', {}, title), ...rules.map((rule) => ruleTree(rule, reveal, open(rule)))];
  const nodes = [
    ...group('Fired', fired, (rule) => rule.decides || fired.length < 4),
    ...group('Did not fire', others, () => false),
    ...(trace.omitted > 0 ? [h('p', { class: 'dim' }, `${trace.omitted} more expressions were evaluated.`)] : []),
  ];
  return nodes.length > 0 ? nodes : [h('p', { class: 'empty' }, 'No rule of this event was evaluated.')];
}

function ruleTree(rule: Rule, reveal: Reveal, open: boolean): HTMLElement {
  const { outcome, span } = rule;
  const state = outcome.kind === 'fired' ? 'fired' : outcome.kind === 'failed' ? 'failed' : 'quiet';
  const clauses = rule.clauses.filter(({ kind, held }) => kind !== 'surface' || held !== true);
  const body: readonly Child[] = [
    ...clauses.map((clause) => clauseTree(clause, rule, reveal)),
    ...rule.matches
      .slice(0, 20)
      .map(({ kind, path, start, end, text }) =>
        h(
          'div',
          { class: 'leaf' },
          h('code', { class: 'kind' }, kind),
          h('span', { class: 'dim' }, ` at ${path} ${start}–${end} `),
          text === undefined ? undefined : h('code', {}, text),
        ),
      ),
    ...rule.effects.map((effect) => h('div', { class: 'leaf effect' }, `→ ${effect}`)),
  ];
  return h(
    'details',
    { class: `rule ${state}`, open },
    h(
      'summary',
      {},
      h('span', { class: 'dot', 'aria-hidden': 'true' }),
      h('span', { class: 'verb' }, rule.verb),
      h('strong', {}, rule.name),
      rule.mode === 'enforce' ? undefined : h('span', { class: 'chip' }, rule.mode),
      rule.decides ? h('span', { class: 'chip decides' }, 'decides') : undefined,
      h('span', { class: 'dim reason' }, rule.reason),
      place(span, reveal),
    ),
    h('div', { class: 'tree' }, ...(body.length > 0 ? body : [h('div', { class: 'leaf dim' }, 'it has no condition')])),
  );
}

function place({ file, start, end }: Rule['span'], reveal: Reveal): HTMLElement | undefined {
  if (file.startsWith('std/')) return h('span', { class: 'dim at' }, file);
  const go = (event: Event): void => {
    event.preventDefault();
    reveal(file, start, end);
  };
  return h('button', { class: 'at', type: 'button', title: 'show it in the policy', onclick: go }, 'show');
}

function clauseTree(clause: Clause, rule: Rule, reveal: Reveal): HTMLElement {
  const { kind, label, held, points, nodes, span } = clause;
  const [only] = nodes;
  const children = nodes.length === 1 && only ? only.children : nodes;
  const word = {
    surface: 'events of',
    when: 'when',
    find: '',
    score: `score ${points ?? 0} when`,
    exempt: 'exempt when',
  }[kind];
  const found = rule.matches.length === 1 ? '1 match' : `${rule.matches.length} matches`;
  const value = kind === 'find' ? (held === undefined ? 'not looked for' : held ? found : 'nothing') : undefined;
  return branch({
    label: [word === '' ? undefined : h('span', { class: 'word' }, word), code(label, span, reveal)],
    value: value === undefined ? valueOf(held, only) : pill(value, held === true ? 'true' : 'none'),
    children: kind === 'find' ? [] : children.map((child) => nodeTree(child, reveal)),
    open: kind !== 'find' && nodes.length > 0,
  });
}

function valueOf(held: boolean | undefined, node: TreeNode | undefined): HTMLElement {
  if (held !== undefined) return pill(String(held), held ? 'true' : 'false');
  return node === undefined ? pill('not evaluated', 'none') : pillOf(node);
}

function nodeTree(node: TreeNode, reveal: Reveal): HTMLElement {
  return branch({
    label: [node.kind === 'round' ? h('code', { class: 'round' }, node.label) : code(node.label, node.span, reveal)],
    value: pillOf(node),
    children: [
      ...node.children.map((child) => nodeTree(child, reveal)),
      ...(node.omitted > 0 ? [h('div', { class: 'leaf dim' }, `${node.omitted} more`)] : []),
    ],
    open: node.kind === 'expression' || node.children.length < 3,
  });
}

function branch(parts: {
  readonly label: readonly Child[];
  readonly value: HTMLElement;
  readonly children: readonly HTMLElement[];
  readonly open: boolean;
}): HTMLElement {
  const line = [h('span', { class: 'label' }, ...parts.label), parts.value];
  if (parts.children.length === 0) return h('div', { class: 'leaf' }, ...line);
  return h('details', { open: parts.open }, h('summary', {}, ...line), h('div', { class: 'tree' }, ...parts.children));
}

function code(label: string, { file, start, end }: TreeNode['span'], reveal: Reveal): HTMLElement {
  if (file.startsWith('std/')) return h('code', {}, label);
  return h(
    'code',
    {
      class: 'link',
      title: 'show it in the policy',
      onclick: (event) => {
        event.preventDefault();
        reveal(file, start, end);
      },
    },
    label,
  );
}

function pillOf({ value }: TreeNode): HTMLElement {
  if (value.kind === 'skipped') return pill('not evaluated', 'none');
  if (value.kind === 'error') return pill(`no value: ${value.text}`, 'false');
  return pill(value.text, value.text === 'true' ? 'true' : value.text === 'false' ? 'false' : 'value');
}

function pill(text: string, kind: 'true' | 'false' | 'none' | 'value'): HTMLElement {
  return h('span', { class: `pill ${kind}` }, text);
}
