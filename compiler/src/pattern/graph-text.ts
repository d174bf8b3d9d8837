// Values that refer to each other (objects, lists, maps, sets of bytes; in circles too) to text and back: what was worked out
// when the library was made, for a compile to take. Several values have one text each, and a common one for the parts that
// stand in more than one of them.
// INVARIANT: what is read equals what was written; parts that were one object are one object again, and so are equal sets of
// bytes, which nobody changes. Objects are plain, with their properties in the same order; functions and dates there are none.

/** What `writeGraphs` makes. */
export interface GraphTexts {
  /** Names of the properties of each shape of object, and parts of several values. */
  readonly common: string;
  /** One for each value; none has a line break. */
  readonly texts: readonly string[];
}

/** A row of JSON: what it is (a shape's number, or one of `kinds`), then its values. */
type Row = readonly [number, ...Field[]];
/** A text, a truth value or none (null) as it is; a number alone in a list; of another row its number, below zero for a common one. */
type Field = string | boolean | null | number | readonly [number];

/** Rows that are no objects. */
const kinds = { list: -1, map: -2, words: -3, numbers: -4 } as const;

interface Common {
  readonly shapes: readonly (readonly string[])[];
  readonly rows: readonly Row[];
}

/** The texts of values. */
export function writeGraphs(values: readonly object[]): GraphTexts {
  const sets = new Map<string, object>();
  const same = (part: object): object => {
    if (!(part instanceof Uint32Array)) return part;
    const known = sets.get(part.join()) ?? part;
    sets.set(part.join(), known);
    return known;
  };
  const parts = values.map((value) => closed(new Set([value]), same));
  const uses = new Map<object, number>();
  for (const own of parts) for (const part of own) uses.set(part, (uses.get(part) ?? 0) + 1);
  const shared = closed(new Set([...uses].filter(([, count]) => count > 1).map(([part]) => part)), same);
  const commonNumbers = new Map([...shared].map((part, i) => [part, i] as const));
  const shapes = new Map<string, number>();
  const rowOf = (part: object, numbers: ReadonlyMap<object, number>): Row => {
    const field = (value: unknown): Field => {
      if (value === undefined) return null;
      if (typeof value === 'string' || typeof value === 'boolean') return value;
      if (typeof value === 'number') return [value];
      if (typeof value !== 'object' || value === null) throw new Error(`no text for ${String(value)}`);
      const part = same(value);
      const common = commonNumbers.get(part);
      return common === undefined ? (numbers.get(part) ?? 0) : -1 - common;
    };
    if (part instanceof Uint32Array) return [kinds.words, ...part];
    if (part instanceof Map) return [kinds.map, ...[...part].flatMap(([key, value]) => [field(key), field(value)])];
    if (Array.isArray(part))
      return part.length > 0 && part.every((each) => typeof each === 'number')
        ? [kinds.numbers, ...part.map(Number)]
        : [kinds.list, ...part.map(field)];
    const shape = JSON.stringify(Object.keys(part));
    if (!shapes.has(shape)) shapes.set(shape, shapes.size);
    return [shapes.get(shape) ?? 0, ...Object.values(part).map(field)];
  };
  const texts = parts.map((own) => {
    const rows = [...own].filter((part) => !commonNumbers.has(part));
    const numbers = new Map(rows.map((part, i) => [part, i] as const));
    return JSON.stringify(rows.map((part) => rowOf(part, numbers)));
  });
  const rows = [...shared].map((part) => rowOf(part, new Map()));
  const common = `{"shapes":[${[...shapes.keys()].join()}],"rows":${JSON.stringify(rows)}}`;
  return { common, texts };
}

/** Reads values that `writeGraphs` wrote, one at a time. */
export function graphReader(common: string): (text: string) => unknown {
  const { shapes, rows } = JSON.parse(common) as Common; // what `writeGraphs` wrote
  const shared = readRows(shapes, rows, []);
  return (text) => readRows(shapes, JSON.parse(text) as readonly Row[], shared)[0]; // likewise
}

function readRows(
  shapes: readonly (readonly string[])[],
  rows: readonly Row[],
  shared: readonly object[],
): readonly object[] {
  const parts = rows.map(([kind, ...fields]): object => {
    if (kind === kinds.words) return Uint32Array.from(fields.map(Number));
    if (kind === kinds.numbers) return fields;
    return kind === kinds.map ? new Map() : kind === kinds.list ? [] : {};
  });
  const valueOf = (field: Field | undefined): unknown => {
    if (field === null) return undefined;
    if (typeof field === 'number') return field >= 0 ? parts[field] : (shared[-1 - field] ?? parts[-1 - field]);
    return typeof field === 'object' ? field[0] : field;
  };
  rows.forEach((row, number) => {
    const [kind] = row;
    const part = parts[number];
    if (part instanceof Map) {
      for (let i = 1; i < row.length; i += 2) part.set(valueOf(row[i]), valueOf(row[i + 1]));
    } else if (kind === kinds.list) {
      for (let i = 1; i < row.length; i++) (part as unknown[]).push(valueOf(row[i])); // made as a list above
    } else {
      const names = shapes[kind];
      const object = part as Record<string, unknown>; // made as an object above, unless it has no names
      names?.forEach((name, i) => {
        object[name] = valueOf(row[i + 1]);
      });
    }
  });
  return parts;
}

/** `parts`, with the parts of each; `same` gives one object for those that are equal. */
function closed(parts: ReadonlySet<object>, same: (part: object) => object): ReadonlySet<object> {
  const all = new Set(parts);
  for (const part of all) for (const each of childrenOf(part)) all.add(same(each)); // a set goes on to what is added meanwhile
  return all;
}

function childrenOf(part: object): readonly object[] {
  const values: readonly unknown[] =
    part instanceof Uint32Array ? [] : part instanceof Map ? [...part].flat() : Object.values(part);
  return values.filter((value): value is object => typeof value === 'object' && value !== null);
}
