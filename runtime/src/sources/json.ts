// JSON of unknown shape, read without a fault: what is missing or of another kind is empty.

export type Json = Readonly<Record<string, unknown>>;

/** The object that a text is, if it is one. */
export function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return objectOf(value);
  } catch {
    return undefined; // no JSON, which is an answer
  }
}

export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined; // an object, as asked
}

/** The value behind names, each in the one before. */
export function valueAt(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce((of, name) => objectOf(of)?.[name], value);
}

/** The text there, or a number as text; empty otherwise. */
export function textAt(value: unknown, ...names: readonly string[]): string {
  const found = valueAt(value, ...names);
  if (typeof found === 'number' && Number.isFinite(found)) return String(found);
  return typeof found === 'string' ? found : '';
}

/** The first of these members that has text. */
export function firstText(value: unknown, names: readonly string[]): string {
  return names.map((name) => textAt(value, name)).find((text) => text !== '' && text !== '-') ?? '';
}

/** The list there, or none. */
export function listAt(value: unknown, ...names: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...names);
  return Array.isArray(found) ? found : [];
}

/** A number that stands as a number or as text. */
export function numberAt(value: unknown, ...names: readonly string[]): number | undefined {
  const text = textAt(value, ...names);
  const number = Number(text);
  return text === '' || !Number.isFinite(number) ? undefined : number;
}
