// How decisions name what belongs to a rule: the place it stands at, what its action counts as, what it needs to be written.
// One spelling for the interpreter and for generated code.

import { lineColumn, type CoreAction, type CoreRedaction, type CoreRule } from '@rdp/language';
import type { ActionName } from '@rdp/runtime/contract';

/** `file:line:column` of the rule's name. */
export function placeOfRule({ span }: CoreRule): string {
  const { line, column } = lineColumn(span.file, span.start);
  return `${span.file.path}:${line}:${column}`;
}

/** What the rule's action adds to the decision's; `permit` and `set` add nothing. */
export function actionName(action: CoreAction): ActionName {
  switch (action.kind) {
    case 'permit':
    case 'set':
      return 'allow';
    case 'strip':
      return 'redact';
    default:
      return action.kind;
  }
}

/** Whether a redaction needs the enforcer's key. */
export function hasHash(redaction: CoreRedaction): boolean {
  return (
    redaction.kind === 'template' && redaction.parts.some((part) => typeof part === 'object' && part.hole === 'hash')
  );
}
