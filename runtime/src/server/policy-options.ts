// The options by which every program is told of its policy: where the bundle is, who must have signed it, the secret of hashes. Reads the
// files that hold keys, because secrets do not belong on a command line.

import { readFileSync } from 'node:fs';

import type { EnforcerOptions } from '../enforce/enforcer.ts';
import { fileSource } from '../load/file-source.ts';
import { serviceSource } from '../load/service-source.ts';
import type { BundleSource } from '../load/source.ts';
import type { Verification } from '../load/verify.ts';
import type { OptionText, SaidOptions } from './option-table.ts';

type PolicyOption =
  | 'bundle'
  | 'bundle-token'
  | 'bundle-interval'
  | 'verify-key'
  | 'verify-key-id'
  | 'verify-algorithm'
  | 'verify-scope'
  | 'hash-key';

/** Their table. */
export const policyOptionTable: Readonly<Record<PolicyOption, OptionText>> = {
  bundle: { value: 'FILE|URL', text: 'bundle file, folder with one, or address of a bundle service (required)' },
  'bundle-token': { value: 'FILE', text: 'file with a bearer token for the bundle service' },
  'bundle-interval': { value: 'SECONDS', text: 'seconds between two looks at a bundle service', preset: '60' },
  'verify-key': { value: 'FILE', text: 'public key (SPKI, certificate or JWK) that bundles must be signed with' },
  'verify-key-id': { value: 'ID', text: 'name of that key in signatures', preset: 'default' },
  'verify-algorithm': { value: 'NAME', text: 'its algorithm, as RS256 or ES256', preset: 'ES256' },
  'verify-scope': { value: 'TEXT', text: 'scope that the signature must have' },
  'hash-key': { value: 'FILE', text: 'file with the secret for `hash` in redactions, at least 16 bytes' },
};

type PolicyOptions = SaidOptions<PolicyOption>;

/** Source, verification and secret as they were said. Throws what is wrong with them. */
export function policySettings(said: PolicyOptions): Pick<EnforcerOptions, 'source' | 'verification' | 'hashKey'> {
  const bundle = said.text('bundle');
  if (bundle === undefined || bundle === '') throw new Error('--bundle is missing');
  const verification = verificationOf(said);
  const hashKey = said.text('hash-key');
  return {
    source: sourceOf(bundle, said),
    ...(verification === undefined ? {} : { verification }),
    ...(hashKey === undefined ? {} : { hashKey: secretIn(hashKey) }),
  };
}

function sourceOf(bundle: string, said: PolicyOptions): BundleSource {
  const interval = said.number('bundle-interval', 86_400);
  if (!/^https?:\/\//.test(bundle)) return fileSource({ path: bundle });
  const tokenFile = said.text('bundle-token');
  return serviceSource({
    url: bundle,
    interval: { least: interval, most: interval * 2 },
    ...(tokenFile === undefined ? {} : { headers: { authorization: `Bearer ${secretIn(tokenFile)}` } }),
  });
}

function verificationOf(said: PolicyOptions): Verification | undefined {
  const file = said.text('verify-key');
  const scope = said.text('verify-scope');
  if (file === undefined) {
    if (scope !== undefined) throw new Error('--verify-scope needs --verify-key');
    return undefined;
  }
  const keyId = said.text('verify-key-id') ?? 'default';
  const key = { key: readFileSync(file, 'utf8'), algorithm: said.text('verify-algorithm') ?? 'ES256' };
  return { keys: { [keyId]: key }, ...(scope === undefined ? {} : { scope }) };
}

/** What a file holds, without the line end that editors leave. */
export function secretIn(file: string): string {
  return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
}
