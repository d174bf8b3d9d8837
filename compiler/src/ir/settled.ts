// Rules on objects that are there already → which updates a rule leaves alone: those that change nothing of what it reads of the object,
// and those that end the object. One answer for the interpreter, generated code and native policies.
//
// INVARIANT: sound. A rule that leaves an update alone gives the same answer for the object as it was, so that what it would stop was
// there before. A rule about the request itself (who asks, what is done, what it was before) leaves nothing alone but the end of an object.

import type {
  CoreAction,
  CoreEntrypoint,
  CoreExpr,
  CoreRule,
  LocalId,
  RecordType,
  UnionType,
  Variant,
} from '@rdp/language';
import { coreChildren, isKubernetesRecord } from '@rdp/language';
import { structuralKey } from './expression-key.ts';
import { foldExpr, foldRule, isNever } from './passes/fold.ts';
import { isRuleResult, mapChildren } from './walk-core.ts';

/** A member on the way into an object. */
export interface Step {
  readonly name: string;
  /** Null may stand there, and reads as nothing. */
  readonly nullable: boolean;
}

/** Names of members from an object on. */
export type Path = readonly Step[];

/** What a rule reads of the object under admission: no path begins another one; sorted. */
export interface ObjectReads {
  readonly own: readonly Path[];
  /** Below what the object is, or holds, of a kind that others hold; then whether it holds one counts, too. */
  readonly held: (HeldKind & { readonly paths: readonly Path[] }) | undefined;
}

/** A kind that others hold. */
export interface HeldKind {
  /** The object under admission, a union. */
  readonly of: CoreExpr;
  readonly union: UnionType;
  readonly variant: Variant;
}

/** The updates that a rule leaves alone. */
export interface Settled {
  /** Those that change nothing of this; undefined: it is about the request. */
  readonly reads: ObjectReads | undefined;
  /** Those with which the API server deletes the object. A rule that reads finalizers is asked about them. */
  readonly ends: boolean;
}

/** For each rule of an entrypoint what it leaves alone, and what the surface's `default deny` does. */
export interface SettledRules {
  readonly rules: readonly (Settled | undefined)[];
  readonly denial: Settled | undefined;
}

const known = new WeakMap<CoreEntrypoint, SettledRules>();

/** The updates that each rule of `entrypoint` leaves alone. */
export function settledRules(entrypoint: CoreEntrypoint): SettledRules {
  const before = known.get(entrypoint);
  if (before !== undefined) return before;
  const answer = settle(entrypoint);
  known.set(entrypoint, answer);
  return answer;
}

function settle(entrypoint: CoreEntrypoint): SettledRules {
  const { rules, existingViolations, defaultDeny } = entrypoint;
  if (existingViolations === undefined) return { rules: [], denial: undefined };
  return {
    rules: rules.map((rule) =>
      isAsked(rule) || (defaultDeny && allows(rule)) ? undefined : settledOf(entrypoint, [rule]),
    ),
    denial: defaultDeny ? settledOf(entrypoint, rules.filter(allows)) : undefined,
  };
}

/** What only tells, counts or permits is always asked; what never fires, never. */
function isAsked(rule: CoreRule): boolean {
  const { action } = rule;
  return action === undefined || action.kind === 'limit' || action.kind === 'permit' || isNever(foldRule(rule));
}

/** Whether it can take something out of a `default deny`. */
function allows(rule: CoreRule): boolean {
  const { action, mode } = rule;
  return mode === 'enforce' && (action?.kind === 'permit' || action?.kind === 'approve') && !isNever(foldRule(rule));
}

/** What of an event says what an object is, and not what is done to it. `operation` is looked at for itself. */
const stateFields: ReadonlySet<string> = new Set([
  'kind',
  'name',
  'namespace',
  'namespace_object',
  'object',
  'operation',
  'resource',
]);

/** What no update changes. */
const identity: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'metadata/creationTimestamp',
  'metadata/generateName',
  'metadata/name',
  'metadata/namespace',
  'metadata/selfLink',
  'metadata/uid',
]);

/** What is left alone by `own`, all of which have to find nothing new. */
function settledOf({ rules, existingViolations, anchor }: CoreEntrypoint, own: readonly CoreRule[]): Settled {
  const condition = createReads();
  const further = createReads();
  const all = withNamed(rules, own);
  for (const rule of all) {
    for (const expr of conditionsOf(rule, anchor)) readExpr(condition, expr, new Map());
    for (const expr of rule.exemptions.map(foldExpr)) readExpr(further, expr, new Map());
    if (own.includes(rule) && rule.action) readAction(condition, rule.action);
  }
  if (anchor) readExpr(further, foldExpr(anchor), new Map());
  const ends = ![...condition.own, ...further.own, ...condition.old].some(isOfFinalizers);
  const ofState =
    existingViolations === 'allow' &&
    [...condition.events].every((name) => stateFields.has(name)) &&
    [...condition.own.filter(isChangeable), ...condition.held].length > 0 &&
    !all.some((rule) => tellsUpdates(conditionsOf(rule, anchor)));
  if (!ofState) return { reads: undefined, ends };
  const kind = heldKind([condition, further]);
  const paths = maximal([...condition.held, ...further.held]);
  return {
    reads: {
      own: maximal([...condition.own, ...further.own].filter(isChangeable)),
      held: kind && { ...kind, paths },
    },
    ends,
  };
}

/** The rules, and those that they name. */
function withNamed(rules: readonly CoreRule[], own: readonly CoreRule[]): readonly CoreRule[] {
  const found = new Set(own);
  for (const rule of found) {
    const named = new Set<number>();
    const visit = (expr: CoreExpr): void => {
      if (isRuleResult(expr)) named.add(expr.rule);
      coreChildren(expr).forEach(visit);
    };
    [...conditionsOf(rule, undefined), ...rule.exemptions, ...actionExprs(rule.action)].forEach(visit);
    if (rule.action?.kind === 'redact' || rule.action?.kind === 'strip') named.add(rule.action.rule);
    for (const index of named) {
      const other = rules[index];
      if (other) found.add(other);
    }
  }
  return [...found];
}

/** What decides whether the rule fires, but for exemptions and what its surface says of every rule. */
function conditionsOf(rule: CoreRule, anchor: CoreExpr | undefined): readonly CoreExpr[] {
  const condition = rule.condition && withoutPart(rule.condition, anchor);
  return [
    ...(condition ? [condition] : []),
    ...rule.finds.flatMap(({ texts, patterns }) => [
      texts,
      ...patterns.flatMap(({ where }) => (where ? [where.condition] : [])),
    ]),
    ...rule.scores.map((score) => score.condition),
  ].map(foldExpr);
}

function withoutPart(expr: CoreExpr, part: CoreExpr | undefined): CoreExpr | undefined {
  if (expr === part) return undefined;
  if (expr.op !== 'and') return expr;
  const [left, right] = [withoutPart(expr.left, part), withoutPart(expr.right, part)];
  return left && right
    ? left === expr.left && right === expr.right
      ? expr
      : { ...expr, left, right }
    : (left ?? right);
}

/** Whether it makes a difference to one of `exprs` that an object is changed, and not made. */
function tellsUpdates(exprs: readonly CoreExpr[]): boolean {
  return exprs.some(
    (expr) => structuralKey(foldExpr(during(expr, 'CREATE'))) !== structuralKey(foldExpr(during(expr, 'UPDATE'))),
  );
}

function during(expr: CoreExpr, operation: string): CoreExpr {
  if (expr.op === 'field' && expr.of.op === 'input' && expr.field.name === 'operation')
    return { op: 'const', value: { kind: 'string', value: operation }, type: expr.type };
  return mapChildren(expr, (child) => during(child, operation));
}

function actionExprs(action: CoreAction | undefined): readonly CoreExpr[] {
  switch (action?.kind) {
    case 'quarantine':
      return [action.target];
    case 'approve':
      return [action.by];
    case 'set':
      return [action.value];
    default:
      return [];
  }
}

// What is read.

interface Reads {
  readonly own: Path[];
  readonly held: Path[];
  /** Of the old object. */
  readonly old: Path[];
  /** Fields of the event. */
  readonly events: Set<string>;
  /** The object under admission, when it is read. */
  object: CoreExpr | undefined;
  variant: Variant | undefined;
}

function createReads(): Reads {
  return { own: [], held: [], old: [], events: new Set(), object: undefined, variant: undefined };
}

/** Where a value stands: in the object, in what it holds, in the old object, or elsewhere in the event. */
interface Place {
  readonly root: 'own' | 'held' | 'old' | 'event';
  /** The field of the event; empty for the event itself. */
  readonly event: string;
  readonly path: Path;
}

type Places = ReadonlyMap<LocalId, Place | undefined>;

/** Notes what the value of `expr` depends on. */
function readExpr(reads: Reads, expr: CoreExpr, places: Places): void {
  const place = placeOf(reads, expr, places);
  if (place) {
    reads.events.add(place.event === '' ? '*' : place.event);
    if (place.root !== 'event') reads[place.root].push(place.path);
    return;
  }
  switch (expr.op) {
    case 'variant-test': {
      const of = placeOf(reads, expr.of, places);
      if (of?.root === 'own' && of.path.length === 0) {
        reads.events.add('object');
        if (expr.variant.held) reads.variant = expr.variant;
        return;
      }
      break;
    }
    case 'in':
    case 'has-key': {
      const inner = keyPlace(reads, expr, places);
      if (inner === undefined) break;
      reads.events.add(inner.event);
      if (inner.root !== 'event') reads[inner.root].push(inner.path);
      return;
    }
    case 'let':
    case 'chain': {
      const of = expr.op === 'let' ? expr.value : expr.of;
      const at = placeOf(reads, of, places);
      // Whether it is there decides what a chain is; a plain variable is what is read of it.
      if (at === undefined || expr.op === 'chain') readExpr(reads, of, places);
      readExpr(reads, expr.body, new Map(places).set(expr.id, at));
      return;
    }
    default:
  }
  for (const child of coreChildren(expr)) readExpr(reads, child, places);
}

/** Where the value of `expr` stands, when it is nothing but what stands there. */
function placeOf(reads: Reads, expr: CoreExpr, places: Places): Place | undefined {
  switch (expr.op) {
    case 'input':
      return { root: 'event', event: '', path: [] };
    case 'local':
      return places.get(expr.id);
    case 'unwrap':
    case 'some':
      return placeOf(reads, expr.of, places);
    case 'let':
    case 'chain': {
      const of = placeOf(reads, expr.op === 'let' ? expr.value : expr.of, places);
      return of && placeOf(reads, expr.body, new Map(places).set(expr.id, of));
    }
    case 'variant-cast': {
      const of = placeOf(reads, expr.of, places);
      if (of?.root !== 'own' || of.path.length > 0 || !expr.variant.held) return of;
      reads.variant = expr.variant;
      return { ...of, root: 'held' };
    }
    case 'field': {
      const of = placeOf(reads, expr.of, places);
      if (of === undefined) return undefined;
      if (of.event === '') {
        if (expr.field.name === 'object') reads.object = expr;
        return eventPlace(expr.field.name);
      }
      if (of.root === 'event') return of;
      return below(of, { name: expr.field.wire, nullable: mayBeNull(expr.of, expr) });
    }
    case 'index':
    case 'index-optional':
      return keyPlace(reads, expr, places);
    default:
      return undefined;
  }
}

function eventPlace(event: string): Place {
  return { root: event === 'object' ? 'own' : event === 'old_object' ? 'old' : 'event', event, path: [] };
}

function below(of: Place, step: Step): Place {
  return { ...of, path: [...of.path, step] };
}

/** What stands under a key that is known, in a map of texts. */
function keyPlace(
  reads: Reads,
  expr: CoreExpr & { readonly op: 'index' | 'index-optional' | 'in' | 'has-key' },
  places: Places,
): Place | undefined {
  const { of } = expr;
  if (of.type.kind !== 'map' || of.type.key.kind !== 'string') return undefined;
  const key = expr.op === 'has-key' ? expr.name : keyOf(expr.op === 'in' ? expr.value : expr.index);
  const place = key === undefined ? undefined : placeOf(reads, of, places);
  if (place === undefined || key === undefined) return undefined;
  return place.root === 'event' ? place : below(place, { name: key, nullable: true });
}

function keyOf(expr: CoreExpr): string | undefined {
  return expr.op === 'const' && expr.value.kind === 'string' ? expr.value.value : undefined;
}

/** In built-in kinds Go leaves records out that are nothing; lists and maps may be null, and anything may in custom kinds. */
function mayBeNull(of: CoreExpr, { field }: CoreExpr & { readonly op: 'field' }): boolean {
  if (field.type.kind !== 'record') return true;
  return of.type.kind === 'record' && !isKubernetesRecord(of.type.record);
}

function heldKind(reads: readonly Reads[]): HeldKind | undefined {
  const of = reads.find(({ object }) => object)?.object;
  const variant = reads.find((each) => each.variant)?.variant;
  return of?.type.kind === 'union' && variant ? { of, union: of.type.union, variant } : undefined;
}

/** What an action makes of the object has to be there as well: who takes it away again is asked. */
function readAction(reads: Reads, action: CoreAction): void {
  for (const expr of actionExprs(action).map(foldExpr)) readExpr(reads, expr, new Map());
  if (action.kind === 'quarantine') for (const way of quarantined) reads.own.push(way);
  if (action.kind !== 'set') return;
  const { held } = action;
  const end = action.path.findIndex((step) => !step.startsWith('.'));
  const names = action.path.slice(0, end < 0 ? undefined : end).map((step) => step.slice(1));
  if (held) {
    placeOf(reads, held.of, new Map());
    reads.variant = held.variant;
  }
  reads[held ? 'held' : 'own'].push(stepsBelow(held?.variant.record, names));
}

/** Source: `runtime/src/admission/quarantine.ts`. */
const quarantined: readonly Path[] = [
  [],
  ['spec', 'template'],
  ['spec', 'jobTemplate', 'spec', 'template'],
  ['template'],
].map((way) => [...way, 'metadata', 'labels', 'rdp.dev/quarantine'].map((name) => ({ name, nullable: true })));

function stepsBelow(record: RecordType | undefined, [name, ...rest]: readonly string[]): Path {
  if (name === undefined) return [];
  const field = record && [...record.fields().values()].find(({ wire }) => wire === name);
  const inner = field?.type.kind === 'record' ? field.type.record : undefined;
  const nullable = inner === undefined || record === undefined || !isKubernetesRecord(record);
  return [{ name, nullable }, ...stepsBelow(inner, rest)];
}

function nameOf(path: Path): string {
  return path.map(({ name }) => name).join('/');
}

function isChangeable(path: Path): boolean {
  return !identity.has(nameOf(path));
}

function isOfFinalizers(path: Path): boolean {
  return nameOf(path).startsWith('metadata/finalizers');
}

/** Sorted, each once, without those that stand below another one. */
function maximal(paths: readonly Path[]): readonly Path[] {
  const key = (path: Path): string => JSON.stringify(path.map(({ name }) => name));
  const byKey = new Map(paths.map((path) => [key(path), path]));
  const isBelowAnother = (path: Path): boolean => path.some((_, depth) => byKey.has(key(path.slice(0, depth))));
  return [...byKey]
    .filter(([, path]) => !isBelowAnother(path))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, path]) => path);
}
