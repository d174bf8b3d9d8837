// An event of a surface: its record, which depends on the surface (documented routes, custom kinds), and the names that a
// rule on it sees. Derived fields are put in the place of their names; an optional one is computed once an expression, so
// that a test for `none` narrows it.

import type { DerivedField, EventDecl } from '../../syntax/ast.ts';
import type { CoreExpr, LocalId } from '../core.ts';
import type { Binding, Scope } from '../scope.ts';
import type { FileUnit } from '../symbols.ts';
import { declaredAs, spanIn } from '../symbols.ts';
import type { Field, RecordType, Type, Variant } from '../types.ts';
import { localsIn } from '../walk-core.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report } from './binder.ts';
import { bindRecord } from './bind-record.ts';
import type { Surface } from './bind-surface.ts';
import type { EventKinds } from './event-kinds.ts';
import { exchangeKinds, toolKinds } from './event-kinds.ts';
import { inferValue } from './expressions.ts';
import { objectUnion } from './import-documents.ts';
import { findPackage } from './load-packages.ts';
import { fileScope, isSurfaceKind, surfaceKinds } from './package-scope.ts';
import { resolveType } from './resolve-type.ts';
import { noParameters, routeParameters } from './route-parameters.ts';
import { routeIntrinsic } from './route-intrinsic.ts';

/** One event of one surface. */
export interface SurfaceEvent {
  readonly surface: Surface;
  readonly decl: EventDecl;
  /** Where the event is declared: in the standard library. */
  readonly unit: FileUnit;
  /** `shop/checkout/Chat/request` */
  readonly entrypoint: string;
  readonly at: readonly string[];
  readonly record: RecordType;
  /** The kinds that documents tell apart, and the name that `is` asks for them. */
  readonly kinds: EventKinds | undefined;
  /** What the event's own declaration sees. */
  readonly scope: Scope;
}

/** The events of a surface, by name: those of its kind, and what its own package adds. */
export function bindEvents(binder: Binder, surface: Surface): ReadonlyMap<string, SurfaceEvent> {
  const events = new Map<string, SurfaceEvent>();
  const library = findPackage(binder, `std.${surface.kind}`);
  const own = binder.packages.get(surface.unit.package);
  const declared = [library, own === library ? undefined : own].flatMap((symbols) =>
    symbols ? declaredAs(symbols, 'event') : [],
  );
  for (const { decl, unit } of declared) {
    if (decl.surfaceKind.text !== surface.kind || events.has(decl.name.text)) continue;
    events.set(decl.name.text, bindEvent(binder, surface, { decl, unit }));
  }
  return events;
}

function bindEvent(
  binder: Binder,
  surface: Surface,
  { decl, unit }: { readonly decl: EventDecl; readonly unit: FileUnit },
): SurfaceEvent {
  const scope = surfaceScope(binder, surface, unit);
  const name = `${surface.unit.package}.${surface.decl.name.text}.${decl.name.text}`;
  const record = bindRecord(binder, { unit, name, doc: decl.doc, fields: decl.fields, scope });
  return {
    surface,
    decl,
    unit,
    entrypoint: name.replaceAll('.', '/'),
    at: decl.at === undefined || decl.at.value === '' ? [] : decl.at.value.split('.'),
    record,
    kinds: unit.package === 'std.api' ? exchangeKinds(surface, decl.name.text, record) : undefined,
    scope,
  };
}

/** Checks an event where it is declared, as a surface without settings would have it. */
export function checkEvent(binder: Binder, decl: EventDecl, unit: FileUnit): void {
  const { name, surfaceKind } = decl;
  if (!isSurfaceKind(surfaceKind.text)) {
    if (surfaceKind.text === '') return;
    const extra = didYouMean(unit, surfaceKind, surfaceKinds);
    report(binder, 'unknown-surface-kind', { unit, node: surfaceKind }, { name: surfaceKind.text }, extra);
    return;
  }
  const { start, end } = decl;
  const surface: Surface = {
    decl: { kind: 'surface', doc: '', name, surfaceKind, settings: [], start, end },
    unit,
    kind: surfaceKind.text,
    settings: new Map(),
    routes: [],
    operations: new Map(),
    addresses: [],
    tools: [],
  };
  const event = bindEvent(binder, surface, { decl, unit });
  event.record.fields();
  const names = eventScope(binder, event, { outer: event.scope });
  for (const derived of decl.derived) names.scope.lookup(derived.name.text);
}

/** The scope of the library's file, with what this surface alone knows. */
function surfaceScope(binder: Binder, surface: Surface, unit: FileUnit): Scope {
  const outer = fileScope(binder, unit);
  const own = new Map<string, Binding>();
  if (surface.kind === 'k8s') {
    own.set('Object', { kind: 'type', type: { kind: 'union', union: objectUnion(binder, surface.unit.package) } });
  }
  if (surface.kind === 'mcp' && surface.tools.length > 0) {
    const tool = outer.lookup('Tool');
    const record = tool?.kind === 'type' && tool.type.kind === 'record' ? tool.type.record : undefined;
    if (record) own.set('Tool', { kind: 'type', type: { kind: 'union', union: toolKinds(surface.tools, record) } });
  }
  if (surface.kind === 'api') {
    const route = outer.lookup('Route');
    const record = route?.kind === 'type' && route.type.kind === 'record' ? route.type.record : undefined;
    if (record) own.set('documented_route', routeIntrinsic(binder, surface.routes, record));
  }
  return layer(own, outer);
}

function layer(own: ReadonlyMap<string, Binding>, outer: Scope): Scope {
  return {
    lookup: (name) => own.get(name) ?? outer.lookup(name),
    names: function* () {
      yield* own.keys();
      yield* outer.names();
    },
  };
}

/** The event itself. */
function inputOf({ record, kinds }: SurfaceEvent): CoreExpr {
  return { op: 'input', type: kinds ? { kind: 'union', union: kinds.union } : { kind: 'record', record } };
}

/** Reads a field of the event. */
export function fieldsOfInput(event: SurfaceEvent): (field: Field) => CoreExpr {
  const input = inputOf(event);
  return (field) => ({ op: 'field', of: input, field, type: fieldType(field) });
}

/** The type of an expression that reads `field`. */
export function fieldType(field: Field): Type {
  return field.presence === 'optional' ? { kind: 'optional', of: field.type } : field.type;
}

/** Fields and derived fields of an event as one rule sees them. */
export interface EventScope {
  readonly scope: Scope;
  /** Puts around `core` the derived values that it reads as variables. */
  readonly close: (core: CoreExpr) => CoreExpr;
  /** Fields and derived fields. */
  readonly has: (name: string) => boolean;
}

interface Variable {
  readonly id: LocalId;
  readonly value: CoreExpr;
}

/** The names of an event over those of `outer`. Made anew for each rule, because variables are a rule's own. */
export function eventScope(binder: Binder, event: SurfaceEvent, options: { readonly outer: Scope }): EventScope {
  const fields = event.record.fields();
  const read = fieldsOfInput(event);
  const derived = new Map<string, DerivedField>();
  for (const decl of event.decl.derived) if (!derived.has(decl.name.text)) derived.set(decl.name.text, decl);
  const variables = new Map<string, Variable>();

  const asVariable = (name: string, make: () => CoreExpr): CoreExpr => {
    let variable = variables.get(name);
    if (variable === undefined) {
      variable = { id: binder.nextLocal++, value: make() };
      variables.set(name, variable);
    }
    return { op: 'local', id: variable.id, type: variable.value.type };
  };

  const lookup = (name: string, before: string | undefined): Binding | undefined => {
    const field = fields.get(name);
    if (field) {
      const decl = event.decl.fields.find((candidate) => candidate.name.text === name);
      return {
        kind: 'value',
        core: read(field),
        ...(decl ? { declared: spanIn(event.unit, decl.name) } : {}),
      };
    }
    if (name === parameterName && event.kinds) return parametersOf(binder, event, event.kinds, read);
    const decl = derived.get(name);
    if (decl === undefined || name === before) return undefined;
    const make = (): CoreExpr => deriveField(decl);
    const core = decl.type.kind === 'optional' ? asVariable(name, make) : make();
    const kindOf = name === event.kinds?.toldBy ? { kindOf: inputOf(event) } : {};
    return { kind: 'value', core, declared: spanIn(event.unit, decl.name), ...kindOf };
  };

  const deriveField = (decl: DerivedField): CoreExpr => {
    const expected = resolveType(binder, event.unit, decl.type, event.scope);
    const scope: Scope = {
      lookup: (name) => lookup(name, decl.name.text) ?? event.scope.lookup(name),
      names: event.scope.names,
    };
    return inferValue(binder, { unit: event.unit, expr: decl.value, scope, expected });
  };

  const parameters = event.kinds ? [parameterName] : [];
  const own = (): Iterable<string> => [...fields.keys(), ...derived.keys(), ...parameters];
  return {
    has: (name) => fields.has(name) || derived.has(name) || parameters.includes(name),
    scope: {
      lookup: (name) => lookup(name, undefined) ?? options.outer.lookup(name),
      names: function* () {
        yield* own();
        yield* options.outer.names();
      },
    },
    close: (core) => closeOver(core, [...variables.values()]),
  };
}

const parameterName = 'params';

/** `params`: the parameters of the route, once it is known. */
function parametersOf(
  binder: Binder,
  event: SurfaceEvent,
  { union }: EventKinds,
  read: (field: Field) => CoreExpr,
): Binding {
  const { routes, operations } = event.surface;
  const field = (name: string): CoreExpr | undefined => {
    const found = event.record.fields().get(name);
    return found && read(found);
  };
  const [method, target, status] = [field('method'), field('target'), field('status')];
  const make = (variant: Variant): CoreExpr => {
    const operation = operations.get(variant.tag[0] ?? '');
    if (!operation || !method || !target) return noParameters();
    const headers = status ? undefined : field('headers');
    return routeParameters(binder, { routes, operation, union, variant, method, target, headers });
  };
  return { kind: 'value', core: noParameters(), byKind: { of: inputOf(event), make } };
}

/** Wraps `core` in those of `variables` that it reads, itself or through another. */
function closeOver(core: CoreExpr, variables: readonly Variable[]): CoreExpr {
  const ordered: Variable[] = [];
  const visit = (read: ReadonlySet<LocalId>): void => {
    for (const variable of variables) {
      if (!read.has(variable.id) || ordered.includes(variable)) continue;
      visit(localsIn(variable.value));
      ordered.push(variable);
    }
  };
  visit(localsIn(core));
  return ordered.reduceRight<CoreExpr>(
    (body, { id, value }) => ({ op: 'let', id, value, body, type: core.type }),
    core,
  );
}
