// A bundle's files and the keys that its operator trusts → fine, or why not. The form of the signature is OPA's.
//
// INVARIANT: with keys configured, nothing is used that no trusted key has signed: the signature names exactly the files that are
// there. The token chooses neither its algorithm nor, when `keyId` is given, its key. Where OPA would take MD5 or SHA-1 digests,
// this refuses.

import { createHash } from 'node:crypto';

import { compactVerify, decodeProtectedHeader, importJWK, importSPKI, importX509 } from 'jose';

import { keyForm, notASecret, signaturesFile, signedContent } from '../contract/index.ts';
import type { BundleFiles } from './archive.ts';
import { isObject, parseStrictly } from './read-json.ts';
import { ok, problem, reasonOf } from './problem.ts';
import type { Outcome } from './problem.ts';

export interface VerificationKey {
  /** Public key as SPKI PEM, certificate PEM or JWK text; the secret itself for the HS family. */
  readonly key: string;
  /** The one algorithm this key is for, as `RS256` or `ES256`. */
  readonly algorithm: string;
}

export interface Verification {
  /** By key id. */
  readonly keys: Readonly<Record<string, VerificationKey>>;
  /** Use this key whatever the signature says. */
  readonly keyId?: string;
  /** Must equal the scope in the signature; none unless said. */
  readonly scope?: string;
}

const digestNames: ReadonlyMap<unknown, string> = new Map([
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

/** OPA names its own verifier, or nothing. */
const defaultPlugins: ReadonlySet<unknown> = new Set([undefined, '', '_default']);

const refuse = (message: string): Outcome<never> => problem('bad_signature', message);

/** Refuses files that are not exactly what a trusted key has signed. */
export async function verifyFiles(files: BundleFiles, verification: Verification): Promise<Outcome<BundleFiles>> {
  const signatures = files.get(signaturesFile);
  if (signatures === undefined) return problem('unsigned', 'the bundle is not signed, and a key is configured');
  const token = readToken(signatures);
  if (token.kind === 'problem') return token;
  const payload = await verifyToken(token.value, verification);
  if (payload.kind === 'problem') return payload;
  const claims = parseStrictly(payload.value);
  if (!isObject(claims)) return refuse('the signature covers no list of files');
  if ((claims['scope'] ?? '') !== (verification.scope ?? '')) return refuse('the signature is for another scope');
  return verifyDigests(files, claims['files']);
}

function readToken(signatures: Uint8Array): Outcome<string> {
  const value = parseStrictly(signatures);
  const tokens = isObject(value) ? value['signatures'] : undefined;
  if (isObject(value) && !defaultPlugins.has(value['plugin'])) return refuse('the signature asks for a plugin');
  if (!Array.isArray(tokens) || tokens.length !== 1 || typeof tokens[0] !== 'string') {
    return refuse('`.signatures.json` does not hold exactly one signature');
  }
  return ok(tokens[0]);
}

async function verifyToken(token: string, verification: Verification): Promise<Outcome<Uint8Array>> {
  try {
    const keyId = verification.keyId ?? keyIdOf(token);
    if (keyId === undefined) return refuse('the signature does not name its key');
    if (!Object.hasOwn(verification.keys, keyId)) return refuse(`no key \`${keyId}\` is configured`);
    const trusted = verification.keys[keyId];
    if (trusted === undefined) return refuse(`no key \`${keyId}\` is configured`);
    const unfit = notASecret(trusted.key, trusted.algorithm) ?? notPublic(trusted);
    if (unfit !== undefined) return refuse(`the key \`${keyId}\` cannot be used: ${unfit}`);
    const key = await importKey(trusted);
    const { payload } = await compactVerify(token, key, { algorithms: [trusted.algorithm] });
    return ok(payload);
  } catch (error) {
    return refuse(`the signature does not hold: ${reasonOf(error)}`);
  }
}

function keyIdOf(token: string): string | undefined {
  const { kid } = decodeProtectedHeader(token);
  if (typeof kid === 'string') return kid;
  const payload = parseStrictly(Buffer.from(token.split('.')[1] ?? '', 'base64url'));
  const claim = isObject(payload) ? payload['keyid'] : undefined;
  return typeof claim === 'string' ? claim : undefined;
}

/** Why a trusted key cannot be the public key of a pair; undefined when it can. */
function notPublic({ key, algorithm }: VerificationKey): string | undefined {
  if (algorithm.startsWith('HS')) return undefined;
  switch (keyForm(key)) {
    case 'public':
    case 'public-jwk':
      return undefined;
    case 'pkcs8':
    case 'other-private':
    case 'private-jwk':
      return 'it is a private key; take the public one, as `openssl pkey -in KEY -pubout -out NEW` writes it';
    case 'secret':
    case 'unknown-key':
      return 'it is neither a public key as PEM (SPKI, certificate) nor as JWK';
  }
}

async function importKey(trusted: VerificationKey): Promise<Parameters<typeof compactVerify>[1]> {
  const { key, algorithm } = trusted;
  if (algorithm.startsWith('HS')) return new TextEncoder().encode(key);
  if (key.trimStart().startsWith('{')) return importJWK(JSON.parse(key), algorithm);
  return key.includes('BEGIN CERTIFICATE') ? importX509(key, algorithm) : importSPKI(key, algorithm);
}

function verifyDigests(files: BundleFiles, signed: unknown): Outcome<BundleFiles> {
  if (!Array.isArray(signed)) return refuse('the signature covers no list of files');
  const missing = new Set(files.keys());
  missing.delete(signaturesFile);
  for (const entry of signed) {
    if (!isObject(entry) || typeof entry['name'] !== 'string')
      return refuse('the signature lists something that is no file');
    const name = entry['name'];
    const bytes = files.get(name);
    if (bytes === undefined) return problem('digest_mismatch', `\`${name}\` was signed and is not in the bundle`);
    if (!missing.delete(name)) return refuse(`the signature lists \`${name}\` twice, or lists itself`);
    if (digest(name, bytes, entry['algorithm']) !== entry['hash']) {
      return problem('digest_mismatch', `\`${name}\` is not the file that was signed`);
    }
  }
  const [extra] = missing;
  return extra === undefined
    ? ok(files)
    : problem('digest_mismatch', `\`${extra}\` is in the bundle and was not signed`);
}

/** Never equal to what a signature can hold when the file or the algorithm is not acceptable. */
function digest(name: string, bytes: Uint8Array, algorithm: unknown): string | symbol {
  const hash = digestNames.get(algorithm);
  const content = signedContent(name, bytes);
  return hash === undefined || content === undefined ? Symbol(name) : createHash(hash).update(content).digest('hex');
}
