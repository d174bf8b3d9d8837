// A decision on a document that cannot be read → what a client is told of it, in words; the code stands in the decision log.
//
// INVARIANT: nothing that a client wrote: names of fields are the event's own, and where the fault is the log says alone.

import type { Decision } from '../contract/index.ts';

/** One line. */
export function malformedMessage({ message, field }: Decision): string {
  if (field !== undefined) return `malformed: \`${field}\` is missing`;
  const words = message === undefined ? undefined : faults.get(message);
  return words === undefined ? (message ?? 'malformed') : `malformed: ${words}`;
}

/** What each code that modules report means, for who wrote the document. */
const faults: ReadonlyMap<string, string> = new Map([
  ['invalid_utf8', 'this is no UTF-8'],
  ['invalid_json', 'this is no JSON'],
  ['wrong_type', 'a value is of another type than this API has there'],
  ['missing_field', 'a field is missing'],
  ['duplicate_key', 'an object has a key twice'],
  ['too_deep', 'this is nested too deep'],
  ['out_of_range', 'a number is out of range'],
]);
