// A bearer token (JWT) → whom it speaks for, when one of the operator's keys has signed it. Signatures, times, issuers and key sets are
// jose's business.

import { readFile } from 'node:fs/promises';

import { createLocalJWKSet, createRemoteJWKSet, importSPKI, jwtVerify, type JWTVerifyGetKey } from 'jose';

import { ok, problem, reasonOf, type Outcome } from '../load/problem.ts';

export interface TokenSettings {
  /** A file or an address with a key set (JWKS), or a file with a public key as PEM. */
  readonly keys: string;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  /** The header that carries a token, `authorization` unless said. */
  readonly header: string;
  /** The claim that is the subject. */
  readonly subjectClaim: string;
}

/** What became of a token. */
export type TokenOutcome =
  | {
      readonly kind: 'verified';
      readonly subject: string;
      /** The application, where the token names one. */ readonly client: string;
    }
  | { readonly kind: 'refused'; readonly message: string };

/** Checks tokens, and says where they are. */
export interface TokenCheck {
  readonly header: string;
  readonly check: (token: string) => Promise<TokenOutcome>;
}

/** Asymmetric ones: who checks tokens must not be able to make them. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Seconds that clocks may differ. */
const tolerance = 30;

/** Checks tokens with these keys; a problem when there are none. */
export async function createTokenCheck(settings: TokenSettings): Promise<Outcome<TokenCheck>> {
  try {
    const find = await keyFinder(settings.keys);
    return ok({ header: settings.header, check: (token) => check(token, find, settings) });
  } catch (error) {
    return problem('unreadable', `the keys of tokens cannot be used: ${reasonOf(error)}`);
  }
}

async function keyFinder(keys: string): Promise<JWTVerifyGetKey> {
  if (/^https?:\/\//.test(keys)) return createRemoteJWKSet(new URL(keys), { timeoutDuration: 5000 });
  const text = await readFile(keys, 'utf8');
  if (!text.includes('-----BEGIN')) return createLocalJWKSet(JSON.parse(text));
  return ({ alg = '' }) => importSPKI(text, alg);
}

async function check(token: string, find: JWTVerifyGetKey, settings: TokenSettings): Promise<TokenOutcome> {
  const { issuer, audience, subjectClaim } = settings;
  try {
    const { payload } = await jwtVerify(token, find, {
      algorithms,
      clockTolerance: tolerance,
      requiredClaims: ['exp'],
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
    });
    const subject = payload[subjectClaim];
    const client = payload['azp'] ?? payload['client_id'];
    return typeof subject === 'string' && subject !== ''
      ? { kind: 'verified', subject, client: typeof client === 'string' ? client : '' }
      : { kind: 'refused', message: `the token has no \`${subjectClaim}\`` };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return {
      kind: 'refused',
      message: code === 'ERR_JWT_EXPIRED' ? 'the token has expired' : 'the token is not valid',
    };
  }
}
