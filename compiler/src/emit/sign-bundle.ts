// A bundle's files → the same files with OPA's signature over all of them, in `.signatures.json`.
//
// INVARIANT: what is signed is exactly what is packed, and the hashes are those that OPA computes. Reading key files is left to
// the command line, verification to the runtime.

import { keyForm, notASecret, signaturesFile, signedContent } from '@rdp/runtime/contract';

import type { BundleFile } from './bundle.ts';

/** What OPA accepts of JSON Web Algorithms, and jose can do. */
export const signingAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'HS256',
  'HS384',
  'HS512',
] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

export interface SigningOptions {
  /** Private key as PKCS#8 PEM or JWK text; the secret itself for the HS family. */
  readonly key: string;
  /** RS256 unless said, as in OPA. */
  readonly algorithm?: SigningAlgorithm;
  /** The name under which a verifier finds the key; `default` unless said, as in OPA. */
  readonly keyId?: string;
  /** A verifier must be configured with the same scope. */
  readonly scope?: string;
  /** More claims of the payload; they replace the automatic `keyid`, as in OPA. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export type SignedBundle =
  | { readonly kind: 'signed'; readonly files: readonly BundleFile[] }
  | { readonly kind: 'problem'; readonly message: string };

type Jose = typeof import('jose');
type SigningKey = Parameters<InstanceType<Jose['CompactSign']>['sign']>[0];

/** Adds the signature; a problem when the key cannot be read or does not fit the algorithm. */
export async function signBundle(files: readonly BundleFile[], options: SigningOptions): Promise<SignedBundle> {
  const algorithm = options.algorithm ?? 'RS256';
  const keyId = options.keyId ?? 'default';
  const unfit = notASecret(options.key, algorithm) ?? notPrivate(options.key, algorithm);
  if (unfit !== undefined) return unusable(algorithm, unfit);
  const payload = {
    files: await Promise.all(files.map(digestOf)),
    ...(options.claims ?? { keyid: keyId }),
    ...(options.scope === undefined ? {} : { scope: options.scope }),
  };
  const jose = await import('jose'); // few compiles sign
  try {
    const key = await importKey(jose, options.key, algorithm);
    const token = await new jose.CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: algorithm, kid: keyId })
      .sign(key);
    const signature = {
      name: signaturesFile,
      bytes: new TextEncoder().encode(JSON.stringify({ signatures: [token] })),
    };
    return { kind: 'signed', files: [...files, signature] };
  } catch (error) {
    return unusable(algorithm, error instanceof Error ? error.message : String(error));
  }
}

function unusable(algorithm: SigningAlgorithm, reason: string): SignedBundle {
  return { kind: 'problem', message: `the signing key cannot be used for \`${algorithm}\`: ${reason}` };
}

/** Why `key` cannot be the private key of a pair; undefined when it can. */
function notPrivate(key: string, algorithm: SigningAlgorithm): string | undefined {
  if (algorithm.startsWith('HS')) return undefined;
  switch (keyForm(key)) {
    case 'pkcs8':
    case 'private-jwk':
      return undefined;
    case 'other-private':
      return 'it is a private key that is encrypted, or in the form of PKCS #1, SEC 1 or OpenSSH; make it plain PKCS #8 with `openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW`';
    case 'public':
    case 'public-jwk':
      return 'it is a public key, which verifies; signing takes the private key of the pair';
    case 'secret':
    case 'unknown-key':
      return 'it is neither a private key as PEM (PKCS #8) nor as JWK';
  }
}

async function digestOf(file: BundleFile): Promise<{ name: string; hash: string; algorithm: 'SHA-256' }> {
  const content = signedContent(file.name, file.bytes);
  if (content === undefined) throw new Error(`\`${file.name}\` was emitted in a form that cannot be signed`);
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(content));
  return { name: file.name, hash: hexText(new Uint8Array(digest)), algorithm: 'SHA-256' };
}

function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function importKey(jose: Jose, key: string, algorithm: SigningAlgorithm): Promise<SigningKey> {
  if (algorithm.startsWith('HS')) return new TextEncoder().encode(key);
  if (key.trimStart().startsWith('{')) return jose.importJWK(JSON.parse(key), algorithm);
  return jose.importPKCS8(key, algorithm);
}
