// Keyed hashes of redactions: HMAC-SHA-256 as RFC 4231 has it, tokens that tell equal from unequal values, and what happens
// without a key.

import test from 'ava';
import { createHmac } from 'node:crypto';
import { hmacSha256 } from '../../src/ir/interpret/hmac.ts';
import { agree, createDifferential } from '../differential.ts';
import { lowerSource } from '../ir/lower-source.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

// RFC 4231, section 4: key, data, HMAC-SHA-256; the fifth is truncated to 128 bits there.
const vectors: readonly (readonly [key: Uint8Array, data: Uint8Array, code: string])[] = [
  [hex('0b'.repeat(20)), Buffer.from('Hi There'), 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    Buffer.from('Jefe'),
    Buffer.from('what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [hex('aa'.repeat(20)), hex('dd'.repeat(50)), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
  [
    hex('0102030405060708090a0b0c0d0e0f10111213141516171819'),
    hex('cd'.repeat(50)),
    '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
  ],
  [hex('0c'.repeat(20)), Buffer.from('Test With Truncation'), 'a3b6167473100ee06e0c796c2955552b'],
  [
    hex('aa'.repeat(131)),
    Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    hex('aa'.repeat(131)),
    Buffer.from(
      'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
    ),
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
];

test('codes are those of RFC 4231', (t) => {
  for (const [key, data, code] of vectors)
    t.is(Buffer.from(hmacSha256(key, data)).toString('hex').slice(0, code.length), code);
});

const differential = createDifferential(
  lowerSource(`
    surface Chat: llm {}
    pattern word = re"[^ ]{1,400}"
    detect Word on Chat.request { find word in prompts[*].text }
    defend Hide on Chat.request { when Word  redact Word with "<{kind}:{hash}>" }
  `),
);

function decide(t: Parameters<typeof agree>[0], text: string, key: unknown): Record<string, unknown> {
  const input = JSON.stringify({ prompts: [{ role: 'user', text }] });
  const data = JSON.stringify({ other: 1, rdp: { hash_key: key } });
  return JSON.parse(agree(t, differential, { entrypoint: 't/Chat/request', input, data })) as Record<string, unknown>; // an object
}

const texts = (decision: Record<string, unknown>): readonly string[] =>
  (decision['edits'] as readonly { readonly text: string }[]).map(({ text }) => text); // a decision's edits

test('a token is half the code of the text under the key, whatever the lengths', (t) => {
  for (const length of [16, 63, 64, 65, 200])
    for (const size of [1, 55, 56, 63, 64, 65, 119, 120, 400]) {
      const key = 'kéy '.repeat(50).slice(0, length);
      const text = 'x'.repeat(size);
      const token = createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
      t.deepEqual(texts(decide(t, text, key)), [`<word:${token}>`]);
    }
});

test('equal texts have equal tokens, and others under another key', (t) => {
  const [key, other] = ['k'.repeat(32), 'l'.repeat(32)];
  const [a, b, again] = texts(decide(t, 'ann bob ann', key));
  t.is(a, again);
  t.not(a, b);
  t.not(texts(decide(t, 'ann', other))[0], a);
});

test('without a key that is long enough, what would be hashed is stopped', (t) => {
  for (const key of [undefined, null, 7, ['x'.repeat(32)], '', 'k'.repeat(15)])
    t.like(decide(t, 'ann', key), {
      action: 'block',
      reason: 'evaluation_error',
      message: 'no_hash_key',
      because: [{ rule: 'Hide' }],
    });
  t.like(decide(t, ' ', undefined), { action: 'allow' });
  const input = '{"prompts":[{"role":"user","text":"ann"}]}';
  t.regex(agree(t, differential, { entrypoint: 't/Chat/request', input }), /no_hash_key/);
});

test('a rule may tell a hash of sensitive text', (t) => {
  const recording = createDifferential(
    lowerSource(`
      surface Chat: llm {}
      inventory seen { token: string }
      pattern word = re"[^ ]{1,400}"
      detect Word on Chat.request { severity low  find word in prompts[*].text  message "it is {matches[0].text.hash()}" }
      discover Seen on Chat.request { when Word  record seen { token: Word.matches[0].text.hash() } }
    `),
  );
  const input = JSON.stringify({ prompts: [{ role: 'user', text: 'ann' }] });
  const ask = (data: string): unknown => JSON.parse(agree(t, recording, { entrypoint: 't/Chat/request', input, data }));
  const token = createHmac('sha256', 'k'.repeat(32)).update('ann').digest('hex').slice(0, 32);
  t.like(ask(`{"rdp":{"hash_key":"${'k'.repeat(32)}"}}`), {
    findings: [{ message: `it is ${token}` }],
    records: [{ fields: { token } }],
  });
  t.like(ask('{}'), { action: 'block', message: 'no_hash_key', because: [{ rule: 'Word' }] });
});
