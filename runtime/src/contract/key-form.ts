// The text of a key → what it holds, so that whoever signs or verifies can say why a key does not fit.
//
// INVARIANT: what looks like a key of a pair is never a secret: an HMAC under a public key is one that everybody can make.

/** What a text holds. `public` is a public key or a certificate. */
export type KeyForm = 'secret' | 'pkcs8' | 'other-private' | 'private-jwk' | 'public-jwk' | 'public' | 'unknown-key';

/** Tells by the label of a PEM text, or by the members of a JWK. */
export function keyForm(text: string): KeyForm {
  const labels = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label = '']) => label);
  if (labels.includes('PRIVATE KEY')) return 'pkcs8';
  if (labels.some((label) => label.endsWith('PRIVATE KEY'))) return 'other-private';
  if (labels.some((label) => label.endsWith('PUBLIC KEY') || label.endsWith('CERTIFICATE'))) return 'public';
  if (labels.length > 0) return 'unknown-key';
  if (/^\s*(ssh|ecdsa)-\S+ AAAA/.test(text)) return 'unknown-key';
  return jwkForm(text);
}

function jwkForm(text: string): KeyForm {
  if (!/^\s*\{/.test(text)) return 'secret';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('kty' in value || 'keys' in value)) return 'secret';
    return 'd' in value || 'k' in value ? 'private-jwk' : 'public-jwk';
  } catch {
    return text.includes('"kty"') ? 'unknown-key' : 'secret';
  }
}

/** Why `key` cannot be the secret of an HMAC; undefined when it can. */
export function notASecret(key: string, algorithm: string): string | undefined {
  if (!algorithm.startsWith('HS') || keyForm(key) === 'secret') return undefined;
  return `it is a key as PEM or JWK, and \`${algorithm}\` takes a secret that only signer and verifier know`;
}
