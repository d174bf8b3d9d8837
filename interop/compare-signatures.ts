// Which bundles OPA accepts, and which we do: the same ones, for each algorithm and each way to cheat; and what OPA signs, we take.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

import { packBundle, signBundle } from '@rdp/compiler';
import type { SigningAlgorithm } from '@rdp/compiler';
import { bytesSource, createEnforcer } from '@rdp/runtime';

import { changeFile, unpackBundle } from './archive.ts';
import type { Report } from './check.ts';
import type { PeerProgram } from './peer.ts';

export interface SignatureOptions {
  readonly report: Report;
  readonly opa: PeerProgram | undefined;
  /** Where bundles for OPA are written. */
  readonly folder: string;
  readonly plain: Uint8Array;
  /** Signed by the command with RS256 and the key id `default`. */
  readonly signed: Uint8Array;
  readonly publicKey: string;
}

interface Trial {
  readonly name: string;
  readonly bundle: Uint8Array;
  readonly key: string;
  readonly algorithm: SigningAlgorithm;
  readonly scope?: string;
  readonly expected: 'accepted' | 'refused';
}

/** Checks that both verdicts are the expected one. */
export async function compareSignatures(options: SignatureOptions): Promise<void> {
  const { report, opa, folder } = options;
  const trials = [...(await forgeries(options)), ...(await algorithms(options.plain))];
  const verdicts = opa?.(
    [],
    trials.map(({ bundle, key, algorithm, scope = '' }, index) => {
      const path = `${folder}trial-${index}.tar.gz`;
      writeFileSync(path, bundle);
      return { op: 'read', bundle: path, key, algorithm, keyId: 'default', scope };
    }),
  );
  for (const [index, trial] of trials.entries()) {
    const ours = await verdictOf(trial);
    report.check(`rdp: ${trial.name} is ${trial.expected}`, ours.verdict === trial.expected, ours.reason);
    if (verdicts === undefined) continue;
    const answer = verdicts.answers[index];
    const theirs = answer?.error === undefined && answer?.result !== undefined ? 'accepted' : 'refused';
    report.check(`OPA: ${trial.name} is ${trial.expected}`, theirs === trial.expected, answer?.error ?? verdicts.failure);
  }
  if (opa !== undefined) await takeTheirs(options, opa);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

async function forgeries(options: SignatureOptions): Promise<readonly Trial[]> {
  const { plain, signed, publicKey: key } = options;
  const files = await unpackBundle(signed);
  const original = (name: string): Uint8Array => files.find((file) => file.name === name)?.bytes ?? new Uint8Array();
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const appended = (name: string, text: string): Uint8Array => Buffer.concat([original(name), Buffer.from(text)]);
  const trial = (name: string, bundle: Uint8Array, expected: Trial['expected']): Trial => {
    return { name, bundle, key, algorithm: 'RS256', expected };
  };
  return [
    trial('a signed bundle', signed, 'accepted'),
    trial('the same with white space in its data', await changeFile(signed, 'data.json', appended('data.json', '\n ')), 'accepted'),
    trial('an unsigned bundle', plain, 'refused'),
    { ...trial('a bundle signed by another key', signed, 'refused'), key: pemOf(other) },
    { ...trial('a bundle signed by another algorithm', signed, 'refused'), algorithm: 'RS512' },
    { ...trial('a bundle signed for another scope', signed, 'refused'), scope: 'write' },
    trial('a changed module', await changeFile(signed, 'policy.wasm', appended('policy.wasm', '\0\x01\0')), 'refused'),
    trial('a changed SIMD module', await changeFile(signed, 'policy.simd.wasm', original('policy.wasm')), 'refused'),
    trial('changed data', await changeFile(signed, 'data.json', text('{"shop":{}}')), 'refused'),
    trial('a changed manifest', await changeFile(signed, '.manifest', text('{"revision":"x"}')), 'refused'),
    trial('an added file', await changeFile(signed, 'more.txt', text('x')), 'refused'),
    trial('a missing file', await changeFile(signed, 'policy.map.json', undefined), 'refused'),
    trial('two signatures', await changeFile(signed, '.signatures.json', text('{"signatures":["a.b.c","a.b.c"]}')), 'refused'),
  ];
}

async function algorithms(plain: Uint8Array): Promise<readonly Trial[]> {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secret = randomBytes(48).toString('base64');
  const keys: readonly (readonly [SigningAlgorithm, string, string])[] = [
    ['PS384', pemOf(rsa.privateKey), pemOf(rsa.publicKey)],
    ['ES256', pemOf(curve.privateKey), pemOf(curve.publicKey)],
    ['HS256', secret, secret],
  ];
  return Promise.all(
    keys.map(async ([algorithm, key, publicKey]): Promise<Trial> => {
      const signed = await signBundle(await unpackBundle(plain), { key, algorithm, scope: 'write' });
      if (signed.kind === 'problem') throw new Error(signed.message);
      const bundle = packBundle(signed.files);
      return { name: `a bundle signed with ${algorithm} for a scope`, bundle, key: publicKey, algorithm, scope: 'write', expected: 'accepted' };
    }),
  );
}

async function takeTheirs({ report, folder, plain }: SignatureOptions, opa: PeerProgram): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(`${folder}plain.tar.gz`, plain);
  const output = `${folder}theirs.tar.gz`;
  const request = { op: 'sign', bundle: `${folder}plain.tar.gz`, key: pemOf(privateKey), algorithm: 'RS256', keyId: 'default', output };
  const { answers, failure } = opa([], [request]);
  report.check('OPA signs the bundle', answers[0]?.error === undefined && failure === undefined, answers[0]?.error ?? failure);
  const bundle = readFileSync(output);
  const ours = await verdictOf({ name: '', bundle, key: pemOf(publicKey), algorithm: 'RS256', expected: 'accepted' });
  report.check('rdp: a bundle that OPA signed is accepted', ours.verdict === 'accepted', ours.reason);
}

async function verdictOf(trial: Trial): Promise<{ readonly verdict: Trial['expected']; readonly reason: string }> {
  const { bundle, key, algorithm, scope = '' } = trial;
  const enforcer = createEnforcer({
    source: bytesSource(bundle),
    verification: { keys: { default: { key, algorithm } }, keyId: 'default', scope },
    limits: { warmUp: 1 },
  });
  const outcome = await enforcer.ready;
  enforcer.close();
  return outcome.kind === 'ok'
    ? { verdict: 'accepted', reason: '' }
    : { verdict: 'refused', reason: outcome.problem.message };
}

function pemOf(key: KeyObject): string {
  return key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString();
}
