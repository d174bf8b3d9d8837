// Validators of patterns: whether a candidate's text is what it looks like.

import { lettersAndDigits } from './check-digits.ts';

/** Nine digits whose area, group and serial number the Social Security Administration gives out. */
export function isUsSsnArea(text: string): boolean {
  const digits = lettersAndDigits(text);
  if (!/^[0-9]{9}$/.test(digits)) return false;
  const [area, group, serial] = [digits.slice(0, 3), digits.slice(3, 5), digits.slice(5)];
  return area !== '000' && area !== '666' && !area.startsWith('9') && group !== '00' && serial !== '0000';
}

/** Lengths by country: the registry of ISO 13616 (SWIFT, release 99), and countries that use the format without it. */
const ibanLengths: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AO25 AT20 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BR29 BY28 CF27 CG27 CH21 CI28 CM27 ' +
    'CR22 CV25 CY28 CZ24 DE22 DJ27 DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GA27 GB22 GE22 GI23 ' +
    'GL18 GQ27 GR27 GT28 GW25 HN28 HR21 HU28 IE22 IL23 IQ23 IR26 IS26 IT27 JO30 KM27 KW30 KZ20 LB28 LC32 ' +
    'LI21 LT20 LU20 LV21 LY25 MA28 MC27 MD24 ME22 MG27 MK19 ML28 MN20 MR27 MT31 MU30 MZ25 NE28 NI28 NL18 ' +
    'NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SN28 SO23 ST25 ' +
    'SV28 TD27 TG28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry): [string, number] => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** ISO 13616: a country of the registry with its length, check digits 02 to 98; mod 97 of the rearranged number is 1. */
export function isIban(text: string): boolean {
  const compact = lettersAndDigits(text);
  if (compact.length !== ibanLengths.get(compact.slice(0, 2))) return false;
  if (!/^[0-9]{2}$/.test(compact.slice(2, 4)) || Number(compact.slice(2, 4)) < 2 || Number(compact.slice(2, 4)) > 98)
    return false;
  const number = [...(compact.slice(4) + compact.slice(0, 4))].map((char) => parseInt(char, 36)).join('');
  return BigInt(number) % 97n === 1n;
}

/** Shannon entropy in bits a code point; 0 for empty text. Terms are added in the order in which code points first stand. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  let total = 0;
  for (const char of text) {
    counts.set(char, (counts.get(char) ?? 0) + 1);
    total++;
  }
  let sum = 0;
  for (const count of counts.values()) sum -= (count / total) * Math.log2(count / total);
  return sum;
}
