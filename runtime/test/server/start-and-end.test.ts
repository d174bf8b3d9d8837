// What a person at a terminal meets: a port that is taken, Ctrl-C, and an option that is none.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { drainFor } from '../../src/server/end-when-asked.ts';
import { wrongCall } from '../../src/server/option-table.ts';
import { tryListening } from '../../src/server/start-and-drain.ts';

test('a port that is taken is named, with what to do', async (t) => {
  const first = createServer().listen(0, '127.0.0.1');
  await once(first, 'listening');
  const { port } = first.address() as AddressInfo; // it listens on a port
  const outcome = await tryListening(async () => {
    const second = createServer().listen(port, '127.0.0.1');
    await once(second, 'listening');
  });
  first.close();
  t.like(outcome, {
    problem: { message: `cannot listen: another program has 127.0.0.1:${port} already; choose another port` },
  });
});

test('another fault of listening keeps its words', async (t) => {
  const outcome = await tryListening(() => Promise.reject(new Error('listen EACCES: permission denied 127.0.0.1:80')));
  t.like(outcome, { problem: { message: 'cannot listen: listen EACCES: permission denied 127.0.0.1:80' } });
});

test('a person does not wait for a load balancer, and what is pending has its time all the same', (t) => {
  const times = { delay: 5000, patience: 20_000 };
  t.deepEqual(drainFor('person', times), { delay: 0, patience: 20_000 });
  t.deepEqual(drainFor('platform', times), times);
});

test('a wrong call is told in two lines', (t) => {
  t.is(
    wrongCall('rdp-gateway', '--bundle is missing'),
    'rdp-gateway: --bundle is missing\n  `rdp-gateway --help` lists the options\n',
  );
});
