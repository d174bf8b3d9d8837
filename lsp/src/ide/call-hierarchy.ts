// Who uses what: detections that defences name, patterns that detections look for, functions that conditions call. A call of the
// hierarchy is a name in a declaration.

import type { Declared, Inspector, PolicySymbol, Span, Workspace } from '@rdp/language';
import { inspect } from '@rdp/language';
import { allReferences } from './references.ts';
import type { Steps } from './steps.ts';
import type { At } from './symbol-at.ts';
import { nameAt } from './symbol-at.ts';

/** A declaration in the hierarchy. */
export interface HierarchyItem {
  readonly name: string;
  readonly kind: PolicySymbol['kind'];
  /** `detect on Chat.request` */
  readonly detail: string;
  readonly span: Span;
  readonly extent: Span;
}

/** One declaration that uses another, and where. */
export interface HierarchyCall {
  readonly item: HierarchyItem;
  readonly places: readonly Span[];
}

const kinds: ReadonlySet<PolicySymbol['kind']> = new Set([
  'rule',
  'fn',
  'pattern',
  'set',
  'data',
  'classifier',
  'pack',
  'surface',
  'test',
]);

/** What stands at a place, if it has a place in the hierarchy. */
export function hierarchyItemAt(at: At): HierarchyItem | undefined {
  const symbol = nameAt(at)?.name.symbol;
  return symbol && itemOf(symbol);
}

function itemOf(symbol: PolicySymbol): HierarchyItem | undefined {
  const { declared, extent, name, kind, declaration } = symbol;
  if (!kinds.has(kind) || declared === undefined) return undefined;
  const decl = declaration?.decl;
  const on = decl && 'on' in decl ? decl.on : undefined;
  const event = on ? [on.surface.text, on.event.text].filter((part) => part !== '').join('.') : '';
  const detail = on && decl ? `${decl.kind} on ${event}` : kind;
  return { name, kind, detail, span: declared, extent: extent ?? declared };
}

/** The declarations that use the one whose name stands at `span`. */
export function* callersOf(snapshot: Workspace, span: Span): Steps<readonly HierarchyCall[]> {
  const inspector = inspect(snapshot.project);
  const symbol = symbolAt(inspector, span);
  if (symbol === undefined) return [];
  const calls = new Map<Declared['decl'], { readonly item: HierarchyItem; readonly places: Span[] }>();
  for (const { unit, start, end, access } of yield* allReferences(inspector, symbol)) {
    const declared = access === 'declare' ? undefined : inspector.declarationAt(unit, start);
    const place = { file: unit.file, start, end };
    const known = declared && calls.get(declared.decl);
    if (known) known.places.push(place);
    const own = declared && !known ? callerItem(inspector, declared) : undefined;
    if (declared && own) calls.set(declared.decl, { item: own, places: [place] });
  }
  return [...calls.values()];
}

/** A declaration that uses something; an exemption is not called by its own name. */
function callerItem(inspector: Inspector, declared: Declared): HierarchyItem | undefined {
  const { decl, unit } = declared;
  const name = inspector.namesIn(declared).find(({ start }) => start === decl.name.start);
  const own = name?.access === 'declare' ? itemOf(name.symbol) : undefined;
  if (own || decl.name.text === '') return own;
  const { file } = unit;
  return {
    name: decl.name.text,
    kind: 'rule',
    detail: decl.kind,
    span: { file, start: decl.name.start, end: decl.name.end },
    extent: { file, start: decl.start, end: decl.end },
  };
}

/** What the declaration whose name stands at `span` uses. */
export function* calleesOf(snapshot: Workspace, span: Span): Steps<readonly HierarchyCall[]> {
  const inspector = inspect(snapshot.project);
  const unit = inspector.unit(span.file.path);
  const declared = unit && inspector.declarationAt(unit, span.start);
  if (declared === undefined) return [];
  yield;
  const calls = new Map<string, { readonly item: HierarchyItem; readonly places: Span[] }>();
  for (const { start, end, symbol, access } of inspector.namesIn(declared)) {
    const item = access === 'declare' || symbol.kind === 'surface' ? undefined : itemOf(symbol);
    if (item === undefined) continue;
    const place = { file: declared.unit.file, start, end };
    const known = calls.get(symbol.key);
    if (known) known.places.push(place);
    else calls.set(symbol.key, { item, places: [place] });
  }
  return [...calls.values()];
}

function symbolAt(inspector: Inspector, { file, start }: Span): PolicySymbol | undefined {
  const unit = inspector.unit(file.path);
  return unit && inspector.nameAt(unit, start)?.symbol;
}
