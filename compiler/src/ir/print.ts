// From the intermediate representation to text for people: what is read, in which order rules are evaluated, what rules
// them out. Deterministic; nothing parses it.

import { coreChildren } from '@rdp/language';
import type { CoreExpr, CoreRule, Field } from '@rdp/language';
import { printType } from '@rdp/language';
import type { Ir, IrEntrypoint, RecordLayout } from './ir.ts';
import type { Path, Settled } from './settled.ts';

/** `ir` as text. */
export function printIr(ir: Ir): string {
  const patterns = ir.patterns.map(
    ({ name, body }) => `pattern ${name} = ${body.kind === 'regex' ? `re"${body.regex}"` : JSON.stringify(body.words)}`,
  );
  return [`package ${ir.package}`, ...patterns, ...ir.entrypoints.map(printEntrypoint), ''].join('\n');
}

function printEntrypoint(entrypoint: IrEntrypoint): string {
  const names = (rules: readonly number[]): string => rules.map((rule) => entrypoint.rules[rule]?.name).join(', ');
  const lines = [
    '',
    `entrypoint ${entrypoint.name}`,
    ...(entrypoint.at.length > 0 ? [`  at ${entrypoint.at.join('.')}`] : []),
    ...entrypoint.aliases.map((alias) => `  also ${alias}`),
    ...entrypoint.records.map(printLayout),
    ...entrypoint.unions.map(({ id, union, base, variants }) => {
      const kinds = variants.map(({ variant, layout }) => `${variant.name}: #${layout.id}`);
      return `  union @${id} ${union.name} { base: #${base.id}${kinds.map((kind) => `, ${kind}`).join('')} }`;
    }),
    ...(entrypoint.prepare ? [`  prepare ${printExpr(entrypoint.prepare)}`] : []),
    `  order ${names(entrypoint.order)}`,
    `  always ${names(entrypoint.index.always)}`,
  ];
  for (const test of entrypoint.index.tests) {
    lines.push(`  by ${printExpr(test.key)}`);
    for (const [value, rules] of test.equal) lines.push(`    == ${JSON.stringify(String(value))}: ${names(rules)}`);
    for (const [value, rules] of test.prefix) lines.push(`    starts ${JSON.stringify(value)}: ${names(rules)}`);
  }
  const rules = entrypoint.rules.map((rule, index) => printRule(rule, index, entrypoint.settled.rules[index]));
  const { denial } = entrypoint.settled;
  if (denial) lines.push(`  denies but ${printSettled(denial)}`);
  return [...lines, ...rules].join('\n');
}

/** The updates that a rule leaves alone. */
function printSettled({ reads, ends }: Settled): string {
  const name = (path: Path): string => path.map((step) => step.name.replaceAll('/', '~1')).join('/');
  const paths = [
    ...(reads?.own.map(name) ?? []),
    ...(reads?.held
      ? [reads.held.variant.name, ...reads.held.paths.map((path) => `${reads.held?.variant.name}:${name(path)}`)]
      : []),
  ];
  return [...(reads ? [`unchanged ${paths.join(', ')}`] : []), ...(ends ? ['ends'] : [])].join('; ');
}

function printLayout({ id, record, fields }: RecordLayout): string {
  return `  record #${id} ${record.name} { ${fields.map(printField).join(', ')} }`;
}

function printField({ wire, type, presence }: Field): string {
  return `${wire}${presence === 'required' ? '' : presence === 'optional' ? '?' : ' ='}: ${printType(type)}`;
}

function printRule(rule: CoreRule, index: number, settled: Settled | undefined): string {
  const lines = [`  rule ${index} ${rule.verb} ${rule.name}${rule.mode === 'enforce' ? '' : ` (${rule.mode})`}`];
  if (rule.condition) lines.push(`    when ${printExpr(rule.condition)}`);
  for (const find of rule.finds)
    lines.push(
      `    find ${find.patterns.map(({ name }) => name).join(', ')} in ${find.view === 'plain' ? '' : `${find.view} `}${printExpr(find.texts)}`,
    );
  for (const score of rule.scores) lines.push(`    score ${score.points} when ${printExpr(score.condition)}`);
  if (rule.scores.length > 0) lines.push(`    threshold ${rule.threshold}`);
  for (const exemption of rule.exemptions) lines.push(`    exempt when ${printExpr(exemption)}`);
  if (settled) lines.push(`    leaves ${printSettled(settled)}`);
  if (rule.action) lines.push(`    ${rule.action.kind}`);
  return lines.join('\n');
}

/** `expr` in prefix form: `(op detail operands…)`. */
export function printExpr(expr: CoreExpr): string {
  if (expr.op === 'const') return printConst(expr);
  if (expr.op === 'input') return 'input';
  if (expr.op === 'local') return `$${expr.id}`;
  if (expr.op === 'field') return `${printExpr(expr.of)}.${expr.field.name}`;
  const detail = detailOf(expr);
  const operands = coreChildren(expr).map((child) => ` ${printExpr(child)}`);
  return `(${expr.op}${detail === '' ? '' : ` ${detail}`}${operands.join('')})`;
}

function printConst(expr: CoreExpr & { readonly op: 'const' }): string {
  return JSON.stringify(expr.value, (_, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    return value instanceof Uint8Array ? [...value] : value;
  });
}

/** What an operator has besides its operands. */
function detailOf(expr: CoreExpr): string {
  switch (expr.op) {
    case 'call':
      return expr.builtin;
    case 'fail':
      return expr.word;
    case 'compare':
      return expr.order;
    case 'let':
    case 'chain':
      return `$${expr.id}`;
    case 'loop':
      return `${expr.macro} $${expr.item}${expr.value === undefined ? '' : ` $${expr.value}`}`;
    case 'variant-test':
    case 'variant-cast':
      return expr.variant.name;
    case 'select-dyn':
    case 'has-key':
      return expr.name;
    case 'in-set':
      return `{${expr.set.length}}`;
    case 'data':
      return expr.path.join('.');
    case 'matches':
      return expr.patterns.map(({ name }) => name).join(',');
    case 'classify':
      return expr.model.name;
    case 'rule-fired':
    case 'rule-count':
    case 'rule-score':
    case 'rule-matches':
      return String(expr.rule);
    default:
      return '';
  }
}
