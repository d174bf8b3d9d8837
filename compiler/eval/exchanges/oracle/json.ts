// Reading JSON whose form is not known for sure: whatever is missing is empty.

/** The value below some keys; undefined when there is none. */
export function at(value: unknown, ...keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>((inner, key) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined;
    return (inner as Readonly<Record<string | number, unknown>>)[key]; // an object or array that has the key
  }, value);
}

/** The items below some keys. */
export function items(value: unknown, ...keys: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...keys);
  return Array.isArray(found) ? found : [];
}

/** The text below some keys; undefined when there is none. */
export function text(value: unknown, ...keys: readonly (string | number)[]): string | undefined {
  const found = at(value, ...keys);
  return typeof found === 'string' ? found : undefined;
}

/** The number below some keys, or 0. */
export function count(value: unknown, ...keys: readonly (string | number)[]): number {
  const found = at(value, ...keys);
  return typeof found === 'number' ? found : 0;
}

/** Whether it is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every text in a value, at every depth. */
export function everyText(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(everyText);
  return isObject(value) ? Object.values(value).flatMap(everyText) : [];
}
