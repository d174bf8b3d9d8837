// Rules that set something in one object: what they set may be the same place, or one may lie inside of the other. Order means nothing,
// so nobody could say which one is meant: where both fire with different values, the later one has an error, and the request is
// stopped. Elements that rules put behind one list stand in the order of the rules.
//
// INVARIANT: a rule that sets something fires only where there is an object to change.

import type { CoreAction, CoreExpr, CoreRule } from '../core.ts';
import { boolType, dynType } from '../relate-types.ts';
import type { Holder } from '../types.ts';
import type { SurfaceEvent } from './bind-event.ts';
import { fieldsOfInput } from './bind-event.ts';
import { allOf } from './rule-context.ts';
import { coreKey } from '../check/core-key.ts';

type SetAction = CoreAction & { readonly kind: 'set' };

/** The rules, with what has to hold for their changes. */
export function guardChanges(event: SurfaceEvent, rules: readonly CoreRule[]): readonly CoreRule[] {
  if (!rules.some(({ action }) => action?.kind === 'set')) return rules;
  return rules.map((rule, index) => {
    const { action } = rule;
    if (action?.kind !== 'set') return rule;
    const guards = rules.slice(0, index).flatMap((other, at) => {
      if (other.mode !== 'enforce' || rule.mode !== 'enforce' || other.action?.kind !== 'set') return [];
      return guardOf({ rule: at, action: other.action }, action) ?? [];
    });
    const value = guards.reduce<CoreExpr>(
      (inner, clash): CoreExpr => ({
        op: 'if',
        condition: clash,
        then: { op: 'fail', word: 'conflicting_set', type: inner.type },
        else: inner,
        type: inner.type,
      }),
      action.value,
    );
    return { ...rule, condition: allOf(hasObject(event), rule.condition), action: { ...action, value } };
  });
}

/** Whether two actions set different things in one place, or one inside of the other, for some object. */
export function clash(one: SetAction, two: SetAction): boolean {
  const differs = coreKey(one.value) !== coreKey(two.value);
  return alternatives(one, two).some((holder) => {
    const relation = relate(stepsOf(one, holder), stepsOf(two, holder));
    return relation === 'inside' || (relation === 'same' && !(one.append && two.append) && differs);
  });
}

function hasObject(event: SurfaceEvent): CoreExpr | undefined {
  const field = event.record.fields().get('operation');
  if (field === undefined) return undefined;
  const none = ['DELETE', 'CONNECT'].map((value) => ({ kind: 'string', value }) as const);
  const test: CoreExpr = { op: 'in-set', value: fieldsOfInput(event)(field), set: none, type: boolType };
  return { op: 'not', of: test, type: boolType };
}

/** What holds where both rules change one place and do not agree; undefined when that is never. */
function guardOf(
  earlier: { readonly rule: number; readonly action: SetAction },
  later: SetAction,
): CoreExpr | undefined {
  const { rule, action } = earlier;
  const fired: CoreExpr = { op: 'rule-fired', rule, type: boolType };
  const holders = alternatives(action, later);
  const tests = holders.flatMap((holder): readonly CoreExpr[] => {
    const relation = relate(stepsOf(action, holder), stepsOf(later, holder));
    if (relation === undefined || (relation === 'same' && action.append && later.append)) return [];
    const differ = relation === 'inside' ? undefined : difference(action.value, later.value);
    if (differ === 'none') return [];
    const where = holders.length > 1 ? isHeldIn(action.held ?? later.held, holder, holders) : undefined;
    const both = allOf(where, differ);
    return [allOf(fired, both) ?? fired];
  });
  const [first, ...rest] = tests;
  return first && rest.reduce((left, right) => ({ op: 'or', left, right, type: boolType }), first);
}

/** Where two changes may stand to one another in different ways: an object that is it, or one that holds it. */
function alternatives(one: SetAction, two: SetAction): readonly (Holder | undefined)[] {
  if ((one.held === undefined) === (two.held === undefined)) return [undefined];
  const held = one.held ?? two.held;
  return [undefined, ...(held?.variant.held?.holders() ?? [])];
}

/** Whether the object holds it in that way; undefined: in none. */
function isHeldIn(
  held: SetAction['held'],
  holder: Holder | undefined,
  all: readonly (Holder | undefined)[],
): CoreExpr | undefined {
  if (held === undefined || held.of.type.kind !== 'union') return undefined;
  const { of } = held;
  const { union } = held.of.type;
  const test = ({ variant }: Holder): CoreExpr => ({ op: 'variant-test', of, union, variant, type: boolType });
  if (holder) return test(holder);
  return all
    .filter((other) => other !== undefined)
    .map((other): CoreExpr => ({ op: 'not', of: test(other), type: boolType }))
    .reduce((left, right): CoreExpr => ({ op: 'and', left, right, type: boolType }));
}

function stepsOf({ path, held, append }: SetAction, holder: Holder | undefined): readonly string[] {
  const way = held ? (holder?.path ?? []).map(({ wire }) => `.${wire}`) : [];
  return [...way, ...path, ...(append ? ['#-'] : [])];
}

function relate(one: readonly string[], two: readonly string[]): 'same' | 'inside' | undefined {
  const shorter = Math.min(one.length, two.length);
  for (let i = 0; i < shorter; i++) if (one[i] !== two[i]) return undefined;
  return one.length === two.length ? 'same' : 'inside';
}

/** Whether two values differ: `none` never, undefined always. */
function difference(one: CoreExpr, two: CoreExpr): CoreExpr | 'none' | undefined {
  if (coreKey(one) === coreKey(two)) return 'none';
  if (isWritten(one) && isWritten(two)) return undefined;
  const sides = one.type.kind === two.type.kind ? [one, two] : [toDyn(one), toDyn(two)];
  const [left = one, right = two] = sides;
  return { op: 'not', of: { op: 'equal', left, right, type: boolType }, type: boolType };
}

/** Constants all through: two that are written alike have one key. */
function isWritten(core: CoreExpr): boolean {
  switch (core.op) {
    case 'const':
      return true;
    case 'to-dyn':
      return isWritten(core.of);
    case 'list':
      return core.items.every(isWritten);
    case 'map':
      return core.entries.every(({ key, value }) => isWritten(key) && isWritten(value));
    default:
      return false;
  }
}

function toDyn(core: CoreExpr): CoreExpr {
  return core.type.kind === 'dyn' ? core : { op: 'to-dyn', of: core, type: dynType };
}
