// Which cases ask about something that the language leaves out, and what that is. Decided from the case alone, never from
// whether we happen to agree: a case that no reason here names is inside, and has to agree.

import type { CelCase, CelValue } from './cases.ts';

/** A part of CEL that the language does not have. */
export interface Exclusion {
  readonly key: string;
  readonly what: string;
  readonly why: string;
}

/** Every reason, in the order in which they are tried. */
export const exclusions: readonly Exclusion[] = [
  {
    key: 'messages',
    what: 'protocol buffer messages: constructing them, their fields, enums, `Any`',
    why: 'events are JSON; their types are declared in policies or imported from OpenAPI and JSON Schema',
  },
  {
    key: 'wrappers',
    what: 'protocol buffer well-known types as messages: wrappers, `Struct`, `Value`, `ListValue`, `FieldMask`, `Empty`',
    why: 'the same; what may be missing has an optional type instead',
  },
  {
    key: 'functions',
    what: 'functions that the host declares, with abstract types',
    why: 'a policy declares its functions itself, so that they can be inlined and bounded',
  },
  {
    key: 'containers',
    what: 'variables with dots in their names, resolved against a container',
    why: 'packages are imported by name; a dot after a variable is always a field',
  },
  {
    key: 'unchecked',
    what: 'expressions that CEL itself evaluates only without its checker: operands of different types, unknown names',
    why: 'there is no unchecked policy; `dyn(x)` asks for the same at run time',
  },
  {
    key: 'zones',
    what: 'named time zones (`Australia/Sydney`)',
    why: 'the time zone database changes, and a policy decides the same for ever; offsets (`+11:00`) are inside',
  },
  {
    key: 'rounding',
    what: 'order of 2⁶³-1 and the float 2⁶³',
    why: 'CEL rounds the int first and finds them equal; here numbers compare by their exact values',
  },
  {
    key: 'optional-receiver',
    what: '`optional.of(x).field`: going on with an optional as if it were there',
    why: 'reading what may be missing is a fault; the same is written `?.` or `[?…]`',
  },
];

const messageNames =
  /\b(?:TestAllTypes|NestedTestAllTypes|NullValue|GlobalEnum|NestedEnum|proto[23])\b|\bgoogle\.protobuf\.Any\b/;
const wellKnown = /\b(?:google\.protobuf\.)?(?:\w+Value|Struct|Value|ListValue|FieldMask|Empty)\s*\{/;

/** The key of the reason why a case is outside; undefined when it is inside. */
export function exclusionOf(test: CelCase): string | undefined {
  const types = test.variables.map((variable) => String(variable.type['message_type'] ?? ''));
  if (messageNames.test(test.expr) || types.some((type) => messageNames.test(type)) || holdsMessage(test))
    return 'messages';
  if (wellKnown.test(test.expr) || types.some((type) => type !== '' && !/\.(?:Timestamp|Duration)$/.test(type))) {
    return 'wrappers';
  }
  if (test.functions) return 'functions';
  if (test.variables.some((variable) => variable.name.includes('.'))) return 'containers';
  if (test.unchecked && test.expected.kind === 'value') return 'unchecked';
  if (/\.get\w+\('\w+\/\w+'\)/.test(test.expr)) return 'zones';
  if (/9223372036854775807\b(?!\.)/.test(test.expr) && test.expr.includes('9223372036854775808.0')) return 'rounding';
  if (/\boptional\.of\([^?]*\)\.\w+\s*\[/.test(test.expr)) return 'optional-receiver';
  return undefined;
}

function holdsMessage(test: CelCase): boolean {
  if ([...test.bindings.values()].some(isMessage)) return true;
  return test.expected.kind === 'value' && isMessage(test.expected.value);
}

function isMessage(value: CelValue): boolean {
  return value.kind === 'message' && messageNames.test(value.name);
}
