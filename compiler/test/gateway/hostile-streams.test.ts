// Services that mean no good, with answers that stream: without pace, without their second half, and with heads that say something else than
// the body. Nothing undecided goes out, and no connection is left.

import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { converse, sendRaw } from './raw-client.ts';
import {
  between,
  chunk,
  chunked,
  end,
  event,
  holding,
  isQuiet,
  masking,
  open,
  pause,
  read,
  ssn,
  streamHead,
} from './raw-service.ts';

test('a coding that lies, that nobody knows, or that stops in the middle', async (t) => {
  const good = gzipSync(event(`so ${ssn}`));
  const answers: Readonly<Record<string, readonly [status: number, bytes: readonly (string | Buffer)[]]>> = {
    'says gzip, is text': [502, [streamHead('content-encoding: gzip', 'connection: close'), event(ssn)]],
    'says br, is gzip': [502, [streamHead('content-encoding: br', 'connection: close'), good]],
    'says nothing, is gzip': [502, [streamHead('connection: close'), good]],
    'two codings': [502, [streamHead('content-encoding: gzip, br', 'connection: close'), good]],
    'two headers': [
      502,
      [streamHead('content-encoding: gzip', 'content-encoding: identity', 'connection: close'), good],
    ],
    unknown: [502, [streamHead('content-encoding: snappy', 'connection: close'), good]],
    'half of it': [
      502,
      [streamHead('content-encoding: gzip', 'connection: close'), good.subarray(0, good.length - 12)],
    ],
    'more behind it': [200, [streamHead('content-encoding: gzip', 'connection: close'), good, event(ssn)]],
  };
  for (const [name, [status, bytes]] of Object.entries(answers)) {
    const running = await between(t, masking, (socket) => {
      for (const part of bytes) socket.write(part);
      socket.end();
    });
    const answer = await running.ask();
    const { text } = await read(answer);
    if (name === 'more behind it') t.true([200, 502].includes(answer.status), name);
    else t.is(answer.status, status, `${name}: ${text}`);
    t.false(text.includes(ssn), name);
    t.false(text.includes('\u001f\u008b'), name);
    t.true(await isQuiet(running), name);
  }
});

test('a stream that is cut in the middle of a character, an event or a chunk ends with an error', async (t) => {
  const whole = Buffer.from(event('café and more'));
  const character = whole.indexOf(0xc3) + 1;
  const cuts: Readonly<Record<string, (socket: Socket) => void>> = {
    'in a character': (socket) => socket.write(chunk(whole.subarray(0, character))),
    'in an event': (socket) => socket.write(chunk(whole.subarray(0, 30))),
    'in a chunk': (socket) => socket.write(chunk(whole).subarray(0, 20)),
    'in the head of a chunk': (socket) => socket.write('4'),
    'behind an event': (socket) => socket.write(chunk(whole)),
    'a chunk of no size': (socket) => socket.write('zz\r\nabc'),
    'a chunk of a negative size': (socket) => socket.write('-5\r\nabc'),
    'a chunk of too large a size': (socket) => socket.write('ffffffffffffffffff\r\nabc'),
    'without an end': (socket) => socket.write(Buffer.concat([chunk(event('fine')), chunk(event('more'))])),
  };
  for (const [name, write] of Object.entries(cuts)) {
    const running = await between(t, masking, (socket) => {
      socket.write(streamHead(chunked));
      socket.write(chunk(event('begun ')));
      write(socket);
      setTimeout(() => socket.destroySoon(), 50);
    });
    const answer = await running.ask();
    const { text, end: how } = await read(answer);
    t.regex(text, /"error"/, `${name}: ${answer.status} ${how} ${text}`);
    t.true(await isQuiet(running), name);
    t.true(
      (await running.log()).some(({ surface }) => surface === 'shop.Chat'),
      `${name}: logged`,
    );
  }
});

test('heads that say two things are no heads, and headers that are a bomb come to nothing', async (t) => {
  const answers: Readonly<Record<string, string>> = {
    'two lengths': `${streamHead('content-length: 5', 'content-length: 50')}${event(ssn)}`,
    'length and chunks': `${streamHead('content-length: 5', chunked)}${String(chunk(event(ssn)))}${end}`,
    'chunks that are not last': `${streamHead('transfer-encoding: chunked, gzip')}${String(chunk(event(ssn)))}${end}`,
    'chunks in disguise': `${streamHead('transfer-encoding: xchunked', 'content-length: 3')}${event(ssn)}`,
    'a folded header': `${streamHead('x-a: b', ' folded', chunked)}${String(chunk(event(ssn)))}${end}`,
    'bare line ends': `${streamHead(chunked).replaceAll('\r\n', '\n')}${String(chunk(event(ssn)))}${end}`,
    'a length that is none': `${streamHead('content-length: -5')}${event(ssn)}`,
    'a space before a colon': `${streamHead('content-length : 5')}${event(ssn)}`,
    'a null in a header': `${streamHead('x-a: b\0c', chunked)}${String(chunk(event(ssn)))}${end}`,
    'a megabyte of headers': `${streamHead(...Array.from({ length: 20_000 }, (_, at) => `x-${at}: ${'y'.repeat(50)}`), chunked)}${end}`,
    'another version': `HTTP/3.7 200 OK\r\n\r\n`,
    'another protocol': `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n${event(ssn)}`,
    'a status that is none': `HTTP/1.1 999999 OK\r\n\r\n`,
  };
  for (const [name, bytes] of Object.entries(answers)) {
    const running = await between(t, masking, (socket) => {
      socket.write(bytes, 'latin1');
      setTimeout(() => socket.destroySoon(), 50);
    });
    const answer = await running.ask();
    const { text } = await read(answer);
    t.false(text.includes(ssn), name);
    if (answer.status !== 200) t.is(answer.status, 502, name);
    t.true(await isQuiet(running), name);
  }
});

test('answers ahead of the answer are not waited for for ever', async (t) => {
  const hint = 'HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n';
  const hints = (count: number) => (socket: Socket) => {
    socket.write(hint.repeat(count));
    socket.write(`${streamHead(chunked)}${String(chunk(event(`so ${ssn}`)))}${end}`);
  };
  const answer = await (await between(t, masking, hints(50))).ask();
  t.is(answer.status, 200);
  t.is(answer.headers.get('link'), null);
  t.regex((await read(answer)).text, /so \[us_ssn\]/);
  t.is((await (await between(t, masking, hints(10_000))).ask()).status, 502);
  const slow = await between(t, masking, (socket) => {
    const timer = setInterval(() => socket.write(hint), 200);
    socket.on('close', () => clearInterval(timer));
  });
  t.is((await slow.ask()).status, 504);
  t.true(await isQuiet(slow));
});

test('trailers of an answer do not go on', async (t) => {
  const running = await between(t, masking, (socket) =>
    socket.write(
      `${streamHead(chunked, 'trailer: x-more, set-cookie')}${String(chunk(event('fine')))}0\r\nx-more: ${ssn}\r\nset-cookie: a=b\r\n\r\n`,
    ),
  );
  const body = '{"model":"gpt-5","messages":[]}';
  const text = await sendRaw(
    running.port,
    `POST /api.openai.com/v1/chat/completions HTTP/1.1\r\nhost: x\r\nte: trailers\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  t.regex(text, /fine/);
  t.notRegex(text, /x-more|set-cookie|536/);
});

test('a stream that stalls, or never begins, ends when nothing has come for a while', async (t) => {
  const stalled = await between(t, masking, (socket) => {
    socket.write(streamHead(chunked));
    socket.write(chunk(event('begun ')));
  });
  const { text } = await read(await stalled.ask());
  t.regex(text, /begun [^]*did not end its answer: timeout/);
  t.true(await isQuiet(stalled));
  t.is(stalled.service.sockets.size, 0);
  const drop = await between(t, masking, (socket) => {
    let at = 0;
    const letters = streamHead(chunked);
    const timer = setInterval(() => socket.write(letters[at++ % 20] ?? ''), 100);
    socket.on('close', () => clearInterval(timer));
  });
  t.is((await drop.ask()).status, 504, 'a head that comes by drops');
});

test('who reads slowly is written to slowly: nothing piles up', async (t) => {
  let written = 0;
  const running = await between(
    t,
    masking,
    (socket) => {
      socket.write(streamHead(chunked));
      const more = (): void => {
        for (;;) {
          const bytes = chunk(event(`${'y'.repeat(16_000)} ${ssn} `));
          written += bytes.length;
          if (socket.destroyed || written > 200_000_000) return;
          if (!socket.write(bytes)) break;
        }
        socket.once('drain', more);
      };
      more();
    },
    { connect: 2000, head: 3000, idle: 5000 },
  );
  const { socket, received } = await converse(running.port);
  const body = '{"model":"gpt-5","messages":[]}';
  socket.write(
    `POST /api.openai.com/v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  for (let count = 0; count < 100 && !received().includes('us_ssn'); count++) await pause(20);
  socket.pause();
  let soFar = -1;
  for (let count = 0; count < 10 && soFar !== written; count++) {
    soFar = written;
    await pause(400);
  }
  t.is(written, soFar, 'the service waits');
  t.true(written < 60_000_000, String(written));
  socket.destroy();
  t.true(await isQuiet(running));
  for (let count = 0; count < 40 && running.service.sockets.size > 0; count++) await pause(50);
  t.is(running.service.sockets.size, 0);
});

test('a client that leaves in the middle ends it at the service, and it is logged', async (t) => {
  for (const policy of [masking, holding, open]) {
    const running = await between(t, policy, (socket) => {
      socket.write(streamHead(chunked));
      const timer = setInterval(() => socket.write(chunk(event('word '))), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const leaving = new AbortController();
    const answer = running.ask(leaving.signal).then((response) => response.text());
    for (let count = 0; count < 200 && running.service.sockets.size === 0; count++) await pause(20);
    await pause(200);
    leaving.abort();
    await t.throwsAsync(answer);
    t.true(await isQuiet(running));
    for (let count = 0; count < 40 && running.service.sockets.size > 0; count++) await pause(50);
    t.is(running.service.sockets.size, 0, policy);
    t.true(
      (await running.log()).some(({ surface }) => surface === 'shop.Chat'),
      policy,
    );
  }
});

test('a service that resets in the middle costs its stream alone', async (t) => {
  const running = await between(t, masking, (socket) => {
    socket.write(streamHead(chunked));
    socket.write(chunk(event('begun ')));
    setTimeout(() => socket.resetAndDestroy(), 50);
  });
  for (let count = 0; count < 5; count++) t.regex((await read(await running.ask())).text, /begun [^]*"error"/);
  t.true(await isQuiet(running));
});
