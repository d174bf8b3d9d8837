// The admission server under the conditions that it is there for: many reviews at once, large ones, certificates and bundles that
// change while it answers, clients that misbehave, and its end.

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { connect as connectSession } from 'node:http2';
import { Agent } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { createAuthority } from './make-certificate.ts';
import {
  bundleOf,
  clusterPolicy,
  pod,
  responseOf,
  reviewOf,
  startServer,
  type RunningServer,
} from './running-server.ts';

const refusedPod = reviewOf(pod({}, { securityContext: { privileged: true } }));

/** A thousand handshakes of both ends in one process take long on a busy machine. */
const unhurried = { head: 300_000, request: 300_000, idle: 300_000 };

test('a thousand reviews at once are answered, each with its own uid', async (t) => {
  const { review, authority } = await startServer(t, { timeouts: unhurried });
  const agent = new Agent({ keepAlive: true, ca: authority.certificate, maxSockets: 1000 });
  const answers = await Promise.all(
    Array.from({ length: 1000 }, async (_, index) => {
      const privileged = index % 2 === 0;
      const asked = reviewOf(pod({}, { securityContext: { privileged }, args: ['x'.repeat(10_000)] }), {
        uid: `uid-${index}`,
      });
      const { uid, allowed } = responseOf(await review(asked, { agent }));
      return uid === `uid-${index}` && allowed === !privileged;
    }),
  );
  agent.destroy();
  t.is(answers.filter(Boolean).length, 1000);
});

test('objects of three mebibytes are reviewed to the end', async (t) => {
  const { review } = await startServer(t);
  const data = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`key-${index}`, 'v'.repeat(1024)]));
  const map = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'large' }, data };
  t.true(responseOf(await review(reviewOf(map, { oldObject: map, operation: 'UPDATE' }))).allowed);
  const containers = Array.from({ length: 3000 }, (_, index) => ({
    name: `c-${index}`,
    image: 'registry.example/web:1',
    args: ['a'.repeat(1000)],
    securityContext: { privileged: index === 2999 },
  }));
  t.false(responseOf(await review(reviewOf(pod({ containers })))).allowed);
});

/** The common name that a new connection is shown. */
async function shownName(running: RunningServer): Promise<string | undefined> {
  const socket = await secure(running);
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return typeof name === 'string' ? name : undefined;
}

function secure(running: RunningServer, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: '127.0.0.1', port: running.server.port, ca: running.authority.certificate, ...options },
      () => resolve(socket),
    );
    socket.on('error', reject);
  });
}

test('certificates are exchanged under load without a failed review', async (t) => {
  const running = await startServer(t, { timeouts: unhurried });
  const kept = await secure(running);
  const rotation = (async () => {
    for (let round = 1; round <= 3; round += 1) {
      running.replaceCertificate(running.authority.issue({ name: `webhook-${round}` }));
      while ((await shownName(running)) !== `webhook-${round}`) await sleep(20);
    }
  })();
  const failures: string[] = [];
  let total = 0;
  let isOver = false;
  void rotation.finally(() => (isOver = true));
  const load = Array.from({ length: 8 }, async (_, index) => {
    const agent = new Agent({ keepAlive: index % 2 === 0, ca: running.authority.certificate });
    while (!isOver) {
      total += 1;
      try {
        if (responseOf(await running.review(refusedPod, { agent })).allowed) failures.push('allowed');
      } catch (error) {
        failures.push(String(error));
      }
    }
    agent.destroy();
  });
  await Promise.all([rotation, ...load]);
  t.deepEqual(failures, []);
  t.true(total > 30, `${total} reviews`);
  t.is(kept.readyState, 'open');
  kept.destroy();
});

test('a certificate that does not fit its key changes nothing, and is reported', async (t) => {
  const running = await startServer(t);
  const good = running.authority.issue({ name: 'other' });
  running.replaceCertificate({ ...good, key: running.authority.issue({ name: 'another' }).key });
  await running.logged('certificate_refused');
  t.is(await shownName(running), 'webhook');
  t.true((await running.health('/readyz')).text.includes('the old one stays'));
  t.true((await running.health('/metrics')).text.includes('rdp_admission_certificate_refused 1'));
  running.replaceCertificate(good);
  while ((await shownName(running)) !== 'other') await sleep(20);
  t.true((await running.health('/metrics')).text.includes('rdp_admission_certificate_refused 0'));
});

test('a bundle that turns bad is refused, the old one stays, and a good one replaces it', async (t) => {
  const running = await startServer(t);
  const { review, replaceBundle, health, logged } = running;
  t.false(responseOf(await review(refusedPod)).allowed);
  replaceBundle(randomBytes(5000));
  const [entry] = await logged('bundle_refused');
  t.is(entry?.['kept'], true);
  t.false(responseOf(await review(refusedPod)).allowed);
  const ready = await health('/readyz');
  t.is(ready.status, 200);
  t.true(ready.text.includes('bundle update: refused'));
  t.regex((await health('/metrics')).text, /rdp_admission_bundle_problem\{code="\w+"\} 1/);
  replaceBundle(bundleOf(clusterPolicy.replaceAll('?.privileged ?? false', '?.runAsNonRoot ?? false')));
  while (!responseOf(await review(refusedPod)).allowed) await sleep(20);
  t.false((await health('/readyz')).text.includes('refused'));
});

test('it ends in order: not ready, then what is pending, then nothing', async (t) => {
  const running = await startServer(t);
  const { server, health } = running;
  const text = JSON.stringify(refusedPod);
  const socket = await secure(running);
  const answered = received(socket);
  socket.write(
    `POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n`,
  );
  socket.write(text.slice(0, 300));
  await sleep(100);
  const end = server.drain({ delay: 2000, patience: 20_000 });
  t.is((await health('/readyz')).status, 503);
  t.false(responseOf(await running.review(refusedPod)).allowed); // until others know that it ends
  const connects = (): Promise<'yes' | 'no'> =>
    secure(running).then(
      (other) => {
        other.destroy();
        return 'yes';
      },
      () => 'no',
    );
  while ((await connects()) === 'yes') await sleep(100);
  socket.write(text.slice(300));
  const answer = await answered;
  t.true(answer.includes('"allowed":false'));
  t.regex(answer, /connection: close/i);
  t.is(await end, 'complete');
});

test('what is never finished does not keep it from ending', async (t) => {
  const running = await startServer(t);
  const socket = await secure(running);
  socket.write('POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{');
  await sleep(50);
  t.is(await running.server.drain({ delay: 0, patience: 100 }), 'cut_off');
});

function received(socket: TLSSocket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', () => resolve(text));
  });
}

test('garbage, half-open and half-closed connections harm nobody', async (t) => {
  const running = await startServer(t);
  const plain = connectPlain(running.server.port, '127.0.0.1');
  plain.on('error', () => undefined);
  plain.write(randomBytes(4000));
  const idle = Array.from({ length: 50 }, () => connectPlain(running.server.port, '127.0.0.1'));
  const garbage = await secure(running);
  garbage.write(randomBytes(4000));
  t.regex(await received(garbage), /^(HTTP\/1\.1 400|$)/);
  const smuggled = await secure(running);
  smuggled.write(
    'POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  );
  t.regex(await received(smuggled), /^HTTP\/1\.1 400/);
  const text = JSON.stringify(refusedPod);
  const closing = await secure(running);
  closing.end(
    `POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
  );
  t.true((await received(closing)).includes('"allowed":false'));
  const cut = await secure(running);
  cut.write(
    'POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{"kind"',
  );
  cut.destroy();
  t.false(responseOf(await running.review(refusedPod)).allowed);
  for (const socket of idle) socket.destroy();
  plain.destroy();
});

test('a request in pieces, chunked or several in one packet, is a request', async (t) => {
  const running = await startServer(t);
  const text = JSON.stringify(refusedPod);
  const head = 'POST /validate?timeout=5s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
  const whole = `${head}Content-Length: ${text.length}\r\n\r\n${text}`;
  const last = `${head}Content-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`;
  const slow = await secure(running);
  for (let at = 0; at < last.length; at += 97) {
    slow.write(last.slice(at, at + 97));
    await sleep(1);
  }
  t.is((await received(slow)).split('"allowed":false').length, 2);
  const together = await secure(running);
  together.write(`${whole}${whole}${last}`);
  t.is((await received(together)).split('"allowed":false').length, 4);
  const chunked = await secure(running);
  const half = text.length >> 1;
  const piece = (part: string): string => `${part.length.toString(16)}\r\n${part}\r\n`;
  chunked.write(
    `${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${piece(text.slice(0, half))}${piece(text.slice(half))}0\r\n\r\n`,
  );
  t.is((await received(chunked)).split('"allowed":false').length, 2);
  const expecting = await secure(running);
  expecting.write(`${head}Content-Length: ${text.length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`);
  await sleep(50);
  expecting.write(text);
  t.regex(await received(expecting), /^HTTP\/1\.1 100 Continue[^]*"allowed":false/);
});

test('HTTP/2 is answered alike', async (t) => {
  const running = await startServer(t);
  const session = connectSession(`https://localhost:${running.server.port}`, { ca: running.authority.certificate });
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const stream = session.request({ ':method': 'POST', ':path': '/validate', 'content-type': 'application/json' });
      stream.end(JSON.stringify(index % 2 === 0 ? refusedPod : reviewOf(pod())));
      return new Promise<string>((resolve, reject) => {
        let text = '';
        stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        stream.on('end', () => resolve(text));
        stream.on('error', reject);
      });
    }),
  );
  t.true(answers.every((text, index) => text.includes(`"allowed":${index % 2 === 1}`)));
  session.close();
});

test('with an authority of clients, others get no answer', async (t) => {
  const authority = createAuthority('clients');
  const running = await startServer(t);
  const { folder } = running;
  writeFileSync(join(folder, 'clients.crt'), authority.certificate);
  const guarded = await startServer(t, {
    certificates: {
      certificate: join(folder, 'tls.crt'),
      key: join(folder, 'tls.key'),
      clientAuthority: join(folder, 'clients.crt'),
    },
    clients: { kind: 'certified', names: ['kube-apiserver'] },
  });
  const ca = running.authority.certificate;
  const agentOf = (options: object): Agent => new Agent({ ca, ...options });
  const credentials = (name: string, by = authority): object => {
    const { certificate, key } = by.issue({ name, dns: [] });
    return { cert: certificate, key };
  };
  const asked = (options: object): Promise<unknown> => guarded.review(refusedPod, { agent: agentOf(options) });
  await t.throwsAsync(asked({}));
  await t.throwsAsync(asked(credentials('kube-apiserver', running.authority)));
  await t.throwsAsync(asked(credentials('somebody')));
  const answer = await guarded.review(refusedPod, { agent: agentOf(credentials('kube-apiserver')) });
  t.false(responseOf(answer).allowed);
});

test('old versions of TLS are refused', async (t) => {
  const running = await startServer(t);
  await t.throwsAsync(secure(running, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' }));
  const socket = await secure(running, { maxVersion: 'TLSv1.2' });
  t.is(socket.getProtocol(), 'TLSv1.2');
  socket.destroy();
});

test('who dawdles is shown out, in the head, in the body, and between two requests', async (t) => {
  const running = await startServer(t, { timeouts: { head: 1500, request: 2000, idle: 1500 } });
  const text = JSON.stringify(refusedPod);
  const head = `POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n`;
  const drip = async (start: string): Promise<number> => {
    const began = performance.now();
    const socket = await secure(running);
    socket.on('error', () => undefined);
    const over = received(socket);
    socket.write(start);
    const timer = setInterval(() => socket.write(' '), 50);
    await over;
    clearInterval(timer);
    return performance.now() - began;
  };
  const times = await Promise.all([drip(''), drip('POST /valid'), drip(head), drip(`${head}\r\n{"kind"`)]);
  t.true(Math.max(...times) < 20_000, times.join(' '));
  const idle = await secure(running);
  idle.write(`${head}\r\n${text}`);
  t.true((await received(idle)).includes('"allowed":false'));
  const silent = connectPlain(running.server.port, '127.0.0.1');
  await new Promise((resolve) => silent.on('close', resolve));
});
