// The programs understand the arguments that manifests give them, and serve what probes and the webhook's configuration ask for.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readAdmissionCall } from '../../../../runtime/src/admission/read-options.ts';
import { readGatewayCall } from '../../../../runtime/src/gateway/read-options.ts';
import { quarantineLabel as labelOfProgram } from '../../../../runtime/src/admission/quarantine.ts';
import { routeOf } from '../../../../runtime/src/admission/review-route.ts';
import {
  adminFile,
  adminFolder,
  adminPort,
  admissionArguments,
  bundlePath,
  gatewayArguments,
  inventoryFolder,
  livePath,
  metricsPath,
  metricsPort,
  mutatePath,
  readyPath,
  tlsFolder,
  validatePath,
} from '../../../src/emit/k8s/enforcer-image.ts';
import { quarantineLabel } from '../../../src/emit/k8s/quarantine.ts';

test('rdp-admission takes its arguments as they are meant', (t) => {
  const call = readAdmissionCall(
    admissionArguments({ port: 10250, failurePolicy: 'Ignore', exempt: ['kube-system', 'rdp-system'] }),
  );
  t.like(call, {
    kind: 'serve',
    options: {
      port: 10250,
      metricsPort,
      policy: { failure: 'ignore', exempt: new Set(['kube-system', 'rdp-system']) },
      certificates: { certificate: `${tlsFolder}/tls.crt`, key: `${tlsFolder}/tls.key` },
    },
  });
  t.true(JSON.stringify(admissionArguments({ port: 1, failurePolicy: 'Fail', exempt: [] })).includes(bundlePath));
});

test('rdp-gateway takes its arguments as they are meant', (t) => {
  const call = readGatewayCall(
    gatewayArguments({
      port: 8081,
      limits: 'rdp-redis:6379',
      upstreams: [{ name: 'shop.checkout.Checkout', url: 'http://web.shop:8080' }],
      webSockets: ['shop.checkout.Checkout'],
      callers: {
        idHeader: 'x-client',
        workloadHeader: 'x-forwarded-client-cert',
        jwtKeys: 'https://login.example/keys',
        jwtIssuer: 'https://login.example',
        jwtAudience: 'shop',
      },
    }),
  );
  t.like(call, {
    kind: 'serve',
    outcomes: { store: 'redis://rdp-redis:6379' },
    options: {
      host: '0.0.0.0',
      port: 8081,
      metricsPort,
      tls: undefined,
      routes: {
        upstreams: new Map([['shop.checkout.Checkout', new URL('http://web.shop:8080')]]),
        surfaces: [],
        webSockets: ['shop.checkout.Checkout'],
      },
      clients: { trustedHops: 0, idHeader: 'x-client', workloadHeader: 'x-forwarded-client-cert' },
      tokens: { keys: 'https://login.example/keys', issuer: 'https://login.example', audience: 'shop' },
    },
  });
  const people = gatewayArguments({
    port: 8080,
    limits: undefined,
    upstreams: [],
    webSockets: [],
    callers: {},
    admin: 'cluster',
    inventory: 'postgres://rdp_gateway@db.shop/rdp',
  });
  t.true(people.includes(`--admin-tokens=${adminFolder}/${adminFile}`));
  t.true(people.includes(`--inventory-password=${inventoryFolder}/password`));
  const folder = mkdtempSync(join(tmpdir(), 'rdp-arguments-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of [adminFile, 'password']) writeFileSync(join(folder, name), `what is in ${name}\n`);
  const mounted = people.map((argument) =>
    argument.replace(`=${adminFolder}/`, `=${folder}/`).replace(`=${inventoryFolder}/`, `=${folder}/`),
  );
  t.like(readGatewayCall(mounted), {
    kind: 'serve',
    outcomes: {
      admin: { host: '0.0.0.0', port: adminPort, tokens: `what is in ${adminFile}\n` },
      inventory: { address: 'postgres://rdp_gateway@db.shop/rdp', password: 'what is in password' },
    },
  });
  t.like(readGatewayCall(mounted.filter((argument) => !argument.startsWith('--admin-host'))), {
    outcomes: { admin: { host: '127.0.0.1' } },
  });
  const known = gatewayArguments({
    port: 8080,
    limits: undefined,
    upstreams: [],
    webSockets: [],
    callers: {},
    workloads: { strangers: ['shop.Tools'] },
  });
  t.like(readGatewayCall(known), { kind: 'serve', workloads: { strangers: ['shop.Tools'] } });
  t.is(readGatewayCall(people).kind, 'fault', 'a secret that is not there is a start that fails');
  const bare = readGatewayCall(
    gatewayArguments({ port: 8080, limits: undefined, upstreams: [], webSockets: [], callers: {} }),
  );
  t.is(bare.kind, 'serve');
});

test('the label of a quarantine is the one that the program sets', (t) => {
  t.is(quarantineLabel, labelOfProgram);
});

test('the paths are those that the program serves', (t) => {
  t.like(routeOf(validatePath), { phase: 'validate' });
  t.like(routeOf(mutatePath), { phase: 'mutate' });
  const health = readFileSync(join(import.meta.dirname, '../../../../runtime/src/server/listen-health.ts'), 'utf8');
  for (const path of [livePath, readyPath, metricsPath]) t.true(health.includes(`'${path}'`), path);
});
