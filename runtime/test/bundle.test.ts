// Every way in which a bundle can be wrong, or its signature: refused with its reason, and everything blocks.

import { generateKeyPairSync } from 'node:crypto';

import test from 'ava';

import { bytesSource, createEnforcer } from '../src/index.ts';
import type { ProblemCode, Verification } from '../src/index.ts';
import { bundleEntries, compileFixture, pack, sign, textEntry } from './fixture-bundle.ts';
import type { Entry } from './fixture-bundle.ts';

const wasm = await compileFixture();
const good = bundleEntries(wasm);
const secret = ['not', 'a', 'secret', 'of', 'anybody'].join('-');
const verification: Verification = { keys: { main: { key: secret, algorithm: 'HS256' } } };
const input = new TextEncoder().encode('{}');

interface Loaded {
  readonly code: ProblemCode | 'activated';
  readonly message: string;
  readonly action: string;
  readonly reason: string | undefined;
}

async function load(bytes: Uint8Array, trusted?: Verification, bundleLimit: number = 1 << 24): Promise<Loaded> {
  const limits = { warmUp: 1, bundleLimit };
  const options = { source: bytesSource(bytes), limits };
  const enforcer = createEnforcer(trusted === undefined ? options : { ...options, verification: trusted });
  const outcome = await enforcer.ready;
  const { action, reason } = enforcer.decide('Door.allow', input);
  enforcer.close();
  return outcome.kind === 'ok'
    ? { code: 'activated', message: '', action, reason }
    : { code: outcome.problem.code, message: outcome.problem.message, action, reason };
}

function replaced(name: string, text: string): readonly Entry[] {
  return [...good.filter((entry) => entry.name !== name), textEntry(name, text)];
}

test('a good bundle decides', async (t) => {
  t.like(await load(await pack(good)), { code: 'activated', action: 'allow', reason: undefined });
});

test('a bundle cut off anywhere is refused and blocks', async (t) => {
  const bytes = await pack(good);
  for (const share of [0.01, 0.3, 0.6, 0.9, 0.99]) {
    const { code, action, reason } = await load(bytes.slice(0, Math.floor(bytes.length * share)));
    t.true(code === 'cut_off' || code === 'corrupt', code);
    t.like({ action, reason }, { action: 'block', reason: 'bundle_unavailable' });
  }
});

const refused: readonly (readonly [string, () => Promise<Uint8Array>, ProblemCode])[] = [
  ['nothing at all', async () => new Uint8Array(), 'not_gzip'],
  ['a bare module', async () => wasm, 'not_gzip'],
  ['no policy', () => pack(good.filter((entry) => entry.name !== 'policy.wasm')), 'missing_policy'],
  ['no manifest', () => pack(good.filter((entry) => entry.name !== '.manifest')), 'bad_manifest'],
  ['a file twice', () => pack([...good, textEntry('data.json', '{}')]), 'duplicate_entry'],
  ['a name that leaves the archive', () => pack([...good, textEntry('x/../../y', '')]), 'bad_name'],
  ['a manifest with a key twice', () => pack(replaced('.manifest', '{"wasm":[],"wasm":[]}')), 'bad_manifest'],
  ['a manifest without modules', () => pack(replaced('.manifest', '{}')), 'missing_policy'],
  [
    'an entrypoint outside of the roots',
    () => pack(replaced('.manifest', '{"roots":["te"],"wasm":[{"entrypoint":"test/a","module":"/policy.wasm"}]}')),
    'bad_manifest',
  ],
  [
    'an entrypoint that the module has not',
    () => pack(replaced('.manifest', '{"wasm":[{"entrypoint":"test/a","module":"/policy.wasm"}]}')),
    'missing_entrypoint',
  ],
  ['data that is no object', () => pack(replaced('data.json', '[]')), 'bad_data'],
  ['data with a key twice', () => pack(replaced('data.json', '{"a":1,"a":2}')), 'bad_data'],
  ['data in a folder', () => pack([...good, textEntry('list/data.json', '[]')]), 'bad_data'],
  [
    'a plan for admission that is none',
    () => pack([...good, textEntry('policy.admission.json', '{"version":1,"admission":[{"entrypoint":"a"}]}')]),
    'bad_manifest',
  ],
  ['a delta', () => pack([...good, textEntry('patch.json', '{}')]), 'bad_data'],
  ['a module that is none', () => pack(replaced('policy.wasm', 'no module')), 'bad_module'],
  ['a module of another ABI', async () => pack(bundleEntries(await compileFixture({ abi: 2 }))), 'wrong_abi'],
  [
    'a module that speaks no policy ABI',
    () =>
      pack([
        ...replaced('policy.wasm', '').slice(0, -1),
        { name: 'policy.wasm', bytes: new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]) },
      ]),
    'wrong_abi',
  ],
];

for (const [name, bytes, expected] of refused) {
  test(`refused: ${name}`, async (t) => {
    const { code, message, action } = await load(await bytes());
    t.is(code, expected, message);
    t.is(action, 'block');
    t.regex(message, /^[^A-Z.].*[^.]$/);
  });
}

test('a bundle that unpacks to too much is refused', async (t) => {
  const bomb = await pack([...good, { name: 'zeros', bytes: new Uint8Array(1 << 22) }]);
  t.like(await load(bomb, undefined, 1 << 20), { code: 'too_large', action: 'block' });
});

test('a broken SIMD module falls back to the scalar one', async (t) => {
  t.like(await load(await pack([...good, textEntry('policy.simd.wasm', 'no module')])), { code: 'activated' });
});

test('a signed bundle is accepted with its key, in another order of keys too', async (t) => {
  const signed = sign(good, { secret });
  t.like(await load(await pack(signed), verification), { code: 'activated', action: 'allow' });
  const spaced = signed.map((entry) =>
    entry.name === 'data.json' ? textEntry('data.json', '{ "list" : [ 1 ] }') : entry,
  );
  t.like(await load(await pack(spaced), verification), { code: 'activated' });
});

const forged: readonly (readonly [string, () => readonly Entry[], ProblemCode])[] = [
  ['unsigned', () => good, 'unsigned'],
  ['another key', () => sign(good, { secret: `${secret}!` }), 'bad_signature'],
  ['an unknown key id', () => sign(good, { secret, header: { kid: 'other' } }), 'bad_signature'],
  ['a key id from the prototype', () => sign(good, { secret, header: { kid: 'constructor' } }), 'bad_signature'],
  ['another algorithm', () => sign(good, { secret, header: { alg: 'HS512' } }), 'bad_signature'],
  ['no algorithm', () => sign(good, { secret, header: { alg: 'none' } }), 'bad_signature'],
  ['another scope', () => sign(good, { secret, claims: { scope: 'write' } }), 'bad_signature'],
  ['no files', () => sign(good, { secret, claims: { files: undefined } }), 'bad_signature'],
  ['no JSON', () => [...good, textEntry('.signatures.json', 'x')], 'bad_signature'],
  [
    'a plugin',
    () => [...good, textEntry('.signatures.json', '{"signatures":["a.b.c"],"plugin":"x"}')],
    'bad_signature',
  ],
  ['no token', () => [...good, textEntry('.signatures.json', '{"signatures":[]}')], 'bad_signature'],
  ['garbage as token', () => [...good, textEntry('.signatures.json', '{"signatures":["a.b.c"]}')], 'bad_signature'],
  ['a changed module', () => tampered('policy.wasm', Buffer.concat([wasm, Buffer.of(0, 1, 0)])), 'digest_mismatch'],
  ['changed data', () => tampered('data.json', Buffer.from('{"list":[2]}')), 'digest_mismatch'],
  ['an added file', () => [...sign(good, { secret }), textEntry('more.txt', '')], 'digest_mismatch'],
  [
    'an added SIMD module',
    () => [...sign(good, { secret }), { name: 'policy.simd.wasm', bytes: wasm }],
    'digest_mismatch',
  ],
  [
    'a missing file',
    () => sign([...good, textEntry('more.txt', '')], { secret }).filter(({ name }) => name !== 'more.txt'),
    'digest_mismatch',
  ],
];

function tampered(name: string, bytes: Uint8Array): readonly Entry[] {
  return sign(good, { secret }).map((entry) => (entry.name === name ? { name, bytes } : entry));
}

for (const [name, entries, expected] of forged) {
  test(`with a key configured, refused: ${name}`, async (t) => {
    const { code, message, action } = await load(await pack(entries()), verification);
    t.is(code, expected, message);
    t.is(action, 'block');
  });
}

test('a public key is no secret of the HS family', async (t) => {
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString();
  const trusted: Verification = { keys: { main: { key: pem, algorithm: 'RS256' } } };
  t.like(await load(await pack(sign(good, { secret: pem })), trusted), { code: 'bad_signature', action: 'block' });
});

test('a key of a pair is never taken as a secret, nor a private key as a public one', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const refused = async (key: string, algorithm: string): Promise<string> => {
    const { code, message } = await load(await pack(sign(good, { secret: key, header: { alg: algorithm } })), {
      keys: { main: { key, algorithm } },
    });
    t.is(code, 'bad_signature');
    return message;
  };
  t.regex(await refused(publicPem, 'HS256'), /`HS256` takes a secret/);
  t.regex(await refused(JSON.stringify(publicKey.export({ format: 'jwk' })), 'HS256'), /`HS256` takes a secret/);
  t.regex(await refused(privatePem, 'RS256'), /it is a private key/);
});

test('the scope that is configured must be the one that was signed', async (t) => {
  const scoped = { ...verification, scope: 'write' };
  t.like(await load(await pack(sign(good, { secret, claims: { scope: 'write' } })), scoped), { code: 'activated' });
  t.like(await load(await pack(sign(good, { secret })), scoped), { code: 'bad_signature' });
});

test('a configured key id outweighs the one in the token', async (t) => {
  const fixed = { ...verification, keyId: 'main' };
  t.like(await load(await pack(sign(good, { secret, header: { kid: 'other' } })), fixed), { code: 'activated' });
});
