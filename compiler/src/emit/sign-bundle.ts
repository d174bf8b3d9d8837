// A bundle's files → the same files with OPA's signature over all of them, in `.signatures.json`.
//
// INVARIANT: what is signed is exactly what is packed, and the hashes are those that OPA computes. Reading key files is left to
// the command line, verification to the runtime.

import { signaturesFile, signedContent } from '@rdp/runtime/contract';

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
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'problem', message: `the signing key cannot be used for \`${algorithm}\`: ${reason}` };
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
