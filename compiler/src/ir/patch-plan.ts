// A rule that sets something in an object → where that is, and what of the way to it an earlier rule has made already. One plan for
// the interpreter and for generated code.
//
// Steps are names of members (`.labels`), positions in lists (`#0`) and the end of a list (`#-`), from the object on. A patch is an
// `add` at the first step that the document has not, of a value with all further steps around it; so it applies whatever is missing
// (RFC 6902), and touches nothing beside it.

import type { CoreAction, CoreExpr, CoreRule, Field, Holder } from '@rdp/language';

/** What is set for objects that hold it in one way. */
export interface PatchTarget {
  /** Undefined: the object is it, or holds none. */
  readonly holder: Holder | undefined;
  /** From the object on. */
  readonly steps: readonly string[];
  /** Where one of these rules fired, too, the first `depth` steps are there when its patch has been applied. */
  readonly earlier: readonly { readonly rule: number; readonly depth: number }[];
}

/** What a rule sets. */
export type SetAction = CoreAction & { readonly kind: 'set' };

/** The places that the rule at `index` may have to set: one for each way in which an object can hold it. */
export function patchTargets(rules: readonly CoreRule[], index: number): readonly PatchTarget[] {
  const own = setOf(rules[index]);
  if (own === undefined) return [];
  const before = rules.slice(0, index).flatMap((rule, at) => {
    const action = setOf(rule);
    return action && rule.mode === 'enforce' ? [{ rule: at, action }] : [];
  });
  const holders = [own, ...before.map(({ action }) => action)].flatMap(
    ({ held }) => held?.variant.held?.holders() ?? [],
  );
  return [undefined, ...new Set(holders)].map((holder) => {
    const steps = stepsOf(own, holder);
    const earlier = before.flatMap(({ rule, action }) => {
      const depth = shared(stepsOf(action, holder), steps);
      return depth > 0 ? [{ rule, depth }] : [];
    });
    return { holder, steps, earlier };
  });
}

/**
 * What stands before and behind a value that is set where the first `depth` steps are there: from the operation to the end of the
 * patch. Undefined where that cannot be, because an element of a list is not there.
 */
export function patchText(
  steps: readonly string[],
  depth: number,
): { readonly before: string; readonly behind: string } | undefined {
  const made = steps.slice(depth + 1);
  const isElement = isPosition(steps[depth]);
  if (made.some(isPosition) || (isElement && made.length > 0)) return undefined;
  // An `add` to a list would insert.
  const op = isElement ? 'replace' : 'add';
  const open = made.map((step) => (step === '#-' ? '[' : `{${JSON.stringify(step.slice(1))}:`)).join('');
  const close = made
    .map((step) => (step === '#-' ? ']' : '}'))
    .toReversed()
    .join('');
  const path = JSON.stringify(pointerOf(steps.slice(0, depth + 1)));
  return { before: `,"op":"${op}","path":${path},"value":${open}`, behind: `${close}}` };
}

function pointerOf(steps: readonly string[]): string {
  return steps.map((step) => `/${step.slice(1).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Whether the step leads to an element that has to be there. */
function isPosition(step: string | undefined): boolean {
  return step !== undefined && step.startsWith('#') && step !== '#-';
}

/** The way from the document's root to the object under admission. */
export function stepsToObject(at: readonly string[]): readonly string[] {
  return [...at.map((key) => `.${key}`), '.object'];
}

/** The values that the action sets: one, or what it puts behind a list. */
export function valuesSet({ append, value }: SetAction): readonly CoreExpr[] {
  if (!append || value.type.kind !== 'list') return [value];
  const { of } = value.type;
  if (value.op === 'const' && value.value.kind === 'list')
    return value.value.items.map((item) => ({ op: 'const', value: item, type: of }));
  return value.op === 'list' ? value.items : [value];
}

function setOf(rule: CoreRule | undefined): SetAction | undefined {
  return rule?.action?.kind === 'set' ? rule.action : undefined;
}

function stepsOf({ path, held, append }: SetAction, holder: Holder | undefined): readonly string[] {
  const way = held ? (holder?.path ?? []).map((field: Field) => `.${field.wire}`) : [];
  return [...way, ...path, ...(append ? ['#-'] : [])];
}

/** How many first steps are the same, the last of the earlier ones left out: what that sets it makes anew. */
function shared(earlier: readonly string[], later: readonly string[]): number {
  let depth = 0;
  while (depth < earlier.length - 1 && depth < later.length && earlier[depth] === later[depth]) depth++;
  return depth;
}
