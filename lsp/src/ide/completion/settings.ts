// Settings of surfaces, providers, deployments and applied packs: names that may stand at the cursor, and words that may be their
// values.

import { dotted, vocabulary, type Scope, type SettingSchema, type ast } from '@rdp/language';
import { propose, type Completion } from './item.ts';
import { isMark, type Marked } from './marked.ts';
import { expressionNames } from './names.ts';
import { allRuleNames, settingNames, settingValues, surfaceNames, wordsOf } from './words.ts';

/** Names of settings that may stand in the place of the one that is written. */
export function settingItems(marked: Marked, setting: ast.Setting): readonly Completion[] {
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

/** Words that may be the value of a setting. */
export function settingValueItems(marked: Marked, setting: ast.Setting, expr: ast.Expr): readonly Completion[] {
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

/** Surfaces, and the enforcers that can carry one. */
export function routeItems(marked: Marked, route: ast.DeployRoute): readonly Completion[] {
  if (isMark(route.surface)) return surfaceRoutes(marked);
  const kind = marked.inspector.surface(marked.unit, route.surface.text)?.surface.kind;
  return [...vocabulary().enforcers].map(([name, kinds]) =>
    propose(name, 'value', {
      rank: kind === undefined || kinds.includes(kind) ? 'wanted' : 'far',
      detail: kinds.join(', '),
    }),
  );
}

/** The kind of surface that the applied pack is for. */
export function packKind({ inspector, unit }: Marked, decl: ast.ApplyDecl): string | undefined {
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
