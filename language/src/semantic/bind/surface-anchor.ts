// What a Kubernetes surface is about → a test ahead of the condition of each of its rules: namespaces by name (globs with `*`, from
// start to end) and by label, objects by label, subresources.
// A webhook's configuration says the same as far as it can, and by the same rules: an object without namespace is not left out by
// labels of namespaces, a namespace has its own; of objects one of old and new must fit; one without labels fits none.
// INVARIANT: a namespace whose object the enforcer did not add is not left out.

import type { CoreExpr } from '../core.ts';
import { parseLabelSelector } from '../label-selector.ts';
import type { LabelRequirement } from '../label-selector.ts';
import { boolType, optionalOf, stringType } from '../relate-types.ts';
import type { Field, RecordType, Type } from '../types.ts';
import type { Binder } from './binder.ts';
import type { SurfaceEvent } from './bind-event.ts';
import { fieldsOfInput, fieldType } from './bind-event.ts';
import { textsOf } from './provider-settings.ts';

/** The subresource that no rule sees unless the surface names it: who reports the state of an object must not be refused for it. */
const unasked = 'status';

/** The test; undefined when the surface leaves nothing out. Fields that the event has not are not asked for. */
export function surfaceAnchor(binder: Binder, event: SurfaceEvent): CoreExpr | undefined {
  const { settings } = event.surface;
  const fields = event.record.fields();
  const read = fieldsOfInput(event);
  const input = (name: string): CoreExpr | undefined => {
    const field = fields.get(name);
    return field && read(field);
  };
  const [namespace, subresource] = [input('namespace'), input('subresource')];
  const request: Request = { binder, input };
  const wanted = settings.has('subresources') ? textsOf(settings.get('subresources')) : undefined;
  return allOf([
    namespace && namespaceTest(namespace, textsOf(settings.get('namespaces'))),
    namespace && not(excludedTest(namespace, textsOf(settings.get('exclude_namespaces')))),
    namespaceLabels(request, requirementsOf(settings.get('namespace_labels'))),
    objectLabels(request, requirementsOf(settings.get('object_labels'))),
    subresource && subresourceTest(subresource, wanted),
  ]);
}

interface Request {
  readonly binder: Binder;
  /** A field of the event. */
  readonly input: (name: string) => CoreExpr | undefined;
}

function namespaceTest(namespace: CoreExpr, globs: readonly string[]): CoreExpr | undefined {
  return globs.includes('*') ? undefined : anyOf(globs.map((glob) => globTest(namespace, glob)));
}

function excludedTest(namespace: CoreExpr, globs: readonly string[]): CoreExpr | undefined {
  return anyOf(globs.map((glob) => globTest(namespace, glob)));
}

function subresourceTest(subresource: CoreExpr, wanted: readonly string[] | undefined): CoreExpr | undefined {
  if (wanted === undefined) return not(equal(subresource, unasked));
  return wanted.includes('*') ? undefined : anyOf(['', ...wanted].map((name) => equal(subresource, name)));
}

function namespaceLabels(request: Request, requirements: readonly LabelRequirement[]): CoreExpr | undefined {
  const object = request.input('namespace_object');
  const kind = request.input('kind');
  const operation = request.input('operation');
  if (requirements.length === 0 || !object || !kind || !operation) return undefined;
  const isNamespace = allOf([equal(member(kind, 'group'), ''), equal(member(kind, 'kind'), 'Namespace')]);
  const own = anyOf([oldLabels(request, requirements), newLabels(request, requirements)]);
  // An object without namespace, or whose namespace nobody told, is not left out.
  const ofNamespace = anyOf([not(isSome(object)), labelsOf(request, object, requirements)]);
  return (
    isNamespace &&
    own &&
    ofNamespace && { op: 'if', condition: isNamespace, then: own, else: ofNamespace, type: boolType }
  );
}

function objectLabels(request: Request, requirements: readonly LabelRequirement[]): CoreExpr | undefined {
  if (requirements.length === 0) return undefined;
  return anyOf([newLabels(request, requirements), oldLabels(request, requirements)]);
}

/** Whether there is an object, and it fits. */
function newLabels({ input }: Request, requirements: readonly LabelRequirement[]): CoreExpr | undefined {
  const [object, operation] = [input('object'), input('operation')];
  if (!object || !operation) return undefined;
  return allOf([
    not(anyOf([equal(operation, 'DELETE'), equal(operation, 'CONNECT')])),
    fits(member(member(object, 'metadata'), 'labels'), requirements),
  ]);
}

/** Whether there is an old object, and it fits. */
function oldLabels(request: Request, requirements: readonly LabelRequirement[]): CoreExpr | undefined {
  const object = request.input('old_object');
  return object && labelsOf(request, object, requirements);
}

/** Whether an optional object is there, and fits. */
function labelsOf(
  { binder }: Request,
  object: CoreExpr,
  requirements: readonly LabelRequirement[],
): CoreExpr | undefined {
  if (object.type.kind !== 'optional') return undefined;
  const id = binder.nextLocal++;
  const local: CoreExpr = { op: 'local', id, type: object.type.of };
  const test = fits(member(member(local, 'metadata'), 'labels'), requirements);
  if (test === undefined) return undefined;
  const type = optionalOf(boolType);
  const some: CoreExpr = { op: 'some', of: test, type };
  const chain: CoreExpr = { op: 'chain', of: object, id, body: some, type };
  return {
    op: 'or-else',
    of: chain,
    else: { op: 'const', value: { kind: 'bool', value: false }, type: boolType },
    type: boolType,
  };
}

function fits(labels: CoreExpr, requirements: readonly LabelRequirement[]): CoreExpr | undefined {
  return allOf(requirements.map((requirement) => fitsOne(labels, requirement)));
}

function fitsOne(labels: CoreExpr, { key, operator, values }: LabelRequirement): CoreExpr | undefined {
  const there: CoreExpr = { op: 'in', value: textOf(key), of: labels, type: boolType };
  const value: CoreExpr = { op: 'index', of: labels, index: textOf(key), type: stringType };
  const set = values.map((item) => ({ kind: 'string', value: item }) as const);
  const among = allOf([there, { op: 'in-set', value, set, type: boolType }]);
  switch (operator) {
    case 'In':
      return among;
    case 'NotIn':
      return not(among);
    case 'Exists':
      return there;
    case 'DoesNotExist':
      return not(there);
  }
}

function requirementsOf(setting: unknown): readonly LabelRequirement[] {
  return typeof setting === 'string' ? parseLabelSelector(setting) : [];
}

function isSome(of: CoreExpr): CoreExpr {
  return { op: 'is-some', of, type: boolType };
}

/** A field of a record, or of what all objects have. */
function member(of: CoreExpr, name: string): CoreExpr {
  const record: RecordType | undefined =
    of.type.kind === 'record' ? of.type.record : of.type.kind === 'union' ? of.type.union.base : undefined;
  const field: Field | undefined = record?.fields().get(name);
  // Only fields that the library declares are asked for.
  if (field === undefined) throw new Error(`no field ${name}`);
  const type: Type = fieldType(field);
  return { op: 'field', of, field, type };
}

function allOf(tests: readonly (CoreExpr | undefined)[]): CoreExpr | undefined {
  const found = tests.filter((test) => test !== undefined);
  return found.length === 0 ? undefined : found.reduce((left, right) => ({ op: 'and', left, right, type: boolType }));
}

function anyOf(tests: readonly (CoreExpr | undefined)[]): CoreExpr | undefined {
  const found = tests.filter((test) => test !== undefined);
  return found.length === 0 ? undefined : found.reduce((left, right) => ({ op: 'or', left, right, type: boolType }));
}

function not(of: CoreExpr | undefined): CoreExpr | undefined {
  return of && { op: 'not', of, type: boolType };
}

function equal(left: CoreExpr, text: string): CoreExpr {
  return { op: 'equal', left, right: textOf(text), type: boolType };
}

function globTest(value: CoreExpr, glob: string): CoreExpr {
  const parts = glob.split('*');
  const [first = '', last = ''] = parts;
  if (parts.length === 1) return equal(value, glob);
  if (parts.length === 2 && last === '') return textTest('string_starts_with', value, first);
  if (parts.length === 2 && first === '') return textTest('string_ends_with', value, last);
  const regex = `^${parts.map(escapeRegex).join('.*')}$`;
  const pattern = { kind: 'namespace', name: `namespace ${glob}`, body: { kind: 'regex', regex } } as const;
  return { op: 'matches', of: value, patterns: [{ ...pattern, where: undefined, near: undefined }], type: boolType };
}

function textTest(builtin: 'string_starts_with' | 'string_ends_with', value: CoreExpr, text: string): CoreExpr {
  return { op: 'call', builtin, args: [value, textOf(text)], type: boolType };
}

function textOf(value: string): CoreExpr {
  return { op: 'const', value: { kind: 'string', value }, type: stringType };
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
