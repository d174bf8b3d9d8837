// Session fixation as a policy: the same identifier, and only where the request came from differs.

import test from 'ava';
import { createFixationPolicy } from '../../eval/quality/attack/fixation-policy.ts';

test('an identifier of a session counts unless a page of the host itself sent it', async (t) => {
  const { flags, close } = await createFixationPolicy();
  const from = (referer: string | undefined, text = 'PHPSESSID=abc'): boolean =>
    flags({ headers: { Host: 'shop.example', ...(referer === undefined ? {} : { Referer: referer }) } }, text);
  t.true(from('https://elsewhere.example/'));
  t.true(from('https://shop.example.elsewhere.example/'));
  t.true(from(undefined));
  t.false(from('https://shop.example/login'));
  t.false(from('https://elsewhere.example/', 'page=1'));
  close();
});
