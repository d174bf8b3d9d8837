// What addresses of PostgreSQL mean, and that their passwords go nowhere but to the server.

import test from 'ava';
import { postgresConfig } from '../../src/inventory/postgres-connection.ts';
import { readGatewayCall } from '../../src/gateway/read-options.ts';

const read = (
  address: string,
  env: NodeJS.ProcessEnv = {},
  password?: string,
): Readonly<Record<string, unknown>> | string => {
  const config = postgresConfig(address, { env, password });
  if (config.kind === 'problem') return config.problem.message;
  const { host, port, user, password: secret, database, ssl } = config.value;
  return { host, port, user, password: secret, database, ssl };
};

test('an address says host, port, user, password and database', (t) => {
  t.like(read('postgres://rdp%40shop:a%20word%2F@db.example:6432/in%20ventory'), {
    host: 'db.example',
    port: 6432,
    user: 'rdp@shop',
    password: 'a word/',
    database: 'in ventory',
    ssl: false,
  });
  t.like(read('postgresql://[2001:db8::1]/rdp'), { host: '2001:db8::1', port: undefined, database: 'rdp' });
  t.like(read('postgres:///rdp?host=/run/postgresql'), { host: '/run/postgresql', database: 'rdp' });
});

test('what it does not say is the environment’s', (t) => {
  for (const address of ['postgres://', 'postgres:///', 'postgres://?application_name=x'])
    t.like(read(address), { host: undefined, user: undefined, password: undefined, database: undefined });
  t.like(read('postgres://rdp@/shop'), { host: undefined, user: 'rdp', database: 'shop' });
});

test('a password of a file is the one that counts', (t) => {
  t.like(read('postgres://rdp:old@db.example/rdp', {}, 'new'), { password: 'new' });
});

test('who asks for TLS gets a certificate that holds', (t) => {
  for (const mode of ['require', 'verify-ca', 'verify-full']) {
    t.like(read(`postgres://db.example/rdp?sslmode=${mode}`), { ssl: { host: 'db.example' } });
    t.like(read('postgres://db.example/rdp', { PGSSLMODE: mode }), { ssl: { host: 'db.example' } });
  }
  t.like(read('postgres:///rdp', { PGSSLMODE: 'require', PGHOST: 'db.example' }), { ssl: { host: 'db.example' } });
  t.like(read('postgres://db.example/rdp?sslmode=disable', { PGSSLMODE: 'require' }), { ssl: false });
});

test('what is no address, or would be weaker than it looks, is refused without its password', (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['postgres://rdp:hush@db.example:port/rdp', /that is no address/],
    ['postgres://rdp:hush@one.example,two.example/rdp', /it has several hosts/],
    ['postgres://rdp:hush@db.example/rdp?sslmode=prefer', /`sslmode` is one of disable, require/],
    ['postgres://rdp:hush@db.example/rdp?sslmode=no-verify', /`sslmode` is one of/],
    ['postgres://rdp:hush@db.example/rdp?ssl=0', /`ssl` is none of/],
    ['postgres://rdp:hush@db.example/rdp?sslmode=require&sslrootcert=/nowhere/ca.pem', /ENOENT/],
    ['postgres://rdp:hush%@db.example/rdp', /malformed|no address/],
  ];
  for (const [address, expected] of cases) {
    const said = String(read(address));
    t.regex(said, expected, address);
    t.notRegex(said, /hush|rdp@/, address);
    t.regex(said, /the inventory `postgres:\/\/(db|one)\.example/, address);
  }
});

test('a password needs a database', (t) => {
  const call = readGatewayCall(['--bundle', 'b.tar.gz', '--inventory', 'i.db', '--inventory-password', 'p']);
  t.like(call, { kind: 'fault', message: '--inventory-password needs an --inventory that begins with postgres://' });
});
