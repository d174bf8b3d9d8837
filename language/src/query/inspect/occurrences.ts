// A declaration that was bound → its names in order, each with what it stands for. Expressions were noted by the recorder;
// names outside of them are looked up as their construct says. What has no meaning is left out.

import type * as ast from '../../syntax/ast.ts';
import type { AnyNode } from '../../syntax/walk.ts';
import { forEachChild } from '../../syntax/walk.ts';
import { referenceParts } from '../../semantic/bind/settings.ts';
import { fileScope } from '../../semantic/bind/package-scope.ts';
import { findPackage } from '../../semantic/bind/load-packages.ts';
import { threatLists } from '../../semantic/bind/bind-threats.ts';
import type { Binding, Scope } from '../../semantic/scope.ts';
import type { Declared, FileUnit } from '../../semantic/symbols.ts';
import { dotted, importAlias, spanIn } from '../../semantic/symbols.ts';
import { declaredSymbols } from './declared-symbols.ts';
import {
  facetSymbol,
  packageSymbol,
  symbolAt,
  symbolOfBinding,
  symbolOfField,
  typeOfBinding,
} from './resolve-symbol.ts';
import type { Session } from './session.ts';
import { eventOf } from './bind-one.ts';
import type { Access, Occurrence, PolicySymbol } from './symbol.ts';
import { makeSymbol } from './symbol.ts';

/** The names of a declaration that was bound, in order. */
export function occurrencesIn(session: Session, declared: Declared): readonly Occurrence[] {
  const found: Occurrence[] = [];
  const reader: Reader = { session, unit: declared.unit, declared, found };
  for (const [start, symbol] of declaredSymbols(declared.unit)) {
    if (start < declared.decl.start || start >= declared.decl.end || symbol.kind === 'cluster') continue;
    note(reader, symbol.declared ?? declared.decl.name, typedSymbol(session, declared, symbol), 'declare');
  }
  readNode(reader, declared.decl, undefined);
  return inOrder(found);
}

/** A symbol where it is declared, with what binding its declaration made known. */
function typedSymbol(session: Session, { decl }: Declared, symbol: PolicySymbol): PolicySymbol {
  const binding = session.binder.bound.get(decl);
  if (binding === undefined) return symbol;
  if (symbol.declared?.start === decl.name.start) {
    const type = typeOfBinding(binding);
    return type === undefined ? { ...symbol, binding } : { ...symbol, binding, type };
  }
  if (binding.kind === 'fn') {
    const param = binding.params.find(({ name }) => name === symbol.name);
    return param && symbol.kind === 'parameter' ? { ...symbol, type: param.type } : symbol;
  }
  const record = binding.kind === 'type' && binding.type.kind === 'record' ? binding.type.record : undefined;
  const field = symbol.kind === 'field' ? record?.fields().get(symbol.name) : undefined;
  return record && field ? symbolOfField(session, { field, record }) : symbol;
}

/** The names of the lines ahead of all declarations: package and imports. */
export function headerOccurrences(session: Session, unit: FileUnit): readonly Occurrence[] {
  const found: Occurrence[] = [];
  const { tree } = unit;
  const reader = { session, unit, found };
  if (tree.package && unit.package !== '') {
    note(reader, tree.package, packageSymbol(session, unit.package), 'declare');
  }
  for (const decl of tree.imports) {
    const name = dotted(decl.path);
    if (findPackage(session.binder, name) === undefined) continue;
    const symbol = packageSymbol(session, name);
    note(reader, decl.path, symbol, 'read');
    if (decl.alias && decl.alias.text !== '') note(reader, decl.alias, symbol, 'read');
  }
  return inOrder(found);
}

function inOrder(found: readonly Occurrence[]): readonly Occurrence[] {
  const seen = new Set<number>();
  return found.filter(({ start }) => !seen.has(start) && seen.add(start)).toSorted((a, b) => a.start - b.start);
}

interface Sink {
  readonly session: Session;
  readonly unit: FileUnit;
  readonly found: Occurrence[];
}
interface Reader extends Sink {
  readonly declared: Declared;
}

function note({ found }: Sink, at: ast.Node, symbol: PolicySymbol | undefined, access: Access): void {
  if (symbol === undefined || at.end <= at.start) return;
  // A variable of a macro is declared by its first name.
  const isOwn = symbol.kind === 'variable' && symbol.declared?.start === at.start;
  found.push({ start: at.start, end: at.end, symbol, access: isOwn ? 'declare' : access });
}

/** Whether a node is a name: it has a text and no kind. */
function isName(node: AnyNode): node is ast.Name {
  return node.kind === undefined && 'text' in node && typeof node.text === 'string';
}

function isQualified(node: AnyNode): node is ast.QualifiedName {
  return node.kind === undefined && 'parts' in node && !('raw' in node);
}

function readNode(reader: Reader, node: AnyNode, parent: AnyNode | undefined): void {
  if (isName(node)) readName(reader, node, 'read');
  else if (isQualified(node)) readQualified(reader, node, parent);
  else if (node.kind === 'member')
    readMember(reader, node as ast.Expr & { kind: 'member' }); // by its kind
  else if (node.kind === 'call' && 'callee' in node)
    readCall(reader, node as ast.Expr & { kind: 'call' }); // by its kind
  else if (isEventRef(node)) readEvent(reader, node, parent);
  else if ('values' in node && 'block' in node)
    readSetting(reader, node as ast.Setting, parent); // only settings have both
  else {
    if (node.kind !== undefined) readConstruct(reader, node as ast.Decl); // what else has a kind is passed over
    forEachChild(node, (child) => readNode(reader, child, node));
  }
}

function isEventRef(node: AnyNode): node is ast.EventRef {
  return node.kind === undefined && 'surface' in node && 'event' in node;
}

/** A name that the recorder knows. */
function readName(reader: Reader, name: ast.Name, access: Access): void {
  const { session } = reader;
  const field = session.recorder.fields.get(name);
  if (field) return note(reader, name, symbolOfField(session, field), access);
  const binding = session.recorder.bindings.get(name);
  if (binding) noteBound(reader, name, binding);
}

/** A name with its binding; `baseline.HostPorts` as one name is an application and a rule of its pack. */
function noteBound(reader: Sink, name: ast.Name, binding: Binding): void {
  const { session, unit } = reader;
  const dot = name.text.lastIndexOf('.');
  const symbol = symbolOfBinding(session, name.text.slice(dot + 1), binding);
  if (dot < 0) return note(reader, name, symbol, 'read');
  if (name.end - name.start !== name.text.length) return;
  noteApplication(reader, { text: name.text.slice(0, dot), start: name.start, end: name.start + dot });
  note({ ...reader, unit }, { start: name.start + dot + 1, end: name.end }, symbol, 'read');
}

/** The name of an applied pack, ahead of one of its rules. */
function noteApplication(reader: Sink, name: ast.Name): void {
  const { session, unit } = reader;
  const symbols = session.binder.packages.get(unit.package);
  const found = symbols?.declared.find(({ decl }) => decl.kind === 'apply' && decl.name.text === name.text);
  if (found) note(reader, name, applicationSymbol(session, found), 'read');
}

function applicationSymbol(session: Session, { decl, unit }: Declared): PolicySymbol | undefined {
  const own = declaredSymbols(unit).get(decl.name.start);
  if (own || decl.kind !== 'apply') return own;
  return symbolOfPath(session, unit, decl.pack.parts, fileScope(session.binder, unit));
}

/** `a.b.c`: every part that means something. */
function readQualified(reader: Reader, name: ast.QualifiedName, parent: AnyNode | undefined): void {
  const { session, unit } = reader;
  const last = name.parts.at(-1);
  if (parent?.kind === 'is') {
    const binding = last && session.recorder.bindings.get(last);
    if (binding === undefined || last === undefined) return;
    const text = dotted(name);
    const type = binding.kind === 'type' ? { type: binding.type, doc: binding.doc ?? '' } : {};
    return note(reader, name, makeSymbol('kind', text, { key: `kind ${text}`, ...type }), 'read');
  }
  if (parent?.kind === 'crosswalk') return;
  if (parent?.kind === 'fires') return readRuleName(reader, { text: dotted(name), start: name.start, end: name.end });
  readPath(reader, name.parts, fileScope(session.binder, unit));
}

function readPath(reader: Reader, parts: readonly ast.Name[], scope: Scope): void {
  const { session } = reader;
  const last = parts.at(-1);
  let names: Scope | undefined = scope;
  for (const part of parts) {
    const noted = part === last ? session.recorder.bindings.get(part) : undefined;
    const binding: Binding | undefined = noted ?? names?.lookup(part.text);
    if (binding === undefined) return;
    note(reader, part, symbolOfBinding(session, part.text, binding), 'read');
    // What is noted of the last part may be of another kind than names are: an inventory.
    names = binding.kind === 'package' ? binding.members : undefined;
  }
}

function symbolOfPath(
  session: Session,
  unit: FileUnit,
  parts: readonly ast.Name[],
  scope: Scope,
): PolicySymbol | undefined {
  let names: Scope | undefined = scope;
  let symbol: PolicySymbol | undefined;
  for (const part of parts) {
    const binding: Binding | undefined = names?.lookup(part.text);
    symbol = binding && symbolOfBinding(session, part.text, binding);
    names = binding?.kind === 'package' ? binding.members : undefined;
  }
  return symbol;
}

function readMember(reader: Reader, node: ast.Expr & { readonly kind: 'member' }): void {
  const { session } = reader;
  readNode(reader, node.of, node);
  const { fields, bindings, types } = session.recorder;
  if (fields.has(node.name) || bindings.has(node.name)) return readName(reader, node.name, 'read');
  const rule = node.of.kind === 'name' ? bindings.get(node.of.name) : undefined;
  if (rule?.kind === 'rule') note(reader, node.name, facetSymbol(rule.name, node.name, types.get(node)), 'read');
}

/** A call: the name of a function of the language has no binding. */
function readCall(reader: Reader, node: ast.Expr & { readonly kind: 'call' }): void {
  const { session } = reader;
  const { callee } = node;
  const name = callee.kind === 'name' || callee.kind === 'member' ? callee.name : undefined;
  readNode(reader, callee, node);
  if (name && name.text !== '' && !session.recorder.bindings.has(name) && !session.recorder.fields.has(name)) {
    const type = session.recorder.types.get(node);
    note(reader, name, makeSymbol('function', name.text, type ? { type } : {}), 'read');
  }
  for (const arg of node.args) readNode(reader, arg, node);
}

/** `Chat.request`; in a pack `request` alone. */
function readEvent(reader: Reader, on: ast.EventRef, parent: AnyNode | undefined): void {
  const { session, unit, declared } = reader;
  const symbols = session.binder.packages.get(unit.package);
  if (symbols === undefined) return;
  const surface = symbols.values.get(on.surface.text);
  if (surface?.decl.kind === 'surface') {
    note(reader, on.surface, symbolAt(session, spanIn(surface.unit, surface.decl.name)), 'read');
  }
  const isInPack = declared.decl.kind === 'pack' && parent !== declared.decl;
  const event = isInPack ? session.packOf(declared)?.events.get(on.event.text) : eventOf(session, symbols, on);
  if (event) note(reader, on.event, symbolAt(session, spanIn(event.unit, event.decl.name)), 'read');
}

/** References among settings: providers of a surface, rules that an `apply` leaves out, gaps of a deployment. */
function readSetting(reader: Reader, setting: ast.Setting, parent: AnyNode | undefined): void {
  const { session, unit } = reader;
  const names = [setting.name, ...setting.values.flatMap((value) => namesOf(value))];
  for (const value of setting.values) {
    const items = value.kind === 'list' ? value.items : [value];
    for (const item of items) {
      const parts = referenceParts(item);
      if (parts.length > 0 && parent?.kind === 'surface') readPath(reader, parts, fileScope(session.binder, unit));
    }
  }
  if (parent?.kind === 'apply') for (const name of names) noteExcepted(reader, parent as ast.ApplyDecl, name); // by its kind
  if (parent?.kind === 'deploy' && setting.name.text === 'gap') {
    for (const name of names.slice(1)) noteRule(reader, name);
  }
  for (const inner of setting.block ?? []) readSetting(reader, inner, undefined);
}

function namesOf(value: ast.Expr): readonly ast.Name[] {
  if (value.kind === 'list') return value.items.flatMap(namesOf);
  return value.kind === 'name' ? [value.name] : [];
}

/** A rule of the package by its name. */
function noteRule(reader: Sink, name: ast.Name): void {
  const { session, unit } = reader;
  const rule = session.binder.packages.get(unit.package)?.rules.get(name.text);
  if (rule) note(reader, name, symbolAt(session, spanIn(rule.unit, rule.decl.name)), 'read');
}

/** A parameter, or a rule, of the pack that is applied. */
function noteExcepted(reader: Reader, apply: ast.ApplyDecl, name: ast.Name): void {
  const { session, unit } = reader;
  const pack = symbolOfPath(session, unit, apply.pack.parts, fileScope(session.binder, unit))?.declaration;
  if (pack?.decl.kind !== 'pack') return;
  const { params, rules } = pack.decl;
  const found = [...params, ...rules].find((each) => each.name.text === name.text);
  if (found) note(reader, name, symbolAt(session, spanIn(pack.unit, found.name)), 'read');
}

/** Names that belong to their construct. */
function readConstruct(reader: Reader, node: ast.Decl): void {
  const { session, unit } = reader;
  const symbols = session.binder.packages.get(unit.package);
  switch (node.kind) {
    case 'exempt':
      readRuleName(reader, node.name);
      break;
    case 'apply':
      noteSurface(reader, node.surface);
      break;
    case 'deploy':
      for (const route of node.routes) noteSurface(reader, route.surface);
      break;
    case 'provider':
      for (const { event } of node.mappings) {
        const declared = findPackage(session.binder, 'std.llm')?.declared;
        const found = declared?.find(({ decl }) => decl.kind === 'event' && decl.name.text === event.text);
        if (found) note(reader, event, symbolAt(session, spanIn(found.unit, found.decl.name)), 'read');
      }
      break;
    case 'crosswalk':
      for (const pair of node.pairs) {
        for (const [edition, name] of [
          [node.from, pair.from],
          [node.to, pair.to],
        ] as const) {
          const lists = symbols ? threatLists(symbols) : [];
          const list = lists.find((each) => dotted(each.edition) === dotted(edition));
          const entry = list?.entries.find(({ id }) => id.text === name.text);
          if (entry) note(reader, name, declaredSymbols(unit).get(entry.id.start), 'read');
        }
      }
      break;
    default:
  }
}

/** `NoPrivileged`, `baseline.HostPorts` */
function readRuleName(reader: Reader, name: ast.Name): void {
  const { session, unit } = reader;
  const symbols = session.binder.packages.get(unit.package);
  const own = symbols?.rules.get(name.text);
  if (own) return noteRule(reader, name);
  const [alias = '', inside] = name.text.split('.');
  if (inside === undefined || name.end - name.start !== name.text.length) return;
  const application = symbols?.declared.find(({ decl }) => decl.kind === 'apply' && decl.name.text === alias);
  if (application?.decl.kind !== 'apply') return;
  const start = name.start + alias.length + 1;
  noteApplication(reader, { text: alias, start: name.start, end: start - 1 });
  noteExcepted(reader, application.decl, { text: inside, start, end: name.end });
}

function noteSurface(reader: Reader, name: ast.Name): void {
  const { session, unit } = reader;
  const found = session.binder.packages.get(unit.package)?.values.get(name.text);
  if (found?.decl.kind === 'surface') {
    note(reader, name, symbolAt(session, spanIn(found.unit, found.decl.name)), 'read');
  }
}

/** The alias under which a file has a package. */
export function aliasOf(unit: FileUnit, packageName: string): string | undefined {
  const decl = unit.tree.imports.find(({ path }) => dotted(path) === packageName);
  return decl && importAlias(decl);
}
