// A place → what can be written there. The tree of the text with a name at the cursor says which construct asks; each asks the
// file that knows its names.

import { vocabulary, type AnyNode, type RecordType, type Scope, type Type, type ast } from '@rdp/language';
import type { At } from '../symbol-at.ts';
import { clauseKeywords, declarationKeywords, joiningWords, packKeywords, testKeywords } from './keywords.ts';
import { propose, type Completion, type Completions } from './item.ts';
import { around, isMark, isNamed, markPlace, type Marked } from './marked.ts';
import { kindsOf, membersOf } from './members.ts';
import { expressionNames } from './names.ts';
import { behindDot, expectations, foundTexts, limitWindows, redactionHoles, redactions, rulesOfTest } from './rules.ts';
import { packKind, routeItems, settingItems, settingValueItems } from './settings.ts';
import { textValues } from './text-values.ts';
import {
  allRuleNames,
  eventNames,
  importablePackages,
  inventoryNames,
  isQualified,
  literalFields,
  providerNames,
  qualifiedNames,
  surfaceNames,
  typeNames,
  wordsOf,
} from './words.ts';

const boolType: Type = { kind: 'bool' };

/** What can be written at a place; undefined in comments, and where nothing is known. */
export function completionsAt(at: At): Completions | undefined {
  const texts = textValues(at);
  if (texts) return texts;
  const marked = markPlace(at);
  if (marked === undefined) return undefined;
  const items = isNamed(marked) ? namedItems(marked) : keywordItems(marked);
  return items.length === 0 ? undefined : { replace: marked.word, items };
}

/** The parser took the marker for no name: a word of the language may stand here. */
function keywordItems(marked: Marked): readonly Completion[] {
  const node = marked.path.findLast((each) => each.kind !== undefined);
  const joined = joiningWords(marked.before);
  switch (node?.kind) {
    case 'file': {
      const startsLine = /(?:^|\n)[ \t]*$/.test(marked.before);
      return startsLine ? declarationKeywords(node as ast.File) : joined; // by its kind
    }
    case 'discover':
    case 'detect':
    case 'defend':
    case 'exempt': {
      const decl = node as ast.RuleDecl | ast.ExemptDecl; // by its kind
      const isInBody = marked.word.file.text.slice(decl.start, marked.word.start).includes('{');
      return isInBody ? [...joined, ...clauseKeywords(decl, surfaceKindOf(marked))] : joined;
    }
    case 'test':
      return [...joined, ...testKeywords(node as ast.TestDecl)]; // by its kind
    case 'pack':
      return packKeywords();
    default:
      return joined;
  }
}

function surfaceKindOf({ inspector, unit, declared }: Marked): string | undefined {
  const decl = declared?.decl;
  if (decl?.kind === 'pack') return decl.surfaceKind.text;
  return decl && 'on' in decl ? inspector.surface(unit, decl.on.surface.text)?.surface.kind : undefined;
}

/** The marker is a name of the construct around it. */
function namedItems(marked: Marked): readonly Completion[] {
  const node = around(marked);
  if (node === undefined) return [];
  if (isQualified(node)) return qualifiedItems(marked, node, around(marked, 1));
  switch (node.kind) {
    case 'name':
      return nameItems(marked, node as ast.Expr & { kind: 'name' }, around(marked, 1)); // by its kind
    case 'member':
      return memberItems(marked, node as ast.Expr & { kind: 'member' }, around(marked, 1)); // by its kind
    case 'quantity':
      return wordsOf(vocabulary().units, 'unit');
    case 'severity':
      return wordsOf(vocabulary().severities);
    case 'mode':
      return wordsOf(vocabulary().modes);
    case 'surface':
    case 'pack':
    case 'event':
      return wordsOf(vocabulary().surfaceKinds);
    case 'exempt':
      return behindDot(marked, allRuleNames(marked));
    case 'redact':
    case 'strip':
      return foundTexts(marked);
    case 'call':
      return redactions();
    case 'outcome':
      return behindDot(
        marked,
        rulesOfTest(marked, (rule) => rule.kind === 'defend'),
      );
    case 'apply':
      return surfaceNames(marked, packKind(marked, node as ast.ApplyDecl)); // by its kind
    case 'use':
      return wordsOf(['crd'], 'keyword');
    default:
      return plainItems(marked, node, around(marked, 1));
  }
}

/** Constructs without a kind: event references, fields of literals, settings, routes of a deployment. */
function plainItems(marked: Marked, node: AnyNode, parent: AnyNode | undefined): readonly Completion[] {
  if ('surface' in node && 'event' in node) {
    const pack = marked.declared?.decl.kind === 'pack' ? marked.declared.decl : undefined;
    return eventNames(marked, node as ast.EventRef, pack); // only references to events have both
  }
  if ('via' in node && 'surface' in node) return routeItems(marked, node as ast.DeployRoute); // only routes have both
  if ('values' in node && 'block' in node) return settingItems(marked, node as ast.Setting); // only settings have both
  if ('value' in node && parent) return fieldItems(marked, parent);
  return [];
}

function qualifiedItems(marked: Marked, name: ast.QualifiedName, parent: AnyNode | undefined): readonly Completion[] {
  switch (parent?.kind) {
    case 'import':
      return importablePackages(marked);
    case 'find':
      return qualifiedNames(marked, name, { kinds: new Set(['pattern']), detail: 'pattern' });
    case 'pattern':
    case 'union':
      return [
        ...qualifiedNames(marked, name, { kinds: new Set(['pattern']), detail: 'pattern' }),
        ...patternBodies(name),
      ];
    case 'covers':
      return qualifiedNames(marked, name, { kinds: new Set(['threats']), detail: 'threats' });
    case 'record':
      return inventoryNames(marked, name);
    case 'named':
    case 'construct':
      return typeNames(marked, name);
    case 'apply':
      return qualifiedNames(marked, name, { kinds: new Set(['pack']), detail: 'pack' });
    case 'is':
      return kindsAsked(marked, parent as ast.Expr & { kind: 'is' }); // by its kind
    case 'file':
      return surfaceKindOf(marked) === 'k8s' ? wordsOf(['CREATE', 'UPDATE', 'DELETE']) : providersIn(marked, name);
    case 'fires':
      return behindDot(marked, expectations(marked));
    default:
      return [];
  }
}

function patternBodies({ parts }: ast.QualifiedName): readonly Completion[] {
  if (parts.length > 1) return [];
  return [
    propose('re', 'snippet', { rank: 'wanted', detail: 're"…"', snippet: 're"$0"' }),
    propose('words', 'snippet', { rank: 'wanted', detail: 'words ["…"]', snippet: 'words ["$0"]' }),
  ];
}

/** What `is` may ask: of the event where its name tells the kind of that (`route`). */
function kindsAsked({ inspector }: Marked, { of }: ast.Expr & { kind: 'is' }): readonly Completion[] {
  const binding = of.kind === 'name' ? inspector.recorder.bindings.get(of.name) : undefined;
  const told = binding?.kind === 'value' ? binding.kindOf?.type : undefined;
  const declared = binding?.kind === 'value' ? binding.core.type : undefined;
  const type = told ?? wideType(declared) ?? inspector.recorder.types.get(of);
  return kindsOf(type);
}

function wideType(type: Type | undefined): Type | undefined {
  const inner = type?.kind === 'optional' ? type.of : type;
  return inner?.kind === 'union' ? inner : undefined;
}

function providersIn(marked: Marked, { parts }: ast.QualifiedName): readonly Completion[] {
  const items = providerNames(marked);
  if (isMark(parts[0])) return items;
  return items.map((item) => ({
    ...item,
    label: item.label.slice(3),
    insert: { kind: 'text', text: item.label.slice(3) },
  }));
}

function nameItems(
  marked: Marked,
  expr: ast.Expr & { readonly kind: 'name' },
  parent: AnyNode | undefined,
): readonly Completion[] {
  const setting = marked.path.findLast((node) => 'values' in node && 'block' in node) as ast.Setting | undefined; // only settings have both
  if (setting) return settingValueItems(marked, setting, expr);
  if (marked.path.some(({ kind }) => kind === 'template')) return redactionHoles();
  if (parent?.kind === 'limit' && 'per' in parent && parent.per === expr) return wordsOf(limitWindows, 'unit');
  const { recorder } = marked.inspector;
  const place = recorder.places.get(expr);
  const scope = place?.scope ?? fallbackScope(marked);
  const names = expressionNames(marked, scope, wantedAt(marked, expr, parent) ?? place?.expected);
  return isPatternArgument(expr, parent) ? patternsFirst(names) : names;
}

/** Whether `expr` is what `matches` or `contains_any` looks for. */
function isPatternArgument(expr: ast.Expr, parent: AnyNode | undefined): boolean {
  if (parent?.kind !== 'call' || !('callee' in parent)) return false;
  const { callee, args } = parent as ast.Expr & { kind: 'call' }; // by its kind
  return callee.kind === 'member' && /^(?:matches|contains_any|score)$/.test(callee.name.text) && args[0] === expr;
}

function patternsFirst(names: readonly Completion[]): readonly Completion[] {
  const wanted = names.map((item): Completion => {
    const isPattern = item.detail === 'pattern' || item.detail === 'classifier';
    return isPattern ? { ...item, rank: 'wanted' } : item.rank === 'wanted' ? { ...item, rank: 'near' } : item;
  });
  return [...wanted, propose('re', 'snippet', { rank: 'wanted', detail: 're"…"', snippet: 're"$0"' })];
}

/** The names of the event, where the expression was not reached; of the file otherwise. */
function fallbackScope({ inspector, unit, declared }: Marked): Scope {
  const decl = declared?.decl;
  const event = decl && 'on' in decl ? inspector.eventScope(unit, decl.on) : undefined;
  return event ?? inspector.scopeOf(unit);
}

/** The type that an operand beside this one, or the place of it, asks for. */
function wantedAt({ inspector }: Marked, expr: ast.Expr, parent: AnyNode | undefined): Type | undefined {
  if (parent?.kind === 'when' || parent?.kind === 'score') return boolType;
  if (parent?.kind !== 'binary') return undefined;
  const { left, right, operator } = parent as ast.Expr & { kind: 'binary' }; // by its kind
  const { types } = inspector.recorder;
  switch (operator) {
    case '&&':
    case '||':
      return boolType;
    case 'in':
    case 'not in': {
      const of = types.get(left);
      return right === expr && of ? { kind: 'set', of } : undefined;
    }
    default:
      return types.get(right === expr ? left : right);
  }
}

function memberItems(
  marked: Marked,
  expr: ast.Expr & { readonly kind: 'member' },
  parent: AnyNode | undefined,
): readonly Completion[] {
  const setting = marked.path.findLast((node) => 'values' in node && 'block' in node);
  if (setting && expr.of.kind === 'name') return providersIn(marked, { parts: [expr.of.name, expr.name], ...expr });
  return membersOf(
    marked,
    expr,
    wantedAt(marked, expr, parent) ?? marked.inspector.recorder.places.get(expr)?.expected,
  );
}

/** Fields of the record whose literal is written. */
function fieldItems(marked: Marked, parent: AnyNode): readonly Completion[] {
  const { recorder } = marked.inspector;
  const record = recorder.records.get(parent) ?? mappedRecord(marked);
  if (record === undefined) return [];
  const fields: unknown = 'fields' in parent ? parent.fields : [];
  const given = Array.isArray(fields) ? (fields as readonly { readonly name: ast.Name }[]) : []; // fields of literals have names
  return literalFields(
    marked,
    record,
    given.filter(({ name }) => !isMark(name)),
  );
}

/** The event that a provider's mapping around the cursor gives. */
function mappedRecord({ inspector, declared, offset }: Marked): RecordType | undefined {
  const decl = declared?.decl;
  if (decl?.kind !== 'provider') return undefined;
  const mapping = decl.mappings.findLast(({ event }) => event.start < offset);
  return mapping && inspector.recorder.records.get(mapping.event);
}
