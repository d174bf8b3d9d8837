// CEL's own conformance cases, as its text-format files were turned into JSON lines: reads one into what it asks, with
// values in one form. Numbers are strings there, as in protocol buffers' text format; so are bools.

/** A value as CEL has it, free of any engine's form. */
export type CelValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'uint'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'type'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'timestamp' | 'duration'; readonly nanos: bigint }
  | { readonly kind: 'list'; readonly items: readonly CelValue[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [CelValue, CelValue])[] }
  /** A message; the language has none. */
  | { readonly kind: 'message'; readonly name: string };

/** A type of the environment, as CEL's checker writes it. */
export type CelType = Readonly<Record<string, unknown>>;

export interface CelCase {
  /** `file/section/name`, with a number where that is not unique. */
  readonly id: string;
  readonly file: string;
  readonly expr: string;
  readonly container: string;
  /** Evaluated without having been checked. */
  readonly unchecked: boolean;
  /** Checked only; not evaluated. */
  readonly checkOnly: boolean;
  readonly variables: readonly { readonly name: string; readonly type: CelType }[];
  /** Whether the environment declares functions. */
  readonly functions: boolean;
  readonly bindings: ReadonlyMap<string, CelValue>;
  readonly expected:
    | { readonly kind: 'value'; readonly value: CelValue }
    | { readonly kind: 'error'; readonly message: string }
    /** Of cases that are only checked. */
    | { readonly kind: 'type'; readonly type: CelType };
}

type Json = Readonly<Record<string, unknown>>;

/** Reads the lines of a file of cases. */
export function readCases(text: string): readonly CelCase[] {
  const seen = new Map<string, number>();
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const raw = objectOf(JSON.parse(line));
      const name = [raw['file'], raw['section'], raw['name']].map(String).join('/');
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return readCase(raw, count === 1 ? name : `${name} (${count})`);
    });
}

function readCase(raw: Json, id: string): CelCase {
  const declarations = manyOf(raw['type_env']).map(objectOf);
  return {
    id,
    file: String(raw['file']),
    expr: String(raw['expr']),
    container: typeof raw['container'] === 'string' ? raw['container'] : '',
    unchecked: raw['disable_check'] === 'true',
    checkOnly: raw['check_only'] === 'true',
    variables: declarations
      .filter((declaration) => 'ident' in declaration)
      .map((declaration) => ({
        name: String(declaration['name']),
        type: objectOf(objectOf(declaration['ident'])['type']),
      })),
    functions: declarations.some((declaration) => 'function' in declaration),
    bindings: new Map(
      manyOf(raw['bindings']).map((binding) => {
        const { key, value } = objectOf(binding);
        return [String(key), readValue(objectOf(objectOf(value)['value']))];
      }),
    ),
    expected: readExpected(raw),
  };
}

function readExpected(raw: Json): CelCase['expected'] {
  if ('eval_error' in raw) {
    const [first] = manyOf(objectOf(raw['eval_error'])['errors']);
    return { kind: 'error', message: String(objectOf(first)['message']) };
  }
  if ('typed_result' in raw) {
    const typed = objectOf(raw['typed_result']);
    if ('result' in typed) return { kind: 'value', value: readValue(objectOf(typed['result'])) };
    return { kind: 'type', type: objectOf(typed['deduced_type']) };
  }
  // A case without a result expects true.
  if (!('value' in raw)) return { kind: 'value', value: { kind: 'bool', value: true } };
  return { kind: 'value', value: readValue(objectOf(raw['value'])) };
}

function objectOf(json: unknown): Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? Object.fromEntries(Object.entries(json))
    : {};
}

/** A repeated field: absent, one, or many. */
function manyOf(json: unknown): readonly unknown[] {
  return json === undefined ? [] : Array.isArray(json) ? json : [json];
}

/** A `cel.expr.Value`. */
export function readValue(json: Json): CelValue {
  const [entry] = Object.entries(json);
  if (entry === undefined) return { kind: 'null' };
  const [field, value] = entry;
  switch (field) {
    case 'null_value':
      return { kind: 'null' };
    case 'bool_value':
      return { kind: 'bool', value: value === 'true' || value === true };
    case 'int64_value':
      return { kind: 'int', value: BigInt(String(value)) };
    case 'uint64_value':
      return { kind: 'uint', value: BigInt(String(value)) };
    case 'number_value':
    case 'double_value':
      return { kind: 'double', value: readDouble(String(value)) };
    case 'string_value':
      return { kind: 'string', value: String(value) };
    case 'type_value':
      return { kind: 'type', value: String(value) };
    case 'bytes_value':
      return { kind: 'bytes', value: readBytes(value) };
    case 'list_value':
      return { kind: 'list', items: manyOf(objectOf(value)['values']).map((item) => readValue(objectOf(item))) };
    case 'map_value':
      return {
        kind: 'map',
        entries: manyOf(objectOf(value)['entries']).map((item) => {
          const { key, value: of } = objectOf(item);
          return [readValue(objectOf(key)), readValue(objectOf(of))];
        }),
      };
    case 'object_value':
      return readMessage(objectOf(value));
    default:
      return { kind: 'message', name: field };
  }
}

function readDouble(text: string): number {
  if (/^-?inf/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}

function readBytes(json: unknown): Uint8Array {
  if (typeof json === 'string') return new TextEncoder().encode(json);
  const hex = String(objectOf(json)['$bytes']);
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function readMessage(json: Json): CelValue {
  const [entry] = Object.entries(json);
  const name = (entry?.[0] ?? '').replace(/^\[type\.googleapis\.com\/|\]$/g, '');
  if (name !== 'google.protobuf.Timestamp' && name !== 'google.protobuf.Duration') return { kind: 'message', name };
  const { seconds = '0', nanos = '0' } = objectOf(entry?.[1]);
  const total = BigInt(String(seconds)) * 1_000_000_000n + BigInt(String(nanos));
  return { kind: name === 'google.protobuf.Timestamp' ? 'timestamp' : 'duration', nanos: total };
}
