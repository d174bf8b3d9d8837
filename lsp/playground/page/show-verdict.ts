// An answer → the line that says what becomes of the document, and the line of figures at the foot.

import type { Decision } from '@rdp/runtime/contract';
import { decisionHead } from '../../src/ide/preview/decision-head.ts';
import type { Answer } from '../protocol.ts';
import { byId, h } from './dom.ts';

/** Shows what becomes of the document, or why there is no decision. */
export function showVerdict({ decision, errors, fault }: Answer): void {
  const verdict = byId('verdict');
  if (decision === undefined) {
    verdict.className = 'verdict waiting';
    const [head, text] =
      errors > 0
        ? [
            'No decision',
            `${errors === 1 ? 'an error' : `${errors} errors`} in the policy: nothing is compiled until ${errors === 1 ? 'it is' : 'they are'} mended`,
          ]
        : ['No decision', fault ?? 'no rule decides on anything yet'];
    verdict.replaceChildren(h('strong', {}, head), h('span', {}, text));
    return;
  }
  const made = JSON.parse(decision.text) as Decision; // the interpreter wrote it
  const edited = (made.edits ?? []).map(({ rule }) => rule);
  const deciding = [
    ...new Set([
      ...(made.action === 'block' ? [] : edited),
      ...decision.trace.rules.filter(({ decides }) => decides).map(({ name }) => name),
    ]),
  ];
  const why =
    made.reason === 'malformed_input'
      ? `the document has not the shape of ${decision.event.label}: ${made.message ?? ''} ${made.path ?? ''}`
      : (made.message ?? made.reason);
  const { tone, text } = decisionHead(made);
  verdict.className = `verdict ${tone}`;
  verdict.replaceChildren(
    h('strong', {}, text, made.status === undefined ? undefined : h('small', {}, ` ${made.status}`)),
    h('span', {}, why === undefined ? '' : `“${why}” `, h('em', {}, deciding.length === 0 ? '' : deciding.join(', '))),
  );
}

/** What the foot says: what is wrong in the policy, and of the module that was compiled last. */
export interface StatusFacts extends Pick<Answer, 'errors' | 'warnings'> {
  readonly compiled: Answer['compiled'] | undefined;
  /** Whether the module is that of an earlier text. */
  readonly isOlder: boolean;
}

/** Shows the figures at the foot. */
export function showStatus({ compiled, isOlder, errors, warnings }: StatusFacts): void {
  const fact = (label: string, value: string, title: string): HTMLElement =>
    h('span', { class: 'fact', title }, h('b', {}, value), ` ${label}`);
  const count = (number: number, word: string): readonly HTMLElement[] =>
    number === 0 ? [] : [fact(number === 1 ? word : `${word}s`, String(number), 'in this policy')];
  const status = byId('status');
  status.classList.toggle('older', isOlder);
  status.replaceChildren(
    ...count(errors, 'error'),
    ...count(warnings, 'warning'),
    ...(compiled === undefined ? [] : moduleFacts(compiled).map((words) => fact(...words))),
    h('span', { class: 'grow' }),
    h('span', { class: 'dim' }, 'nothing leaves this page'),
  );
}

function moduleFacts({
  rules,
  size,
  compileTime,
  decisionTime,
}: NonNullable<Answer['compiled']>): readonly (readonly [label: string, value: string, title: string])[] {
  return [
    ['rules', String(rules), 'in this policy'],
    ['policy.wasm', sizeOf(size), 'the module that any OPA host loads'],
    ['compiled', `${Math.round(compileTime)} ms`, 'from the checked policy to a module that runs, in this page'],
    ...(decisionTime === undefined
      ? []
      : [['a decision', timeOf(decisionTime), 'by the compiled module, in this page'] as const]),
  ];
}

/** `438 KiB` */
export function sizeOf(bytes: number): string {
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(0)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function timeOf(microseconds: number): string {
  return microseconds < 1000
    ? `${microseconds < 10 ? microseconds.toFixed(1) : Math.round(microseconds)} µs`
    : `${(microseconds / 1000).toFixed(1)} ms`;
}
