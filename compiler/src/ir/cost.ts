// A bound on the work of a decision, from the IR alone. One step is one operation, one byte of text looked at, or one
// instruction of a pattern tried at one byte; `n` is the length of the document in bytes. Every program has a bound, since
// nothing recurses and every loop runs over something of known size. The bound is safe, not tight.

import { coreChildren } from '@rdp/language';
import type { CoreExpr, CorePattern, CoreRule } from '@rdp/language';
import { byDegree, constant, product, sum, sumOver, variable, type Polynomial } from './polynomial.ts';
import type { IrEntrypoint } from './ir.ts';
import type { Settled } from './settled.ts';
import { decidingExprs, outputExprs } from './walk-core.ts';

/** Steps of one rule, and of the whole event: coefficients of 1, n, n², … */
export interface EntrypointCost {
  readonly rules: readonly { readonly name: string; readonly steps: readonly number[] }[];
  readonly steps: readonly number[];
}

/** Steps that evaluating takes, and the size of its value (text: bytes; collections: items and what is in them). */
interface Bound {
  readonly steps: Polynomial;
  readonly size: Polynomial;
}

/** Bytes of a normalised view for one of its text at most, and the steps that making it takes. */
const viewGrowth = 6;
const viewSteps = 40;

/** What an expression can name: the sizes of variables, and the rules of the event. */
interface Names {
  readonly sizes: ReadonlyMap<number, Polynomial>;
  readonly rules: readonly CoreRule[];
}

const one: Polynomial = constant(1);
/** Steps a byte that reading takes: UTF-8, structure, value. */
const readSteps = 3;
const whole: Polynomial = variable('n');
/** Steps a byte of text: a word may be a byte long, and ends up to three n-grams. */
const classifySteps = 24;

/** The bound of every rule of an entrypoint, and of reading the document and evaluating all of them. */
export function costOf(entrypoint: IrEntrypoint): EntrypointCost {
  const rules = entrypoint.rules.map((rule, index) => ({
    name: rule.name,
    bound: sum(ruleSteps(rule, entrypoint.rules), settledSteps(entrypoint.settled.rules[index])),
  }));
  const reading: Polynomial = new Map([['n', readSteps]]);
  const preparing = entrypoint.prepare
    ? boundOf(entrypoint.prepare, { sizes: new Map(), rules: [] }).steps
    : constant(0);
  return {
    rules: rules.map(({ name, bound }) => ({ name, steps: byDegree(bound) })),
    steps: byDegree(sum(reading, preparing, ...rules.map(({ bound }) => bound))),
  };
}

/** The bound as text, a rule a line, the whole last. */
export function printCost({ rules, steps }: EntrypointCost): string {
  const rows = [...rules.map(({ name, steps: own }) => [name, own] as const), ['in all', steps] as const];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, own]) => `  ${name.padEnd(width)}  ≤ ${printSteps(own)}`).join('\n');
}

/** A bound as text: `12 n + 340`. */
export function printSteps(steps: readonly number[]): string {
  const powers = ['', ' n', ' n²', ' n³'];
  const terms = steps.flatMap((value, degree) => (value === 0 ? [] : [`${value}${powers[degree] ?? ` n^${degree}`}`]));
  return terms.length === 0 ? '0' : terms.reverse().join(' + ');
}

function ruleSteps(rule: CoreRule, rules: readonly CoreRule[]): Polynomial {
  const none: Names = { sizes: new Map(), rules };
  const exprs = [...decidingExprs(rule), ...outputExprs(rule)];
  const finds = rule.finds.map(({ patterns, texts, view }) => {
    const { steps, size: own } = boundOf(texts, none);
    const size = view === 'plain' ? own : product(constant(viewGrowth), own);
    const made = view === 'plain' ? constant(0) : product(constant(viewSteps), own);
    return sum(steps, made, ...patterns.map((pattern) => scan(pattern, size, rules)));
  });
  return sum(one, ...exprs.map((expr) => boundOf(expr, none).steps), ...finds);
}

/** Looking for a path in both objects, and comparing what stands there: members in another order are looked for one by one. */
function settledSteps(settled: Settled | undefined): Polynomial {
  if (settled === undefined) return constant(0);
  const { own = [], held } = settled.reads ?? {};
  const places = held ? 1 + (held.variant.held?.holders().length ?? 0) : 0;
  const paths = own.length + places * (held?.paths.length ?? 0);
  return product(constant(4 + paths * comparedSteps), whole);
}

/** For a byte: twice (once in each object) for each of 64 members, in each of four objects around it (compiler/kernel/settled.ts). */
const comparedSteps = 2 * 64 * 4;

/** A pattern's automaton looks at each byte once for each of its instructions; its length bounds their number. */
function scan(pattern: CorePattern, text: Polynomial, rules: readonly CoreRule[]): Polynomial {
  const { body } = pattern;
  const instructions = body.kind === 'regex' ? repeated(body.regex) : body.words.join('|').length;
  const candidates =
    pattern.where === undefined
      ? constant(0)
      : sumOver(
          boundOf(pattern.where.condition, { sizes: new Map([[pattern.where.match, variable('candidate')]]), rules })
            .steps,
          'candidate',
          text,
        );
  return sum(product(constant(Math.max(1, instructions)), text), candidates);
}

/** Length of a regular expression with its counted repeats written out. */
function repeated(regex: string): number {
  let length = regex.length;
  for (const match of regex.matchAll(/\{(\d+)(?:,(\d*))?\}/g))
    length += Math.max(Number(match[1]), Number(match[2] ?? 0)) * 8;
  return length;
}

function boundOf(expr: CoreExpr, names: Names): Bound {
  switch (expr.op) {
    case 'const':
      return { steps: one, size: constant(constSize(expr.value)) };
    case 'input':
    case 'data':
      return { steps: one, size: whole };
    case 'local':
      return { steps: one, size: names.sizes.get(expr.id) ?? whole };
    case 'let':
    case 'chain': {
      const value = boundOf(expr.op === 'let' ? expr.value : expr.of, names);
      const body = boundOf(expr.body, { ...names, sizes: new Map([...names.sizes, [expr.id, value.size]]) });
      return { steps: sum(one, value.steps, body.steps), size: body.size };
    }
    case 'loop':
      return loopBound(expr, names);
    case 'matches': {
      const text = boundOf(expr.of, names);
      const scans = expr.patterns.map((pattern) => scan(pattern, text.size, names.rules));
      return { steps: sum(text.steps, ...scans), size: one };
    }
    case 'rule-matches': {
      // Each byte of the document may begin a match of each pattern, whose path is no longer than the document.
      const patterns = names.rules[expr.rule]?.finds.reduce((total, find) => total + find.patterns.length, 0) ?? 0;
      const size = sum(one, product(constant(patterns), product(whole, whole)));
      return { steps: size, size };
    }
    case 'classify': {
      const { bits, window } = expr.model;
      const read = boundOf(expr.of, names);
      const text = expr.view === 'plain' ? read : viewBound(read);
      // Which n-grams were seen is kept as bits, which are cleared in words of 64: for the text as a whole and for two rows of
      // windows, then for each half of a window.
      const bitsAsWords = 2 ** bits / 64;
      const each = classifySteps + (window === 0 ? 0 : Math.ceil((2 * bitsAsWords) / window));
      const steps = sum(text.steps, constant(3 * bitsAsWords), product(constant(each), text.size));
      return { steps, size: one };
    }
    case 'call': {
      const args = expr.args.map((arg) => boundOf(arg, names));
      const size = args.map((arg) => arg.size).reduce(product, one);
      const all = sum(one, ...args.map((arg) => arg.size));
      if (expr.builtin === 'text_normalized' || expr.builtin === 'text_normalized_leet') {
        return viewBound({ steps: sum(...args.map((arg) => arg.steps)), size: all });
      }
      const grows =
        expr.builtin.startsWith('string_replace') ||
        expr.builtin === 'string_format' ||
        expr.builtin === 'string_join_with';
      return { steps: sum(...args.map((arg) => arg.steps), grows ? size : all), size: grows ? size : all };
    }
    default: {
      const parts = coreChildren(expr).map((part) => boundOf(part, names));
      const size = sum(one, ...parts.map((part) => part.size));
      // Comparing looks at both sides; everything else handles references.
      const looks =
        expr.op === 'equal' ||
        expr.op === 'compare' ||
        expr.op === 'in' ||
        expr.op === 'concat' ||
        expr.op === 'in-set' ||
        expr.op === 'route';
      return { steps: sum(one, ...parts.map((part) => part.steps), looks ? size : constant(0)), size };
    }
  }
}

/** Of a text and its normalised view. */
function viewBound({ steps, size }: Bound): Bound {
  return { steps: sum(steps, product(constant(viewSteps), size)), size: product(constant(viewGrowth), size) };
}

function loopBound(expr: CoreExpr & { readonly op: 'loop' }, names: Names): Bound {
  const range = boundOf(expr.range, names);
  const name = `item${expr.item}`;
  const sizes = new Map([
    ...names.sizes,
    [expr.item, variable(name)],
    ...(expr.value === undefined ? [] : [[expr.value, variable(name)] as const]),
  ]);
  const inner = { ...names, sizes };
  const body = boundOf(expr.body, inner);
  const filter = expr.filter === undefined ? undefined : boundOf(expr.filter, inner);
  const each = sum(one, body.steps, filter?.steps ?? constant(0));
  const kept =
    expr.macro === 'map' || expr.macro === 'transform-map'
      ? sumOver(sum(one, body.size), name, range.size)
      : range.size;
  return { steps: sum(range.steps, sumOver(each, name, range.size)), size: kept };
}

function constSize(value: (CoreExpr & { readonly op: 'const' })['value']): number {
  switch (value.kind) {
    case 'string':
      return Math.max(1, value.value.length * 3); // bytes of UTF-8 at most
    case 'bytes':
      return Math.max(1, value.value.length);
    case 'list':
      return value.items.reduce((total, item) => total + constSize(item), 1);
    case 'map':
      return value.entries.reduce((total, [key, item]) => total + constSize(key) + constSize(item), 1);
    case 'record':
      return [...value.fields.values()].reduce((total, item) => total + constSize(item), 1);
    default:
      return 1;
  }
}
