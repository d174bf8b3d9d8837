// Addresses that carry a checksum: base58check, bech32 (BIP 173) and bech32m (BIP 350). The whole text is judged.

import { type Builtin, textArg } from './builtin-arguments.ts';
import { sha256 } from './sha256.ts';
import { bool } from './value.ts';

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** At most 128 characters; the last four bytes begin the SHA-256 of the SHA-256 of the others. */
function isBase58Check(text: string): boolean {
  if (text.length < 6 || text.length > 128 || ![...text].every((char) => base58.includes(char))) return false;
  let number = [...text].reduce((sum, char) => sum * 58n + BigInt(base58.indexOf(char)), 0n);
  const bytes: number[] = [];
  for (; number > 0n; number /= 256n) bytes.unshift(Number(number % 256n));
  const zeros = /^1*/.exec(text)?.[0].length ?? 0;
  const all = Uint8Array.from([...Array.from({ length: zeros }, () => 0), ...bytes]);
  if (all.length < 5) return false;
  const digest = sha256(sha256(all.slice(0, -4)));
  return all.slice(-4).every((byte, i) => byte === digest[i]);
}

const bech32Alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** What the code leaves of a text of at most 1,023 characters; undefined when it has not the form of one. */
function bech32Rest(text: string): number | undefined {
  if (!/^[!-~]{8,1023}$/.test(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text))) return undefined;
  const lower = text.toLowerCase();
  const mark = lower.lastIndexOf('1');
  const [prefix, data] = [lower.slice(0, mark), lower.slice(mark + 1)];
  if (mark < 1 || data.length < 6 || ![...data].every((char) => bech32Alphabet.includes(char))) return undefined;
  const codes = [...prefix].map((char) => char.charCodeAt(0));
  const values = [
    ...codes.map((code) => code >> 5),
    0,
    ...codes.map((code) => code & 31),
    ...[...data].map((char) => bech32Alphabet.indexOf(char)),
  ];
  return values.reduce((sum, value) => {
    const top = sum >>> 25;
    return generators.reduce(
      (rest, generator, i) => ((top >> i) & 1 ? rest ^ generator : rest),
      ((sum & 0x1ffffff) << 5) ^ value,
    );
  }, 1);
}

/** The builtins, by their ids. */
export const checkedAddressBuiltins: Readonly<Record<'base58check' | 'bech32' | 'bech32m', Builtin>> = {
  base58check: (a) => bool(isBase58Check(textArg(a))),
  bech32: (a) => bool(bech32Rest(textArg(a)) === 1),
  bech32m: (a) => bool(bech32Rest(textArg(a)) === 0x2bc830a3),
};
