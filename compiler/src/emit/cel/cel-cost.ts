// A bound on what an API server counts for evaluating an expression, from its tree alone, for objects whose lists, maps and texts are
// no larger than `bounds`. For larger ones the server itself stops the evaluation at its limit, and a policy that fails denies.
// INVARIANT: never less than what cel-go counts for an object within the bounds.
// Source: `CostTracker` of github.com/google/cel-go (interpreter/runtimecost.go, common/cost.go) and `CostEstimator` of
// k8s.io/apiserver (pkg/cel/library/cost.go).

import { celChildren, type Cel } from './cel.ts';

/** What an expression may cost before the server stops (`PerCallLimit` of k8s.io/apiserver/pkg/apis/cel). */
export const expressionBudget = 1_000_000;

/** What all expressions of a policy may cost together (`RuntimeCELCostBudget`). */
export const policyBudget = 10_000_000;

/** What the match conditions of a policy may cost together (`RuntimeCELCostBudgetMatchConditions`). */
export const matchBudget = 2_500_000;

/** How large an object's parts are taken to be: entries of each list and map, characters of a text, where its field says no more. */
export const bounds = { items: 64, text: 512 } as const;

/**
 * Characters of texts that Kubernetes itself bounds, by the field that they stand in or below: names of DNS, label keys and values
 * (with the prefix of a key), all annotations of an object (`TotalAnnotationSizeLimitB`), all data of a Secret (`MaxSecretSize`).
 */
const textsBelow: ReadonlyMap<string, number> = new Map([
  ...['name', 'namespace', 'kind', 'apiVersion', 'operation'].map((field) => [field, 253] as const),
  ...['labels', 'matchLabels', 'nodeSelector', 'key'].map((field) => [field, 317] as const),
  ['annotations', 256 * 1024],
  ...['data', 'binaryData', 'stringData'].map((field) => [field, 1024 * 1024] as const),
]);

/** Entries of lists that are short in ordinary objects, and values that a list of Kubernetes' own can have. */
const itemsOf: ReadonlyMap<string, number> = new Map([
  ...['containers', 'initContainers', 'ephemeralContainers'].map((field) => [field, 24] as const),
  ...['add', 'drop', 'verbs', 'apiGroups', 'accessModes', 'policyTypes'].map((field) => [field, 24] as const),
]);

const longestKey = 317;

/** Cost, and how large the value can be: as a text, and as a list or map. */
export interface CelCost {
  readonly cost: number;
  readonly text: number;
  readonly items: number;
}

/** Sizes of the policy's variables and of macros' variables in scope. */
export type KnownSizes = ReadonlyMap<string, CelCost>;

const unknownSize = { text: bounds.text, items: bounds.items };
const scalar = { text: 32, items: 0 };

/** The bound of one expression; `sizes` by name, `variables.x` for those of the policy. */
export function celCost(expr: Cel, sizes: KnownSizes): CelCost {
  const of = (inner: Cel): CelCost => celCost(inner, sizes);
  switch (expr.op) {
    case 'literal':
      return { cost: 0, text: expr.value.kind === 'string' ? expr.value.value.length : 1, items: 0 };
    case 'name':
      return { ...(sizes.get(expr.name) ?? unknownSize), cost: 1 };
    case 'select': {
      const known =
        expr.of.op === 'name' && expr.of.name === 'variables' ? sizes.get(`variables.${expr.field}`) : undefined;
      const text = textsBelow.get(expr.field) ?? bounds.text;
      const items = itemsOf.get(expr.field) ?? bounds.items;
      return { ...(known ?? { text, items }), cost: of(expr.of).cost + (expr.optional ? 2 : 1) };
    }
    case 'index': {
      const [from, index] = [of(expr.of), of(expr.index)];
      return { text: from.text, items: bounds.items, cost: from.cost + index.cost + 2 };
    }
    case 'has':
      return { ...scalar, cost: of(expr.of).cost + 1 };
    case 'unary':
      return { ...scalar, cost: of(expr.of).cost + 1 };
    case 'binary':
      return binaryCost(expr, of(expr.left), of(expr.right));
    case 'conditional': {
      const [then, otherwise] = [of(expr.then), of(expr.else)];
      const cost = of(expr.condition).cost + Math.max(then.cost, otherwise.cost) + 1;
      return { cost, text: Math.max(then.text, otherwise.text), items: Math.max(then.items, otherwise.items) };
    }
    case 'call': {
      const args = expr.args.map(of);
      return { ...unknownSize, cost: sumOf(args) + 1 + traversal(Math.max(0, ...args.map(({ text }) => text))) };
    }
    case 'method':
      return methodCost(expr, of(expr.of), expr.args.map(of));
    case 'macro':
      return macroCost(expr, sizes);
    case 'list': {
      const items = expr.items.map(of);
      return { cost: sumOf(items) + 10, text: Math.max(0, ...items.map(({ text }) => text)), items: items.length };
    }
    case 'map':
      return { ...unknownSize, cost: sumOf(celChildren(expr).map(of)) + 30, items: expr.entries.length };
    case 'object':
      return { ...scalar, cost: sumOf(celChildren(expr).map(of)) + 40 };
  }
}

function sumOf(parts: readonly CelCost[]): number {
  return parts.reduce((total, part) => total + part.cost, 0);
}

/** Looking at a text once. */
function traversal(length: number): number {
  return Math.ceil(length * 0.1);
}

function binaryCost(expr: Cel & { readonly op: 'binary' }, left: CelCost, right: CelCost): CelCost {
  const cost = left.cost + right.cost;
  switch (expr.operator) {
    case '&&':
    case '||':
      return { ...scalar, cost };
    case '+':
      return {
        cost: cost + Math.max(1, traversal(left.text + right.text)),
        text: left.text + right.text,
        items: left.items + right.items,
      };
    case 'in':
      return { ...scalar, cost: cost + Math.max(1, right.items) };
    case '-':
    case '*':
    case '/':
    case '%':
      return { ...scalar, cost: cost + 1 };
    default: {
      const smaller = Math.min(Math.max(left.text, left.items), Math.max(right.text, right.items));
      return { ...scalar, cost: cost + Math.max(1, traversal(smaller)) };
    }
  }
}

function methodCost(expr: Cel & { readonly op: 'method' }, of: CelCost, args: readonly CelCost[]): CelCost {
  const before = of.cost + sumOf(args);
  const [first] = args;
  const given = first?.text ?? 0;
  switch (expr.name) {
    case 'startsWith':
    case 'endsWith':
      return { ...scalar, cost: before + Math.max(1, traversal(given)) };
    case 'contains':
      return { ...scalar, cost: before + Math.max(1, traversal(of.text) * traversal(given)) };
    case 'matches':
      return { ...scalar, cost: before + traversal(1 + of.text) * Math.ceil(given * 0.25) };
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
    case 'reverse':
    case 'charAt':
      return { cost: before + 1 + traversal(of.text), text: of.text, items: 0 };
    case 'split':
      return { cost: before + 1 + 2 * traversal(of.text), text: of.text, items: Math.max(of.text, 1) };
    case 'replace': {
      const text = (of.text + 1) * Math.max(1, args[1]?.text ?? 1);
      return { cost: before + 1 + 2 * traversal(of.text), text, items: 0 };
    }
    case 'join': {
      const text = of.items * (of.text + given);
      return { cost: before + 1 + 2 * traversal(text), text, items: 0 };
    }
    case 'orValue':
    case 'or':
      return {
        cost: before + 1,
        text: Math.max(of.text, given),
        items: Math.max(of.items, first?.items ?? 0),
      };
    case 'value':
      return { ...of, cost: before + 1 };
    case 'max':
    case 'min':
      return { ...scalar, cost: before + of.items * Math.max(1, traversal(of.text)) };
    case 'flatten':
      return { cost: before + 1 + of.items * bounds.items, text: of.text, items: of.items * bounds.items };
    default:
      return { ...unknownSize, cost: before + 1 + traversal(of.text) };
  }
}

/** Steps that a round of each macro takes beside its body, as cel-go expands it. */
const roundCost = { all: 6, exists: 6, exists_one: 6, filter: 16, map: 16, transformList: 16 } as const;

function macroCost(expr: Cel & { readonly op: 'macro' }, sizes: KnownSizes): CelCost {
  const range = celCost(expr.of, sizes);
  const element = { cost: 1, text: expr.overKeys ? longestKey : range.text, items: bounds.items };
  const inner = new Map([...sizes, ...expr.variables.map((name): [string, CelCost] => [name, element])]);
  const body = celCost(expr.body, inner);
  const cost = range.cost + 12 + range.items * (roundCost[expr.macro] + body.cost);
  switch (expr.macro) {
    case 'filter':
      return { cost, text: range.text, items: range.items };
    case 'map':
    case 'transformList':
      return { cost, text: body.text, items: range.items };
    default:
      return { ...scalar, cost };
  }
}
