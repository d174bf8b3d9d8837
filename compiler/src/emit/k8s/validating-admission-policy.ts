// A rule in CEL → a ValidatingAdmissionPolicy and its binding. The policy fails where the rule fires; what cannot be evaluated denies.
// INVARIANT: no expression costs more than a server lets it, for objects within the bounds of `cel-cost.ts`; otherwise it is refused.
// Source of the limits: k8s.io/api admissionregistration/v1, and its validation in k8s.io/kubernetes.

import type { CoreRule } from '@rdp/language';
import { celString, conditional, negated, type Cel } from '../cel/cel.ts';
import type { CelRule, NativeAction } from '../cel/emit-rule.ts';
import { celVariable } from '../cel/emit-rule.ts';
import { printCel } from '../cel/print-cel.ts';
import { budgetFault, policyCost } from './policy-budget.ts';
import type { NativeObject, PolicyObjects, PolicyPlace } from './policy-object.ts';
import { bindingOf, conditionsOf, matchConstraints, policyMetadata, variablesOf } from './policy-object.ts';

/** At most so many annotations (`maxAuditAnnotations`). */
const mostAnnotations = 20;

/** Bytes of an annotation's expression at most (`maxAuditAnnotationValueExpressionLength`). */
const longestAnnotation = 5 * 1024;

/** The policy and the binding of one rule. */
export function validatingAdmissionPolicy(options: {
  readonly rule: CoreRule;
  readonly cel: CelRule;
  readonly action: NativeAction;
  readonly place: PolicyPlace;
}): PolicyObjects {
  const { rule, cel, action, place } = options;
  const annotations = annotationsOf(rule, cel);
  const usesFired = annotations.length > 0;
  const variables = usesFired ? [...cel.variables, { name: firedName, expression: cel.fired }] : cel.variables;
  const fired = usesFired ? celVariable(firedName) : cel.fired;
  const validation = denied(fired);
  const { message, messageExpression } = messageOf(rule, cel);
  const conditions = conditionsOf(place, cel);
  const cost = policyCost({
    conditions: conditions.map(({ expression }) => expression),
    variables,
    expressions: [
      validation,
      ...(messageExpression ? [messageExpression] : []),
      ...annotations.map(({ value }) => value),
    ],
  });
  const fault = budgetFault(cost);
  if (fault !== undefined) return { kind: 'refused', reason: fault };
  const policy: NativeObject = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: policyMetadata(place, rule),
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: matchConstraints(place),
      ...variablesOf(conditions, variables),
      validations: [
        {
          expression: printCel(validation),
          message,
          ...(messageExpression === undefined ? {} : { messageExpression: printCel(messageExpression) }),
          reason: reasonOf(rule),
        },
      ],
      ...(annotations.length === 0
        ? {}
        : {
            auditAnnotations: annotations.map(({ key, value }) => ({ key, valueExpression: printCel(value) })),
          }),
    },
  };
  return { kind: 'objects', objects: [policy, bindingOf(place, 'ValidatingAdmissionPolicyBinding', [action])], cost };
}

const firedName = 'fires';

/** A validation holds where the rule does not fire; the server wants a `bool`, which `!` gives of anything. */
function denied(fired: Cel): Cel {
  const turned = negated(fired);
  return turned.op === 'name' || turned.op === 'select' ? { op: 'unary', operator: '!', of: fired } : turned;
}

interface Annotation {
  readonly key: string;
  readonly value: Cel;
}

/** What the rule read, for the audit log, when it fires: an annotation with an empty text is left out by the server. */
function annotationsOf(rule: CoreRule, cel: CelRule): readonly Annotation[] {
  const fixed: readonly Annotation[] = [
    { key: 'severity', value: celString(rule.verb === 'detect' ? rule.severity : '') },
    { key: 'covers', value: celString(rule.covers.join(' ')) },
  ];
  const facts = cel.facts.map(({ name, value }): Annotation => ({ key: keyOf(name), value }));
  return [
    ...fixed.filter(({ value }) => value.op === 'literal' && value.value.kind === 'string' && value.value.value !== ''),
    ...facts,
  ]
    .filter(({ key }, index, all) => all.findIndex((other) => other.key === key) === index)
    .map(({ key, value }) => ({ key, value: conditional(celVariable(firedName), value, celString('')) }))
    .filter(({ value }) => printCel(value).length <= longestAnnotation)
    .slice(0, mostAnnotations);
}

/** A key is a qualified name: letters, digits, `-`, `_`, `.`, at most 63. */
function keyOf(fact: string): string {
  return fact
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 63)
    .replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}

/** `message` says it where the expression has no text, is longer than the server takes (5 KiB), or has lines. */
function messageOf(
  rule: CoreRule,
  { message }: CelRule,
): { readonly message: string; readonly messageExpression: Cel | undefined } {
  const plain = `stopped by the rule ${rule.name}`;
  if (message === undefined) return { message: plain, messageExpression: undefined };
  if (message.op !== 'literal') return { message: plain, messageExpression: message };
  const text = message.value.kind === 'string' ? message.value.value.replaceAll(/\s+/g, ' ').trim() : '';
  return { message: text === '' ? plain : text, messageExpression: undefined };
}

/** The status that the server answers with, as near to the rule's as there is one. */
function reasonOf({ action }: CoreRule): string {
  if (action?.kind !== 'block') return 'Forbidden';
  switch (action.status) {
    case 401:
      return 'Unauthorized';
    case 413:
      return 'RequestEntityTooLarge';
    case 422:
      return 'Invalid';
    default:
      return 'Forbidden';
  }
}
