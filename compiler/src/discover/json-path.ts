// Values of JSON that nobody has checked → their parts, as far as these are what one asks for.

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** Tells a JSON object from every other value. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at the end of the keys; undefined when one of them leads nowhere. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (isJson(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

/** The same as a text; empty when it is none. */
export function textAt(value: unknown, ...keys: readonly string[]): string {
  const found = at(value, ...keys);
  return typeof found === 'string' ? found : typeof found === 'number' ? String(found) : '';
}

/** The same as a list; empty when it is none. */
export function listAt(value: unknown, ...keys: readonly string[]): readonly unknown[] {
  const found = at(value, ...keys);
  return Array.isArray(found) ? found : [];
}
