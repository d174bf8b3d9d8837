// Text with personal data in it, the same in each run: valid numbers with check digits, in sentences. None belongs to anyone: documentation
// addresses, test card numbers' issuers, numbers drawn at random.

import { generator } from '../protocol.ts';
import { interspersed } from './texts.ts';

/** A piece of personal data in its text. */
export interface Planted {
  readonly kind: 'email' | 'card' | 'ssn' | 'iban' | 'ip' | 'phone';
  readonly value: string;
}

/** About `size` characters with a sentence that tells something personal about every `distance` characters. */
export function personalText({
  size,
  distance,
  seed = 1,
}: {
  readonly size: number;
  readonly distance: number;
  readonly seed?: number;
}): { readonly text: string; readonly planted: readonly Planted[] } {
  const next = generator(seed * 31 + size);
  const digits = (length: number): string => Array.from({ length }, () => Math.floor(next() * 10)).join('');
  const items = Array.from({ length: Math.ceil((size / distance) * 1.5) }, (_, i): { sentence: string } & Planted => {
    switch (i % 6) {
      case 0: {
        const value = `user${digits(4)}@mail.shop.example`;
        return { kind: 'email', value, sentence: `Please write to ${value} about the order.` };
      }
      case 1: {
        const value = card(`4${digits(14)}`);
        return { kind: 'card', value, sentence: `It was charged to the card ${value} last week.` };
      }
      case 2: {
        const value = `${1 + Math.floor(next() * 6)}${1 + Math.floor(next() * 5)}${digits(1)}-${10 + Math.floor(next() * 80)}-${1000 + Math.floor(next() * 8999)}`;
        return { kind: 'ssn', value, sentence: `Her social security number is ${value}, she says.` };
      }
      case 3: {
        const value = iban(digits(18));
        return { kind: 'iban', value, sentence: `Send the refund to ${value} please.` };
      }
      case 4: {
        const value = `203.0.113.${1 + Math.floor(next() * 250)}`;
        return { kind: 'ip', value, sentence: `The request came from ${value} at night.` };
      }
      default: {
        const value = `(212) 555-01${digits(2)}`;
        return { kind: 'phone', value, sentence: `Call me at ${value} before noon.` };
      }
    }
  });
  const text = interspersed({ size, seed, distance, items: items.map(({ sentence }) => sentence) });
  return { text, planted: items.filter(({ sentence }) => text.includes(sentence)) };
}

/** Sixteen digits in groups with the check digit of ISO/IEC 7812. */
function card(fifteen: string): string {
  const sum = [...fifteen].reduce((total, digit, i) => {
    const doubled = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${fifteen}${(10 - (sum % 10)) % 10}`.replace(/(\d{4})(?=\d)/g, '$1 ');
}

/** A German account number with the check digits of ISO 13616. */
function iban(account: string): string {
  const check = 98n - (BigInt(`${account}131400`) % 97n);
  return `DE${String(check).padStart(2, '0')}${account}`;
}
