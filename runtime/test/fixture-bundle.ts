// Bundles for tests, without the compiler: a small module that speaks OPA's ABI and whose entrypoints misbehave on request, and
// a packer that can also pack what no honest packer would.

import { createHash, createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { packTar } from 'modern-tar';

import { signedContent } from '../src/contract/index.ts';

/** What the fixture's entrypoints do; their names begin with `test/Door/`. */
export const entrypointNames = ['allow', 'echo', 'trap', 'abort', 'data', 'grow', 'hungry', 'plain'] as const;

const source = `
@external("env", "opa_abort") declare function opa_abort(text: usize): void;
export const opa_wasm_abi_version: i32 = ABI_MAJOR;
export const opa_wasm_abi_minor_version: i32 = 3;
let heap: usize = __heap_base;
function reserve(size: usize): usize {
  const at = (heap + 7) & ~7;
  heap = at + size;
  while (heap > <usize>memory.size() << 16) if (memory.grow(1) < 0) { opa_abort(text_memory()); unreachable(); }
  return at;
}
function text_memory(): usize { return memory.data<u8>([111,117,116,32,111,102,32,109,101,109,111,114,121,0]); }
function text_rule(): usize { return memory.data<u8>([98,97,100,32,114,117,108,101,0]); }
function put(text: string): void { for (let i = 0; i < text.length; i++) store<u8>(reserve1(), text.charCodeAt(i)); }
function reserve1(): usize { heap += 1; while (heap > <usize>memory.size() << 16) if (memory.grow(1) < 0) { opa_abort(text_memory()); unreachable(); } return heap - 1; }
function putBytes(from: usize, length: usize): void { for (let i: usize = 0; i < length; i++) store<u8>(reserve1(), load<u8>(from + i)); }
export function opa_malloc(size: usize): usize { return reserve(size); }
export function opa_free(at: usize): void {}
export function opa_heap_ptr_get(): usize { return heap; }
export function opa_heap_ptr_set(at: usize): void { heap = at; }
export function opa_json_parse(at: usize, length: usize): usize {
  if (length == 0 || load<u8>(at) != 123) return 0;
  const value = reserve(8);
  store<u32>(value, <u32>at); store<u32>(value + 4, <u32>length);
  return value;
}
export function opa_json_dump(value: usize): usize {
  const at = heap; putBytes(load<u32>(value), load<u32>(value + 4)); store<u8>(reserve1(), 0); return at;
}
function value_of(text: string): usize {
  const at = heap; put(text); const length = heap - at;
  const value = reserve(8);
  store<u32>(value, <u32>at); store<u32>(value + 4, <u32>length);
  return value;
}
export function builtins(): usize { return value_of("{}"); }
export function entrypoints(): usize { return value_of('ENTRYPOINTS'); }
function answer(entrypoint: i32, data: usize, input: usize, length: usize): void {
  if (entrypoint == 0) put('{"version":1,"action":"allow"}');
  else if (entrypoint == 1) { put('{"version":1,"action":"alert","message":'); putBytes(input, length); put('}'); }
  else if (entrypoint == 4) { put('{"version":1,"action":"alert","because":['); putBytes(load<u32>(data), load<u32>(data + 4)); put(']}'); }
  else if (load<u8>(input) == 123) put('{"version":1,"action":"allow"}');
  else if (entrypoint == 2) unreachable();
  else if (entrypoint == 3) { opa_abort(text_rule()); unreachable(); }
  else if (entrypoint == 5) { const kept = heap; reserve(40 << 20); heap = kept; put('{"version":1,"action":"allow"}'); }
  else if (entrypoint == 6) while (true) reserve(1 << 20);
  else put('true');
}
FAST
export function opa_eval(reserved: i32, entrypoint: i32, data: usize, input: usize, length: usize, at: usize, format: i32): usize {
  heap = at;
  const start = heap;
  put('[{"result":'); answer(entrypoint, data, input, length); put('}]'); store<u8>(reserve1(), 0);
  return start;
}
`;

const fast = `
export function rdp_decide(entrypoint: i32, data: usize, input: usize, length: usize, at: usize): usize {
  heap = at;
  const size = reserve(4);
  answer(entrypoint, data, input, length);
  store<u32>(size, <u32>(heap - size - 4));
  return size + 4;
}
`;

export interface ModuleShape {
  readonly abi?: 1 | 2;
  readonly fast?: 'with' | 'without';
}

/** The fixture's module. */
export async function compileFixture(shape: ModuleShape = {}): Promise<Uint8Array> {
  const { compileString } = await import('assemblyscript/asc');
  const table = Object.fromEntries(entrypointNames.map((name, id) => [`test/Door/${name}`, id]));
  const text = source
    .replace('ABI_MAJOR', String(shape.abi ?? 1))
    .replace('ENTRYPOINTS', JSON.stringify(table))
    .replace('FAST', shape.fast === 'without' ? '' : fast);
  const { binary, stderr } = await compileString(text, {
    importMemory: true,
    initialMemory: 2,
    runtime: 'stub',
    noAssert: true,
    optimize: true,
    use: ['abort='],
  });
  if (binary === null) throw new Error(stderr.toString());
  return binary;
}

/** One file of an archive. */
export interface Entry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();

/** Text as a file. */
export function textEntry(name: string, text: string): Entry {
  return { name, bytes: encoder.encode(text) };
}

/** The files of a good bundle. */
export function bundleEntries(
  wasm: Uint8Array,
  revision: string = 'one',
  data: string = '{"list":[1]}',
): readonly Entry[] {
  const manifest = {
    revision,
    roots: ['test', 'list'],
    wasm: entrypointNames.map((name) => ({ entrypoint: `test/Door/${name}`, module: '/policy.wasm' })),
  };
  return [
    textEntry('data.json', data),
    { name: 'policy.wasm', bytes: wasm },
    textEntry('.manifest', JSON.stringify(manifest)),
  ];
}

/** Files as gzip tar, in the order given. */
export async function pack(entries: readonly Entry[]): Promise<Uint8Array> {
  const tar = await packTar(
    entries.map(({ name, bytes }) => ({ header: { name: `/${name}`, size: bytes.length }, body: bytes })),
  );
  return gzipSync(tar);
}

export interface TokenShape {
  readonly secret: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The entries with a signature written by hand, as OPA's documentation describes it. */
export function sign(entries: readonly Entry[], shape: TokenShape): readonly Entry[] {
  const files = entries.map(({ name, bytes }) => ({
    name,
    hash: createHash('sha256')
      .update(signedContent(name, bytes) ?? '')
      .digest('hex'),
    algorithm: 'SHA-256',
  }));
  const body = `${part({ alg: 'HS256', kid: 'main', ...shape.header })}.${part({ files, ...shape.claims })}`;
  const token = `${body}.${createHmac('sha256', shape.secret).update(body).digest('base64url')}`;
  return [...entries, textEntry('.signatures.json', JSON.stringify({ signatures: [token] }))];
}
