// What a recorded request becomes for the measurement of web attacks: each part decoded as a service would decode it.

import test from 'ava';
import { reflectedTexts, requestTexts } from '../../eval/quality/attack/request-texts.ts';

test('target, arguments, headers and cookies, as sent and decoded', (t) => {
  const texts = requestTexts({
    uri: '/a%2fb?x=1%2520or+2&y',
    headers: { 'User-Agent': 'me', Cookie: 'k=%3Cb%3E; l' },
  });
  for (const text of ['/a%2fb?x=1%2520or+2&y', '/a/b?x=1%20or+2&y', '1%20or 2', '1 or 2', 'x=1 or 2', 'y'])
    t.true(texts.includes(text), text);
  for (const text of ['user-agent: me', 'me', 'k', '<b>', 'k=<b>', 'l']) t.true(texts.includes(text), text);
});

test('bodies: forms, JSON, multipart and XML', (t) => {
  const of = (type: string, data: string): readonly string[] =>
    requestTexts({ uri: '/', headers: { 'content-type': type }, data });
  t.true(of('application/x-www-form-urlencoded', 'a=%27+or+1').includes("' or 1"));
  t.true(of('application/json', '{"a":{"b":["\\u003cb>"]}}').includes('<b>'));
  t.true(of('application/json', '{"a":"x"}').includes('a=x'));
  const form = '--x\r\nContent-Disposition: form-data; name="f"; filename="a.php"\r\n\r\nhello\r\n--x--\r\n';
  const parts = of('multipart/form-data; boundary=x', form);
  t.true(parts.includes('Content-Disposition: form-data; name="f"; filename="a.php"'));
  t.true(parts.includes('hello'));
  const xml = of('text/xml', '<!DOCTYPE a [<!ENTITY b "c">]><a java.lang="v&#x7B;">t&lt;</a>');
  t.deepEqual([...xml].slice(-3), ['<!DOCTYPE a [<!ENTITY b "c">]>', 'v{', 't<']);
});

test('a whole request in base64, and an answer that a back end reflects', (t) => {
  const whole = Buffer.from('POST /p?q=1 HTTP/1.1\r\nHost: h\r\n\r\na=b').toString('base64');
  t.true(requestTexts({ encoded_request: whole }).includes('host: h'));
  t.true(requestTexts({ encoded_request: whole }).includes('a=b'));
  t.deepEqual(reflectedTexts({ data: '{"body":"<? x"}' }), ['<? x']);
  t.deepEqual(reflectedTexts({ data: `{"encodedBody":"${Buffer.from('é', 'latin1').toString('base64')}"}` }), ['é']);
  t.deepEqual(reflectedTexts({ data: 'no JSON' }), ['no JSON']);
});
