// From rules to what rules them out: a condition that needs `key == "constant"` cannot hold where the key has another value.
// One test of each condition is chosen, the most telling one; the machine reads the key once and evaluates only the rules of
// its value.
// INVARIANT: the chosen test is a conjunct of the condition that cannot fail. Where it is false the whole condition is false,
// because `&&` absorbs the errors of its other sides; so leaving the rule out changes nothing.

import type { Const, CoreExpr, CoreRule } from '@rdp/language';
import type { IndexTest, RuleIndex } from '../ir.ts';
import { structuralKey } from '../expression-key.ts';
import { mayFail } from '../may-fail.ts';
import { isNever } from './fold.ts';
import { neededRules, walkExpr, writtenRules } from '../walk-core.ts';

type Value = string | bigint;

/** The condition implies that `key` is one of the values, or starts with one of them. */
interface Test {
  readonly name: string;
  readonly key: CoreExpr;
  readonly how: 'equal' | 'prefix';
  readonly values: ReadonlySet<Value>;
}

/** Where each of `rules` stands in the index; `order` is the order in which they can be evaluated. */
export function indexRules(rules: readonly CoreRule[], order: readonly number[]): RuleIndex {
  const named = new Set<number>();
  rules.forEach((rule, index) => {
    for (const other of [...neededRules(rule), ...writtenRules(rule)]) if (other !== index) named.add(other);
  });
  const never = new Set(rules.flatMap((rule, index) => (isNever(rule) ? [index] : [])));
  const candidates = rules.map((rule, index) =>
    named.has(index) || !rule.condition ? [] : conjunctsOf(rule.condition).flatMap((part) => testOf(part) ?? []),
  );
  const spread = spreadOfKeys(candidates);
  const chosen = candidates.map((tests) => chooseTest(tests, spread));
  const always = order.filter((index) => !chosen[index] && !never.has(index));
  return { always, tests: groupTests(chosen) };
}

/** The sides of a tree of `&&`. */
function conjunctsOf(expr: CoreExpr): readonly CoreExpr[] {
  return expr.op === 'and' ? [...conjunctsOf(expr.left), ...conjunctsOf(expr.right)] : [expr];
}

function testOf(expr: CoreExpr): Test | undefined {
  switch (expr.op) {
    case 'equal': {
      const [key, value] = expr.left.op === 'const' ? [expr.right, expr.left] : [expr.left, expr.right];
      return value.op === 'const' ? makeTest(key, 'equal', [value.value]) : undefined;
    }
    case 'in-set':
      return makeTest(expr.value, 'equal', expr.set);
    case 'in':
      return expr.of.op === 'const' && expr.of.value.kind === 'list'
        ? makeTest(expr.value, 'equal', expr.of.value.items)
        : undefined;
    case 'call': {
      const [key, prefix] = expr.args;
      if (expr.builtin !== 'string_starts_with' || !key || prefix?.op !== 'const') return undefined;
      return makeTest(key, 'prefix', [prefix.value]);
    }
    case 'or': {
      const left = testOf(expr.left);
      const right = left && testOf(expr.right);
      if (!left || !right || left.name !== right.name) return undefined;
      const how = left.how === 'equal' && right.how === 'equal' ? 'equal' : 'prefix';
      return { ...left, how, values: new Set([...left.values, ...right.values]) };
    }
    default:
      return undefined;
  }
}

function makeTest(key: CoreExpr, how: Test['how'], consts: readonly Const[]): Test | undefined {
  const name = keyName(key);
  if (name === undefined) return undefined;
  const values = new Set<Value>();
  for (const value of consts) {
    if (value.kind !== key.type.kind || (value.kind !== 'string' && value.kind !== 'int')) return undefined;
    values.add(value.value);
  }
  return { name, key, how, values };
}

/** What depends on the input alone and cannot fail: the same text for the same key. */
function keyName(key: CoreExpr): string | undefined {
  return readsInputOnly(key) && !mayFail(key) ? structuralKey(key) : undefined;
}

/** No other rule, no data, no variable from outside, nothing narrowed. Variables that it binds itself are fine. */
function readsInputOnly(key: CoreExpr): boolean {
  const bound = new Set<number>();
  let closed = true;
  let reads = false;
  walkExpr(key, (expr) => {
    if (expr.op === 'let' || expr.op === 'chain') bound.add(expr.id);
    if (expr.op === 'loop') {
      bound.add(expr.item);
      if (expr.value !== undefined) bound.add(expr.value);
    }
    if (expr.op === 'local' && !bound.has(expr.id)) closed = false;
    if (expr.op === 'data' || expr.op === 'matches' || expr.op.startsWith('rule-')) closed = false;
    if (expr.op === 'classify') closed = false;
    // These hold only where the rest of the condition was looked at before.
    if (expr.op === 'unwrap' || expr.op === 'variant-cast' || expr.op === 'parameter') closed = false;
    if (expr.op === 'input') reads = true;
  });
  return closed && reads;
}

/** How many different values rules ask of each key: the more, the fewer rules are left for one value. */
function spreadOfKeys(candidates: readonly (readonly Test[])[]): ReadonlyMap<string, number> {
  const values = new Map<string, Set<Value>>();
  for (const test of candidates.flat()) {
    const known = values.get(test.name) ?? new Set<Value>();
    for (const value of test.values) known.add(value);
    values.set(test.name, known);
  }
  return new Map([...values].map(([name, known]) => [name, known.size]));
}

/** The test with the smallest share of its key's values; equality before prefix, then by name. */
function chooseTest(tests: readonly Test[], spread: ReadonlyMap<string, number>): Test | undefined {
  const share = (test: Test): number =>
    (test.values.size / (spread.get(test.name) ?? 1)) * (test.how === 'prefix' ? 2 : 1);
  return [...tests].sort((a, b) => share(a) - share(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))[0];
}

function groupTests(chosen: readonly (Test | undefined)[]): readonly IndexTest[] {
  const groups = new Map<string, { key: CoreExpr; equal: Map<Value, number[]>; prefix: Map<string, number[]> }>();
  chosen.forEach((test, rule) => {
    if (!test) return;
    const group = groups.get(test.name) ?? { key: test.key, equal: new Map(), prefix: new Map() };
    groups.set(test.name, group);
    if (test.how === 'equal') for (const value of test.values) push(group.equal, value, rule);
    else for (const value of shortestPrefixes(test.values)) push(group.prefix, value, rule);
  });
  return [...groups.keys()].sort().flatMap((name) => groups.get(name) ?? []);
}

/** Without those that another one begins: a value has at most one of the rest as prefix, so a rule is met once. */
function shortestPrefixes(values: ReadonlySet<Value>): readonly string[] {
  const texts = [...values].filter((value) => typeof value === 'string');
  return texts.filter((text) => !texts.some((other) => other !== text && text.startsWith(other)));
}

function push<K>(map: Map<K, number[]>, key: K, rule: number): void {
  const rules = map.get(key);
  if (rules) rules.push(rule);
  else map.set(key, [rule]);
}
