// A place → what can be written there. The tree of the text with a name at the cursor says which construct asks; each asks the
// file that knows its names.

import { dotted, vocabulary, type AnyNode, type Scope, type SettingSchema, type Type, type ast } from '@rdp/language';
import type { At } from '../symbol-at.ts';
import { clauseKeywords, declarationKeywords, joiningWords, packKeywords, testKeywords } from './keywords.ts';
import { propose, type Completion, type Completions } from './item.ts';
import { around, isMark, isNamed, markPlace, type Marked } from './marked.ts';
import { kindsOf, membersOf } from './members.ts';
import { expressionNames } from './names.ts';
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
  ruleNames,
  settingNames,
  settingValues,
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

/** Rules, outcomes and `not` of a test. */
function expectations(marked: Marked): readonly Completion[] {
  const outcomes = vocabulary().outcomes.map((outcome) =>
    propose(outcome, 'keyword', {
      rank: 'near',
      ...(outcome === 'blocked' ? { snippet: 'blocked by $0' } : {}),
    }),
  );
  return [
    ...rulesOfTest(marked, (rule) => rule.kind !== 'defend'),
    // That it does not act is what a test may say of one that defends, too.
    ...rulesOfTest(marked, (rule) => rule.kind === 'defend').map((item): Completion => ({ ...item, rank: 'declared' })),
    ...outcomes,
    propose('redacted', 'snippet', { rank: 'near', snippet: 'redacted ${1:prompts[0].text} == "$0"' }),
    propose('not', 'keyword', { rank: 'near', snippet: 'not $0' }),
  ];
}

/** Behind `baseline.` the names that go on with it. */
function behindDot({ before }: Marked, items: readonly Completion[]): readonly Completion[] {
  const [, prefix = ''] = /(\w+\.)$/.exec(before) ?? [];
  if (prefix === '') return items;
  return items
    .filter(({ label }) => label.startsWith(prefix))
    .map((item) => {
      const label = item.label.slice(prefix.length);
      return { ...item, label, insert: { kind: 'text', text: label } };
    });
}

function rulesOfTest(marked: Marked, keep: (rule: ast.RuleDecl) => boolean): readonly Completion[] {
  const decl = marked.declared?.decl;
  return decl?.kind === 'test' ? ruleNames(marked, decl.on, keep) : [];
}

/** Detections of the rule's event that find texts. */
function foundTexts(marked: Marked): readonly Completion[] {
  const decl = marked.declared?.decl;
  if (decl?.kind !== 'defend') return [];
  const finds = (rule: ast.RuleDecl): boolean => rule.clauses.some(({ kind }) => kind === 'find');
  return ruleNames(marked, decl.on, (rule) => rule.kind === 'detect' && finds(rule));
}

function redactions(): readonly Completion[] {
  const forms = [
    ['mask', 'mask("${1:*}")', 'Every character becomes this one.'],
    ['last', 'last(${1:4})', 'Only the last characters stay.'],
    ['hash', 'hash', "A digest under the enforcer's key."],
  ] as const;
  return forms.map(([label, snippet, doc]) =>
    propose(label, 'function', { rank: 'wanted', snippet, document: () => doc }),
  );
}

/** Windows of limits that are mostly meant. */
const windows = ['1s', '1m', '1h', '1d'];

/** What the text that takes the place of a match may hold. */
function redactionHoles(): readonly Completion[] {
  return [
    propose('kind', 'variable', { rank: 'wanted', document: () => 'What kind of match it is: `us_ssn`.' }),
    propose('hash', 'variable', { rank: 'wanted', document: () => "A digest of the match under the enforcer's key." }),
  ];
}

function packKind({ inspector, unit }: Marked, decl: ast.ApplyDecl): string | undefined {
  const scope = inspector.scopeOf(unit);
  const parts = decl.pack.parts.map(({ text }) => text);
  let names: Scope = scope;
  let home = unit.package;
  for (const part of parts.slice(0, -1)) {
    const binding = names.lookup(part);
    if (binding?.kind !== 'package') return undefined;
    home = binding.name;
    names = binding.members;
  }
  const pack = inspector.package(home)?.values.get(parts.at(-1) ?? '')?.decl;
  return pack?.kind === 'pack' ? pack.surfaceKind.text : undefined;
}

function nameItems(
  marked: Marked,
  expr: ast.Expr & { readonly kind: 'name' },
  parent: AnyNode | undefined,
): readonly Completion[] {
  const setting = marked.path.findLast((node) => 'values' in node && 'block' in node) as ast.Setting | undefined; // only settings have both
  if (setting) return settingValueItems(marked, setting, expr);
  if (marked.path.some(({ kind }) => kind === 'template')) return redactionHoles();
  if (parent?.kind === 'limit' && 'per' in parent && parent.per === expr) return wordsOf(windows, 'unit');
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
function mappedRecord({ inspector, declared, offset }: Marked) {
  const decl = declared?.decl;
  if (decl?.kind !== 'provider') return undefined;
  const mapping = decl.mappings.findLast(({ event }) => event.start < offset);
  return mapping && inspector.recorder.records.get(mapping.event);
}

function settingItems(marked: Marked, setting: ast.Setting): readonly Completion[] {
  const decl = marked.declared?.decl;
  const outer = marked.path.findLast((node) => node !== setting && 'values' in node && 'block' in node);
  const siblings = siblingsOf(marked, setting);
  const check = siblings && marked.inspector.recorder.settings.get(siblings);
  const known = check && siblings ? settingNames(siblings, check.schema) : [];
  const inRoute = marked.path.some((node) => 'via' in node);
  if (outer === undefined && decl?.kind === 'deploy' && !inRoute)
    return [...known, ...deployParts(), ...surfaceRoutes(marked)];
  if (outer && isClusters(outer as ast.Setting)) return clusterKinds(); // only settings have both
  if (decl?.kind === 'apply') return applySettings(marked, decl);
  return known;
}

function isClusters({ name }: ast.Setting): boolean {
  return name.text === 'clusters';
}

function clusterKinds(): readonly Completion[] {
  return vocabulary().clusters.map((kind) =>
    propose(kind, 'snippet', { rank: 'wanted', detail: 'cluster', snippet: `${kind} "\${1:name}" { $0 }` }),
  );
}

function deployParts(): readonly Completion[] {
  return [
    propose('clusters', 'snippet', { rank: 'wanted', snippet: 'clusters {\n  $0\n}' }),
    propose('gap', 'snippet', { rank: 'near', snippet: 'gap ${1:Rule} "${2:why that is accepted}"' }),
  ];
}

function surfaceRoutes(marked: Marked): readonly Completion[] {
  const decl = marked.declared?.decl;
  const routed = new Set(decl?.kind === 'deploy' ? decl.routes.map(({ surface }) => surface.text) : []);
  return surfaceNames(marked)
    .filter(({ label }) => !routed.has(label))
    .map((item) => ({ ...item, insert: { kind: 'snippet', text: `${item.label} via $0` } }));
}

/** Parameters of the pack, `mode` and `except`. */
function applySettings({ inspector, unit }: Marked, decl: ast.ApplyDecl): readonly Completion[] {
  const name = inspector.namesIn({ decl, unit }).findLast(({ symbol }) => symbol.kind === 'pack');
  const pack = name?.symbol.declaration?.decl;
  const present = new Set(decl.settings.map((setting) => setting.name.text));
  const params = pack?.kind === 'pack' ? pack.params : [];
  const own = params.map((param) =>
    propose(param.name.text, 'property', {
      rank: param.default ? 'near' : 'wanted',
      detail: 'parameter',
      snippet: `${param.name.text} $0`,
      document: () => param.doc,
    }),
  );
  const rules = pack?.kind === 'pack' ? pack.rules.map((rule) => rule.name.text) : [];
  const fixed = [
    propose('mode', 'property', { rank: 'near', snippet: 'mode ${1|observe,warn,enforce|}' }),
    propose('except', 'property', { rank: 'near', snippet: `except \${1|${rules.join(',')}|}` }),
  ];
  return [...own, ...fixed].filter(({ label }) => !present.has(label));
}

/** The settings among which one stands. */
function siblingsOf({ path, declared }: Marked, setting: ast.Setting): readonly ast.Setting[] | undefined {
  for (const node of [...path].toReversed()) {
    if (node === setting) continue;
    if ('settings' in node && Array.isArray(node.settings)) return node.settings as readonly ast.Setting[]; // the property holds settings alone
    if ('block' in node && Array.isArray(node.block)) return node.block as readonly ast.Setting[]; // the property holds settings alone
  }
  const decl = declared?.decl;
  return decl && 'settings' in decl ? decl.settings : undefined;
}

function settingValueItems(marked: Marked, setting: ast.Setting, expr: ast.Expr): readonly Completion[] {
  const decl = marked.declared?.decl;
  if (decl?.kind === 'apply') return applyValues(marked, decl, setting);
  if (decl?.kind === 'deploy' && setting.name.text === 'gap') return allRuleNames(marked);
  const siblings = siblingsOf(marked, setting);
  const schema: SettingSchema = (siblings && marked.inspector.recorder.settings.get(siblings)?.schema) ?? {};
  const shape = schema[setting.name.text];
  const index = setting.values.findIndex(
    (value) => value === expr || (value.kind === 'list' && value.items.includes(expr)),
  );
  return shape ? settingValues(marked, shape, Math.max(index, 0)) : [];
}

function applyValues(marked: Marked, decl: ast.ApplyDecl, setting: ast.Setting): readonly Completion[] {
  if (setting.name.text === 'mode') return wordsOf(vocabulary().modes);
  const { inspector, unit } = marked;
  if (setting.name.text !== 'except') return expressionNames(marked, inspector.scopeOf(unit), undefined);
  const name = inspector.namesIn({ decl, unit }).findLast(({ symbol }) => symbol.kind === 'pack');
  const pack = name?.symbol.declaration?.decl;
  if (pack?.kind !== 'pack') return [];
  return pack.rules.map((rule) =>
    propose(rule.name.text, 'rule', { rank: 'wanted', detail: dotted(decl.pack), document: () => rule.doc }),
  );
}

function routeItems(marked: Marked, route: ast.DeployRoute): readonly Completion[] {
  if (isMark(route.surface)) return surfaceRoutes(marked);
  const kind = marked.inspector.surface(marked.unit, route.surface.text)?.surface.kind;
  return [...vocabulary().enforcers].map(([name, kinds]) =>
    propose(name, 'value', {
      rank: kind === undefined || kinds.includes(kind) ? 'wanted' : 'far',
      detail: kinds.join(', '),
    }),
  );
}
