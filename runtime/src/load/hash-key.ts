// The key of an enforcer's configuration → the place in the data document where policies find it: `rdp/hash_key`. Redactions
// with `hash` are codes under this key, so it is a secret of the enforcer's and better not in a bundle.
//
// INVARIANT: the rest of the document stays as it was written, number for number; a key never hides one that is there.

import type { Outcome } from './problem.ts';
import { ok, problem } from './problem.ts';
import { isObject, parseStrictly } from './read-json.ts';

/** Bytes of the shortest key that policies take. */
const shortest = 16;

/** `data`, which is a JSON object in UTF-8, with the key in it; without a key `data` itself. */
export function withHashKey(data: Uint8Array, key: string | undefined): Outcome<Uint8Array> {
  if (key === undefined) return ok(data);
  if (new TextEncoder().encode(key).length < shortest)
    return problem('bad_data', `the key for hashes is shorter than ${shortest} bytes`);
  const document = parseStrictly(data);
  if (!isObject(document)) return problem('bad_data', 'the data document is not a JSON object, or has a key twice');
  if (Object.hasOwn(document, 'rdp'))
    return problem('bad_data', 'the data document has `rdp` already, where the key for hashes belongs');
  const text = new TextDecoder().decode(data);
  const start = text.indexOf('{') + 1;
  const more = Object.keys(document).length > 0 ? ',' : '';
  const member = `"rdp":${JSON.stringify({ hash_key: key })}${more}`;
  return ok(new TextEncoder().encode(text.slice(0, start) + member + text.slice(start)));
}
