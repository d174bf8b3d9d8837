// One expression by itself, for tests of the language's meaning: a value or the error's word, never a throw.

import type { CoreExpr } from '@rdp/language';
import { evaluate } from './evaluate.ts';
import { type ErrorWord, EvaluationError, type Value } from './value.ts';

/** What an expression came to. */
export type ExpressionResult =
  { readonly kind: 'value'; readonly value: Value } | { readonly kind: 'error'; readonly error: ErrorWord };

/** What an expression can see: the event's record, and variables by id. */
export interface ExpressionValues {
  readonly input?: Value;
  readonly locals?: ReadonlyMap<number, Value>;
  readonly data?: Value;
}

/** The value of `expr`, or the error that it has instead. */
export function interpretExpression(expr: CoreExpr, values: ExpressionValues = {}): ExpressionResult {
  try {
    const value = evaluate(expr, {
      input: values.input ?? { kind: 'none' },
      locals: new Map(values.locals),
      rules: new Map(),
      data: values.data,
    });
    return { kind: 'value', value };
  } catch (error) {
    if (error instanceof EvaluationError) return { kind: 'error', error: error.word };
    throw error;
  }
}
