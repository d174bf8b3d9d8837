// What a bundle consists of, to the byte, and what a signature of one covers. That OPA agrees is checked by interop.

import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

import test from 'ava';

import {
  bundleFiles,
  compilerVersion,
  composeDataDocument,
  emitBundle,
  packBundle,
  signBundle,
} from '../../src/index.ts';
import type { BundleContent, SigningOptions } from '../../src/index.ts';

const content: BundleContent = {
  wasm: new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]),
  simd: new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]),
  map: '{}',
  entrypoints: ['shop/checkout/Chat/request'],
  data: '{"shop":{"checkout":{"blocked":[1.0]}}}',
  packages: ['shop.checkout', 'shop.checkout.admin'],
  revision: 'r1',
};

function textOf(name: string): string {
  return new TextDecoder().decode(bundleFiles(content).find((file) => file.name === name)?.bytes);
}

function names(archive: Uint8Array): readonly string[] {
  const tar = gunzipSync(archive);
  const found: string[] = [];
  for (let at = 0; tar[at] !== 0;) {
    found.push(tar.toString('latin1', at, tar.indexOf(0, at)));
    at += 512 + Math.ceil(Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8) / 512) * 512;
  }
  return found;
}

test("files stand in OPA's order, with leading slashes", (t) => {
  const files = [...bundleFiles(content), { name: '.signatures.json', bytes: new Uint8Array(1) }];
  t.deepEqual(names(packBundle(files)), [
    '/data.json',
    '/policy.wasm',
    '/policy.simd.wasm',
    '/policy.map.json',
    '/.signatures.json',
    '/.manifest',
  ]);
});

test('same input, same bytes; no time stamp, no owner', (t) => {
  const archive = emitBundle(content);
  t.deepEqual(archive, emitBundle({ ...content }));
  t.deepEqual([...archive.subarray(4, 8)], [0, 0, 0, 0]);
  const tar = gunzipSync(archive);
  t.is(tar.toString('latin1', 108, 124), '0000000\0'.repeat(2));
  t.is(tar.toString('latin1', 136, 147), '00000000000');
});

test('an archive ends with two empty blocks, also when its files fill the last record', (t) => {
  const tar = gunzipSync(packBundle([{ name: 'x', bytes: new Uint8Array(10240 - 512).fill(1) }]));
  t.true(tar.length >= 10240 + 1024);
  t.true(tar.subarray(-1024).every((byte) => byte === 0));
});

test('the manifest says what the bundle owns', (t) => {
  t.deepEqual(JSON.parse(textOf('.manifest')), {
    revision: 'r1',
    roots: ['shop/checkout'],
    wasm: [{ entrypoint: 'shop/checkout/Chat/request', module: '/policy.wasm' }],
    metadata: { rdp: { abi: '1.3', compiler: compilerVersion, decision: 1 } },
  });
  t.is(textOf('data.json'), content.data);
});

test('data outside of the package is owned too', (t) => {
  const data = '{"shop":{"checkout":{},"other":1},"clients":[]}';
  const manifest = bundleFiles({ ...content, data }).find((file) => file.name === '.manifest');
  t.deepEqual(JSON.parse(new TextDecoder().decode(manifest?.bytes)).roots, ['clients', 'shop/checkout', 'shop/other']);
});

test('the version is that of the package', async (t) => {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  t.is(JSON.parse(text).version, compilerVersion);
});

test('data files are put in their places and keep their numbers', (t) => {
  const texts = [
    { path: ['shop', 'clients'], file: 'b.json', text: '[ 12345678901234567890, 1.0 ]' },
    { path: ['shop', 'a'], file: 'a.json', text: '"x"' },
  ];
  t.deepEqual(composeDataDocument(texts), {
    kind: 'document',
    text: '{"shop":{"a":"x","clients":[12345678901234567890,1.0]}}',
  });
  t.deepEqual(composeDataDocument([]), { kind: 'document', text: '{}' });
});

test('data files that are no JSON, or want the same place, are problems', (t) => {
  const file = 'x.json';
  t.like(composeDataDocument([{ path: ['a'], file, text: '{"a":1,"a":2}' }]), { kind: 'problem', file });
  t.like(
    composeDataDocument([
      { path: ['a'], file: 'a.json', text: '1' },
      { path: ['a', 'b'], file, text: '2' },
    ]),
    { kind: 'problem', file },
  );
});

function part(token: string, index: number): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString());
}

async function tokenOf(options: SigningOptions): Promise<string> {
  const signed = await signBundle(bundleFiles(content), options);
  if (signed.kind === 'problem') return signed.message;
  const bytes = signed.files.find((file) => file.name === '.signatures.json')?.bytes;
  return JSON.parse(new TextDecoder().decode(bytes)).signatures[0];
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const jwk = JSON.stringify(privateKey.export({ format: 'jwk' }));

test('a signature covers every file by the digest that OPA takes', async (t) => {
  const token = await tokenOf({ key: pem, scope: 'write' });
  t.deepEqual(part(token, 0), { alg: 'RS256', kid: 'default' });
  const payload = part(token, 1);
  t.like(payload, { keyid: 'default', scope: 'write' });
  t.deepEqual(
    (payload['files'] as readonly { readonly name: string }[]).map((file) => file.name), // the shape was written above
    ['data.json', 'policy.wasm', 'policy.simd.wasm', 'policy.map.json', '.manifest'],
  );
  t.is(await tokenOf({ key: pem, scope: 'write' }), token);
});

test('claims replace the automatic key id', async (t) => {
  const payload = part(await tokenOf({ key: pem, claims: { iss: 'ci' } }), 1);
  t.is(payload['iss'], 'ci');
  t.false('keyid' in payload);
});

for (const [name, options] of Object.entries({
  'no key': { key: 'nothing' },
  'a broken JWK': { key: '{"kty"' },
  'a key of another family': { key: pem, algorithm: 'ES256' },
} satisfies Record<string, SigningOptions>)) {
  test(`a key that cannot be used is a problem: ${name}`, async (t) => {
    const signed = await signBundle(bundleFiles(content), options);
    t.is(signed.kind, 'problem');
  });
}

const convert = /openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW/;
const isPublic = /it is a public key/;
const isNoSecret = /`HS256` takes a secret/;

for (const [name, { reason, ...options }] of Object.entries({
  'PKCS #1': { key: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(), reason: convert },
  'SEC 1': {
    key: generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .privateKey.export({ type: 'sec1', format: 'pem' })
      .toString(),
    algorithm: 'ES256',
    reason: convert,
  },
  'an encrypted key': {
    key: privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
    reason: convert,
  },
  'a public key': { key: publicPem, reason: isPublic },
  'a public JWK': { key: JSON.stringify(publicKey.export({ format: 'jwk' })), reason: isPublic },
  'a private key as a secret': { key: pem, algorithm: 'HS256', reason: isNoSecret },
  'a public key as a secret': { key: publicPem, algorithm: 'HS256', reason: isNoSecret },
  'a JWK as a secret': { key: jwk, algorithm: 'HS256', reason: isNoSecret },
} satisfies Record<string, SigningOptions & { readonly reason: RegExp }>)) {
  test(`a key of the wrong form is named: ${name}`, async (t) => {
    t.regex(await tokenOf(options), reason);
  });
}

test('a JWK and a secret sign', async (t) => {
  t.like(part(await tokenOf({ key: jwk }), 0), { alg: 'RS256' });
  t.like(part(await tokenOf({ key: '{"a":"password"}', algorithm: 'HS256' }), 0), { alg: 'HS256' });
});
