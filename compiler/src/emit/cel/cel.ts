// The part of CEL that policies are written in, as a tree. Only what a Kubernetes API server evaluates with the language's own
// meaning can be said here; whatever else a rule asks for is refused before it comes to a tree.
// Leaves text to `print-cel.ts` and cost to `cel-cost.ts`.

/** A CEL expression. Names are those of Kubernetes (`object`, `request`, `variables`) and of macros' variables. */
export type Cel =
  | { readonly op: 'literal'; readonly value: CelLiteral }
  | { readonly op: 'name'; readonly name: string }
  /** `of.field`, or `of.?field`, which is optional. A field that is no identifier is written as an index. */
  | { readonly op: 'select'; readonly of: Cel; readonly field: string; readonly optional: boolean }
  | { readonly op: 'index'; readonly of: Cel; readonly index: Cel; readonly optional: boolean }
  /** `has(of.field)` */
  | { readonly op: 'has'; readonly of: Cel; readonly field: string }
  | { readonly op: 'unary'; readonly operator: '!' | '-'; readonly of: Cel }
  | { readonly op: 'binary'; readonly operator: CelOperator; readonly left: Cel; readonly right: Cel }
  | { readonly op: 'conditional'; readonly condition: Cel; readonly then: Cel; readonly else: Cel }
  | { readonly op: 'call'; readonly name: string; readonly args: readonly Cel[] }
  | { readonly op: 'method'; readonly of: Cel; readonly name: string; readonly args: readonly Cel[] }
  /** `of.exists(item, body)`; two variables are the index and the element. */
  | {
      readonly op: 'macro';
      readonly macro: CelMacro;
      readonly of: Cel;
      readonly variables: readonly string[];
      readonly body: Cel;
      /** `of` is a map, whose keys the variable is. */
      readonly overKeys?: true;
    }
  | { readonly op: 'list'; readonly items: readonly Cel[] }
  | { readonly op: 'map'; readonly entries: readonly (readonly [Cel, Cel])[] }
  /** `JSONPatch{op: "add", …}` */
  | { readonly op: 'object'; readonly type: string; readonly fields: readonly (readonly [string, Cel])[] };

export type CelLiteral =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'uint'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'null' };

export type CelOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%';

export type CelMacro = 'all' | 'exists' | 'exists_one' | 'filter' | 'map' | 'transformList';

export const celName = (name: string): Cel => ({ op: 'name', name });
export const celString = (value: string): Cel => ({ op: 'literal', value: { kind: 'string', value } });
export const celInt = (value: bigint): Cel => ({ op: 'literal', value: { kind: 'int', value } });
export const celBool = (value: boolean): Cel => ({ op: 'literal', value: { kind: 'bool', value } });
export const celNull: Cel = { op: 'literal', value: { kind: 'null' } };
export const celEmptyList: Cel = { op: 'list', items: [] };

export const select = (of: Cel, field: string): Cel => ({ op: 'select', of, field, optional: false });
export const optionalSelect = (of: Cel, field: string): Cel => ({ op: 'select', of, field, optional: true });
export const indexed = (of: Cel, index: Cel): Cel => ({ op: 'index', of, index, optional: false });
export const call = (name: string, ...args: readonly Cel[]): Cel => ({ op: 'call', name, args });
export const method = (of: Cel, name: string, ...args: readonly Cel[]): Cel => ({ op: 'method', of, name, args });
export const binary = (operator: CelOperator, left: Cel, right: Cel): Cel => ({ op: 'binary', operator, left, right });
export const listOf = (items: readonly Cel[]): Cel => ({ op: 'list', items });
export const conditional = (condition: Cel, then: Cel, otherwise: Cel): Cel => ({
  op: 'conditional',
  condition,
  then,
  else: otherwise,
});

/** `!of`; comparisons are turned round, as one would write them. */
export function negated(of: Cel): Cel {
  if (of.op === 'literal' && of.value.kind === 'bool') return celBool(!of.value.value);
  if (of.op === 'unary' && of.operator === '!') return of.of;
  if (of.op === 'binary' && of.operator === '==') return { ...of, operator: '!=' };
  if (of.op === 'binary' && of.operator === '!=') return { ...of, operator: '==' };
  return { op: 'unary', operator: '!', of };
}

/** `left && right` without what is known; only for sides that cannot fail or are evaluated in this order. */
export function both(left: Cel, right: Cel): Cel {
  if (isBool(left, true)) return right;
  return isBool(right, true) ? left : binary('&&', left, right);
}

/** `left || right` without what is known. */
export function either(left: Cel, right: Cel): Cel {
  if (isBool(left, false)) return right;
  return isBool(right, false) ? left : binary('||', left, right);
}

/** Whether `expr` is that constant. */
export function isBool(expr: Cel, value: boolean): boolean {
  return expr.op === 'literal' && expr.value.kind === 'bool' && expr.value.value === value;
}

/** The expressions directly inside. */
export function celChildren(expr: Cel): readonly Cel[] {
  switch (expr.op) {
    case 'literal':
    case 'name':
      return [];
    case 'select':
    case 'has':
    case 'unary':
      return [expr.of];
    case 'index':
      return [expr.of, expr.index];
    case 'binary':
      return [expr.left, expr.right];
    case 'conditional':
      return [expr.condition, expr.then, expr.else];
    case 'call':
      return expr.args;
    case 'method':
      return [expr.of, ...expr.args];
    case 'macro':
      return [expr.of, expr.body];
    case 'list':
      return expr.items;
    case 'map':
      return expr.entries.flat();
    case 'object':
      return expr.fields.map(([, value]) => value);
  }
}

/** How many nodes a tree has. */
export function celSize(expr: Cel): number {
  return celChildren(expr).reduce((total, child) => total + celSize(child), 1);
}

/** A name, and fields and constant indexes below it: cheap to say twice, and cannot fail by itself. */
export function isPath(expr: Cel): boolean {
  if (expr.op === 'select') return !expr.optional && isPath(expr.of);
  return expr.op === 'name';
}
