// A flat run of operands and operators → a tree, by precedence. All operators associate to the left, as in CEL.

import type { IToken } from 'chevrotain';
import type * as ast from './ast.ts';

/** One operator of a run and what stands to its right. */
export type OperatorStep =
  | { readonly kind: 'operand'; readonly token: IToken; readonly operand: ast.Expr }
  | { readonly kind: 'is'; readonly type: ast.QualifiedName };

const precedences: Readonly<Record<ast.BinaryOperator, number>> = {
  '??': 1,
  '||': 2,
  '&&': 3,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  in: 4,
  'not in': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};
const precedenceOfIs = 4;

/** How tightly `operator` binds; more is tighter. */
export function precedenceOf(operator: ast.BinaryOperator): number {
  return precedences[operator];
}

/** The tree of `first` and the steps after it. */
export function foldOperators(first: ast.Expr, steps: readonly OperatorStep[]): ast.Expr {
  const operands: ast.Expr[] = [first];
  const operators: ast.BinaryOperator[] = [];
  const reduce = (): void => {
    const right = operands.pop();
    const left = operands.pop();
    const operator = operators.pop();
    if (left === undefined || right === undefined || operator === undefined) return;
    operands.push({ kind: 'binary', operator, left, right, start: left.start, end: right.end });
  };
  const reduceTo = (precedence: number): void => {
    for (let top = operators.at(-1); top !== undefined && precedences[top] >= precedence; top = operators.at(-1))
      reduce();
  };
  for (const step of steps) {
    if (step.kind === 'is') {
      reduceTo(precedenceOfIs);
      const of = operands.pop() ?? first;
      operands.push({ kind: 'is', of, type: step.type, start: of.start, end: step.type.end });
      continue;
    }
    const operator = operatorOf(step.token);
    reduceTo(precedences[operator]);
    operators.push(operator);
    operands.push(step.operand);
  }
  reduceTo(0);
  return operands[0] ?? first;
}

/** The `??` of a run that also has `||` or `&&`: readers disagree on what such a run means. */
export function mixedWithCoalescing(steps: readonly OperatorStep[]): IToken | undefined {
  let coalescing: IToken | undefined;
  let logical = false;
  for (const step of steps) {
    if (step.kind === 'is') continue;
    if (step.token.image === '??') coalescing ??= step.token;
    else if (step.token.image === '||' || step.token.image === '&&') logical = true;
  }
  return logical ? coalescing : undefined;
}

function operatorOf(token: IToken): ast.BinaryOperator {
  const text = token.image.startsWith('not') ? 'not in' : token.image;
  return text as ast.BinaryOperator; // the lexer gives the operator kinds exactly these spellings
}
