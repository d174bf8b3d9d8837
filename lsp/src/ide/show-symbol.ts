// A symbol → how its declaration reads, and what is to be said of it, in Markdown. Hover and completion show the same.

import { dotted, printType, vocabulary, type Inspector, type PolicySymbol, type Type, type ast } from '@rdp/language';
import { functionDoc } from './function-docs.ts';
import { patternFacts } from './pattern-facts.ts';

/** What is shown of a symbol. */
export interface ShownSymbol {
  /** One line or several, as a policy would write it. */
  readonly signature: string;
  /** Paragraphs, in Markdown. */
  readonly details: readonly string[];
}

/** What there is to show of a symbol. */
export function showSymbol(inspector: Inspector, symbol: PolicySymbol): ShownSymbol {
  const doc = symbol.doc === '' ? [] : [symbol.doc];
  const shown = (signature: string, ...more: readonly string[]): ShownSymbol => ({
    signature,
    details: [...doc, ...more],
  });
  const decl = symbol.declaration?.decl;
  switch (symbol.kind) {
    case 'package':
      return shown(`package ${symbol.name}`, ...packageFacts(inspector, symbol));
    case 'function':
      return functionShown(symbol);
    case 'kind':
      return shown(`kind ${symbol.name}`, ...fieldList(symbol.type));
    case 'threat':
      return threatShown(inspector, symbol);
    case 'field':
      return fieldShown(symbol, doc);
    case 'variable':
    case 'parameter':
      return shown(typed(symbol.name, symbol.type));
    case 'pattern':
      return shown(`pattern ${symbol.name}`, ...patternFacts(symbol));
    case 'rule':
      return decl && 'on' in decl && decl.kind !== 'test'
        ? shown(ruleHead(decl), ...ruleFacts(decl))
        : shown(symbol.name);
    case 'fn':
      return shown(fnSignature(symbol));
    case 'set':
      return shown(typed(`set ${symbol.name}`, symbol.type), ...setItems(symbol));
    case 'data':
      return decl?.kind === 'data'
        ? shown(`data ${symbol.name}: ${textOf(symbol, decl.type)} from ${decl.path.raw}`)
        : shown(typed(`data ${symbol.name}`, symbol.type));
    case 'surface':
      return decl?.kind === 'surface' ? shown(`surface ${symbol.name}: ${decl.surfaceKind.text}`) : shown(symbol.name);
    case 'event':
      return decl?.kind === 'event'
        ? shown(`event ${symbol.name} on ${decl.surfaceKind.text}`, eventFields(symbol, decl))
        : shown(symbol.name);
    case 'type':
      return shown(`type ${symbol.name}`, ...fieldList(symbol.type));
    case 'inventory':
      return decl?.kind === 'inventory'
        ? shown(`inventory ${symbol.name}`, code(decl.fields.map((field) => textOf(symbol, field)).join('\n')))
        : shown(symbol.name);
    case 'provider':
      return decl?.kind === 'provider' ? shown(`provider ${symbol.name}`, ...hostsOf(decl)) : shown(symbol.name);
    case 'pack':
      return decl?.kind === 'pack' ? shown(packHead(symbol, decl), ...packRules(decl)) : shown(symbol.name);
    case 'application':
      return decl?.kind === 'apply'
        ? shown(`apply ${dotted(decl.pack)} to ${decl.surface.text} as ${symbol.name}`)
        : shown(symbol.name);
    case 'classifier':
    case 'cluster':
    case 'deploy':
    case 'test':
    case 'threats':
      return shown(`${symbol.kind} ${symbol.name}`);
  }
}

/** The Markdown of what is shown. */
export function markdownOf({ signature, details }: ShownSymbol): string {
  return [code(signature), ...details].join('\n\n');
}

/** A block of policy text. */
export function code(text: string): string {
  return `\`\`\`rdp\n${text}\n\`\`\``;
}

function typed(name: string, type: Type | undefined): string {
  return type === undefined || type.kind === 'unknown' ? name : `${name}: ${printType(type)}`;
}

/** The text of a node of the symbol's declaration. */
function textOf({ declaration }: PolicySymbol, { start, end }: ast.Node): string {
  return declaration?.unit.file.text.slice(start, end) ?? '';
}

function packageFacts(inspector: Inspector, { name }: PolicySymbol): readonly string[] {
  const names = [...(inspector.package(name)?.values.values() ?? [])].map(({ decl }) => `\`${decl.name.text}\``);
  if (names.length === 0) return [];
  const shown = names.slice(0, 12).join(', ');
  return [names.length > 12 ? `${shown} and ${names.length - 12} more` : shown];
}

function functionShown({ name, type }: PolicySymbol): ShownSymbol {
  const words = vocabulary();
  const usage = words.macros.get(name) ?? words.optionalMethods.get(name);
  const forms = words.functions
    .filter((form) => form.name === name || form.name.endsWith(`.${name}`))
    .map(({ name: full, receiver, params, result }) => {
      const head = receiver === undefined ? full : `${receiver}.${full}`;
      return `${head}(${params.join(', ')}) -> ${result}`;
    });
  const signature = forms.length > 0 ? [...new Set(forms)].join('\n') : typed(`${name}(…)`, type);
  const details = [functionDoc(name) ?? '', usage === undefined ? '' : `Written ${usage}.`];
  return { signature, details: details.filter((text) => text !== '') };
}

function threatShown(inspector: Inspector, symbol: PolicySymbol): ShownSymbol {
  const edition = symbol.container.split('.').slice(2).join('.');
  const elsewhere = inspector.elsewhereOf(symbol);
  const moved = elsewhere.length > 0 ? [`In other editions: ${elsewhere.map((id) => `\`${id}\``).join(', ')}.`] : [];
  const covered = inspector.references(symbol).length;
  const rules = `Covered by ${covered === 1 ? '1 rule' : `${covered} rules`} of this project.`;
  return { signature: `threat ${edition}.${symbol.name}`, details: [`**${symbol.doc}**`, ...moved, rules] };
}

function fieldShown(symbol: PolicySymbol, doc: readonly string[]): ShownSymbol {
  const { field } = symbol;
  const owner = symbol.container === '' ? '' : `${symbol.container}.`;
  const facts: string[] = [];
  if (field) {
    const { presence, wire, name } = field.field;
    if (presence === 'default') facts.push('It has a default where a document leaves it out.');
    if (wire !== name) facts.push(`In documents it is called \`${wire}\`.`);
  }
  return { signature: typed(`${owner}${symbol.name}`, symbol.type), details: [...doc, ...facts] };
}

function ruleHead(decl: ast.RuleDecl): string {
  const { surface, event } = decl.on;
  const on = surface.text === '' ? event.text : `${surface.text}.${event.text}`;
  return `${decl.kind} ${decl.name.text} on ${on}`;
}

function ruleFacts({ clauses }: ast.RuleDecl): readonly string[] {
  const facts: string[] = [];
  for (const clause of clauses) {
    if (clause.kind === 'severity') facts.push(`severity \`${clause.level.text}\``);
    if (clause.kind === 'mode') facts.push(`mode \`${clause.mode.text}\``);
    if (clause.kind === 'covers') facts.push(`covers ${clause.threats.map((id) => `\`${dotted(id)}\``).join(', ')}`);
    if (clause.kind === 'action') facts.push(`action \`${clause.action.kind}\``);
  }
  return facts.length === 0 ? [] : [facts.join(' · ')];
}

/** `fn name(a: T) -> R` */
export function fnSignature(symbol: PolicySymbol): string {
  const { binding } = symbol;
  const decl = symbol.declaration?.decl;
  if (binding?.kind === 'fn') {
    const params = binding.params.map(({ name, type }) => `${name}: ${printType(type)}`).join(', ');
    return `fn ${symbol.name}(${params})${binding.result ? ` -> ${printType(binding.result)}` : ''}`;
  }
  if (decl?.kind !== 'fn') return `fn ${symbol.name}`;
  const params = decl.params.map((param) => `${param.name.text}: ${textOf(symbol, param.type)}`).join(', ');
  return `fn ${symbol.name}(${params})${decl.result ? ` -> ${textOf(symbol, decl.result)}` : ''}`;
}

function setItems(symbol: PolicySymbol): readonly string[] {
  const decl = symbol.declaration?.decl;
  if (decl?.kind !== 'set' || decl.value.kind !== 'list') return [];
  const items = decl.value.items.slice(0, 8).map((item) => `\`${textOf(symbol, item)}\``);
  const more = decl.value.items.length - items.length;
  return [`${items.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}

function fieldList(type: Type | undefined): readonly string[] {
  if (type?.kind !== 'record') return [];
  const fields = [...type.record.fields().values()];
  const lines = fields.slice(0, 12).map((field) => {
    const mark = field.presence === 'optional' ? '?' : '';
    return `${field.name}: ${printType(field.type)}${mark}`;
  });
  if (lines.length === 0) return [];
  return [code([...lines, ...(fields.length > 12 ? [`// and ${fields.length - 12} more`] : [])].join('\n'))];
}

function eventFields(symbol: PolicySymbol, decl: ast.EventDecl): string {
  const fields = [...decl.fields, ...decl.derived];
  return code(fields.map((field) => `${field.name.text}: ${textOf(symbol, field.type)}`).join('\n'));
}

function hostsOf({ settings }: ast.ProviderDecl): readonly string[] {
  const [list] = settings.find(({ name }) => name.text === 'hosts')?.values ?? [];
  if (list?.kind !== 'list') return [];
  const hosts = list.items.flatMap((item) => (item.kind === 'string' ? [`\`${item.value}\``] : []));
  return hosts.length === 0 ? [] : [`Answers at ${hosts.join(', ')}.`];
}

function packHead(symbol: PolicySymbol, decl: ast.PackDecl): string {
  const params = decl.params.map((param) => textOf(symbol, param)).join(', ');
  return `pack ${symbol.name}${params === '' ? '' : `(${params})`} on ${decl.surfaceKind.text}`;
}

function packRules({ rules }: ast.PackDecl): readonly string[] {
  return rules.length === 0 ? [] : [`Rules: ${rules.map(({ name }) => `\`${name.text}\``).join(', ')}.`];
}
