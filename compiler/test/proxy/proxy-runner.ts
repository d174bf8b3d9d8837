// A proxy-wasm host in JavaScript: the calls that the filter makes, over streams whose headers and bodies a test gives in pieces. It
// treats a pause at a body as Envoy does: what came is held, and shown again with the next piece.

/** Names in small letters, as proxies have them; repeated ones stand apart. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** What became of one side of an exchange. */
export type Outcome =
  | { readonly kind: 'passed'; readonly headers: Headers; readonly body: Uint8Array }
  | { readonly kind: 'answered'; readonly status: number; readonly headers: Headers; readonly body: string };

export interface Side {
  readonly headers: Headers;
  /** Pieces of the body; none: the headers end the stream. */
  readonly body: readonly Uint8Array[];
  readonly trailers?: boolean;
}

export interface Stream {
  /** Steps of one side, to be taken in order; the last one gives the outcome. */
  readonly run: (side: 'request' | 'response', exchange: Side) => Generator<undefined, Outcome>;
  readonly end: () => void;
}

export interface Proxy {
  readonly open: () => Stream;
  readonly logs: readonly string[];
  /** Bytes of the module's memory. */
  readonly memory: () => number;
}

interface State {
  request: Headers;
  response: Headers;
  body: Uint8Array;
  answer: Outcome | undefined;
}

const properties: Readonly<Record<string, string>> = {
  'source\0address': '192.0.2.7:40412',
  'connection\0uri_san_peer_certificate': 'spiffe://cluster.local/ns/shop/sa/web',
};

const noState = (): State => ({ request: [], response: [], body: new Uint8Array(), answer: undefined });

/** Loads a filter with its configuration; undefined when it refuses that. */
export function loadProxy(wasm: Uint8Array<ArrayBuffer>, configuration: string, time: bigint): Proxy | undefined {
  const logs: string[] = [];
  const configured = new TextEncoder().encode(configuration);
  let current = noState();
  const bytesAt = (address: number, length: number): Uint8Array =>
    new Uint8Array(exports.memory.buffer, address, length);
  const textAt = (address: number, length: number): string => new TextDecoder().decode(bytesAt(address, length));
  const give = (bytes: Uint8Array, address: number, length: number): number => {
    const place = exports.malloc(bytes.length);
    new Uint8Array(exports.memory.buffer, place, bytes.length).set(bytes);
    const view = new DataView(exports.memory.buffer);
    view.setUint32(address, place, true);
    view.setUint32(length, bytes.length, true);
    return 0;
  };
  const env = {
    proxy_log: (_level: number, address: number, length: number) => {
      logs.push(textAt(address, length));
      return 0;
    },
    proxy_get_buffer_bytes: (buffer: number, _start: number, _size: number, address: number, length: number) =>
      give(buffer === 7 ? configured : current.body, address, length),
    proxy_set_buffer_bytes: (_buffer: number, start: number, size: number, address: number, length: number) => {
      if (start !== 0 || size !== current.body.length) return 2;
      current.body = bytesAt(address, length).slice();
      return 0;
    },
    proxy_get_header_map_pairs: (map: number, address: number, length: number) =>
      give(serialise(map === 0 ? current.request : current.response), address, length),
    proxy_remove_header_map_value: (map: number, address: number, length: number) => {
      const name = textAt(address, length);
      const side = map === 0 ? 'request' : 'response';
      current[side] = current[side].filter(([other]) => other !== name);
      return 0;
    },
    proxy_get_property: (path: number, pathLength: number, address: number, length: number) => {
      const value = properties[textAt(path, pathLength)];
      return value === undefined ? 1 : give(new TextEncoder().encode(value), address, length);
    },
    proxy_get_current_time_nanoseconds: (address: number) => {
      new DataView(exports.memory.buffer).setBigUint64(address, time, true);
      return 0;
    },
    proxy_send_local_response: (status: number, ...[, , body, bodyLength, headers, headersLength]: number[]) => {
      current.answer = {
        kind: 'answered',
        status,
        headers: deserialise(bytesAt(headers ?? 0, headersLength ?? 0)),
        body: textAt(body ?? 0, bodyLength ?? 0),
      };
      return 0;
    },
  };
  const exports = new WebAssembly.Instance(new WebAssembly.Module(wasm), { env }).exports as unknown as Exports; // what the ABI asks for
  exports._initialize();
  exports.proxy_on_context_create(1, 0);
  if (exports.proxy_on_vm_start(1, 0) !== 1 || exports.proxy_on_configure(1, configured.length) !== 1) return undefined;
  let last = 1;
  const open = (): Stream => {
    const id = ++last;
    const state = noState();
    exports.proxy_on_context_create(id, 1);
    return {
      *run(side, { headers, body, trailers = false }) {
        const call = (name: 'headers' | 'body' | 'trailers', count: number, ends: number): number => {
          current = state;
          return exports[`proxy_on_${side}_${name}`](id, count, ends);
        };
        const passed = (): Outcome => state.answer ?? { kind: 'passed', headers: state[side], body: state.body };
        state[side] = headers;
        state.body = new Uint8Array();
        let paused = call('headers', headers.length, body.length === 0 && !trailers ? 1 : 0) === 1;
        for (const [index, piece] of body.entries()) {
          if (state.answer !== undefined) return state.answer;
          yield undefined;
          state.body = Buffer.concat([state.body, piece]);
          paused = call('body', state.body.length, index === body.length - 1 && !trailers ? 1 : 0) === 1;
        }
        if (trailers && state.answer === undefined) paused = call('trailers', 0, 0) === 1;
        if (paused && state.answer === undefined) throw new Error('the filter holds an exchange that has ended');
        return passed();
      },
      end: () => {
        current = state;
        exports.proxy_on_done(id);
        exports.proxy_on_log(id);
        exports.proxy_on_delete(id);
      },
    };
  };
  return { open, logs, memory: () => exports.memory.buffer.byteLength };
}

type Callback = (context: number, count: number, ends: number) => number;

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly malloc: (size: number) => number;
  readonly _initialize: () => void;
  readonly proxy_on_context_create: (context: number, parent: number) => void;
  readonly proxy_on_vm_start: (context: number, size: number) => number;
  readonly proxy_on_configure: (context: number, size: number) => number;
  readonly proxy_on_request_headers: Callback;
  readonly proxy_on_request_body: Callback;
  readonly proxy_on_request_trailers: Callback;
  readonly proxy_on_response_headers: Callback;
  readonly proxy_on_response_body: Callback;
  readonly proxy_on_response_trailers: Callback;
  readonly proxy_on_done: (context: number) => number;
  readonly proxy_on_log: (context: number) => void;
  readonly proxy_on_delete: (context: number) => void;
}

function serialise(headers: Headers): Uint8Array {
  const pairs = headers.map((pair) => pair.map((part) => Buffer.from(part, 'latin1')));
  const head = Buffer.alloc(4 + pairs.length * 8);
  head.writeUInt32LE(pairs.length);
  pairs.forEach((pair, index) => pair.forEach((part, n) => head.writeUInt32LE(part.length, 4 + index * 8 + n * 4)));
  return Buffer.concat([head, ...pairs.flatMap((pair) => pair.flatMap((part) => [part, Buffer.alloc(1)]))]);
}

function deserialise(bytes: Uint8Array): Headers {
  const view = Buffer.from(bytes);
  const count = view.readUInt32LE();
  let at = 4 + count * 8;
  const take = (length: number): string => {
    const text = view.toString('latin1', at, at + length);
    at += length + 1;
    return text;
  };
  return Array.from({ length: count }, (_, index): [string, string] => [
    take(view.readUInt32LE(4 + index * 8)),
    take(view.readUInt32LE(8 + index * 8)),
  ]);
}
