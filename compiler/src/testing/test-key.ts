// The key under which tests hash, so that their tokens are the same everywhere. It is no secret.

/** What `rdpc test` gives as the enforcer's key. */
export const testHashKey = 'the key of rdpc test';

/** A data document (the text of a JSON object) with `key`, that one unless said, where policies find it. */
export function withTestKey(data: string, key: string = testHashKey): string {
  return JSON.stringify({ ...(JSON.parse(data) as object), rdp: { hash_key: key } }); // an object, as said
}
