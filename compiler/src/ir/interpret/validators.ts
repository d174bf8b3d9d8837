// Validators of patterns: whether a candidate's text is what it looks like.

/** Digits whose Luhn sum is a multiple of ten; blanks and hyphens between them do not count. At least two digits. */
export function passesLuhn(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (!/^[0-9]{2,}$/.test(digits)) return false;
  let sum = 0;
  [...digits].reverse().forEach((char, i) => {
    const digit = Number(char) * (i % 2 === 1 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  });
  return sum % 10 === 0;
}

/** Nine digits whose area, group and serial number the Social Security Administration gives out. */
export function isUsSsnArea(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (!/^[0-9]{9}$/.test(digits)) return false;
  const [area, group, serial] = [digits.slice(0, 3), digits.slice(3, 5), digits.slice(5)];
  return area !== '000' && area !== '666' && !area.startsWith('9') && group !== '00' && serial !== '0000';
}

/** ISO 13616: two letters, two check digits, up to thirty letters and digits; mod 97 of the rearranged number is 1. */
export function isIban(text: string): boolean {
  const compact = text.replace(/[ -]/g, '').replace(/[a-z]/g, (letter) => letter.toUpperCase());
  if (!/^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/.test(compact)) return false;
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
