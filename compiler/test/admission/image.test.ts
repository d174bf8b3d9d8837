// The image of the admission server, as far as it can be looked at without building it: what its Containerfile says, and that the
// files which it copies are a program that runs with Node and nothing else.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Agent, request as httpsRequest } from 'node:https';
import { admissionArguments, imageUser, metricsPort } from '../../src/emit/k8s/enforcer-image.ts';
import { createAuthority } from './make-certificate.ts';
import { bundleOf, clusterPolicy, pod, reviewOf } from './running-server.ts';

const runtime = fileURLToPath(new URL('../../../runtime/', import.meta.url));

interface Instruction {
  readonly name: string;
  readonly words: readonly string[];
}

const instructions: readonly Instruction[] = readFileSync(join(runtime, 'Containerfile'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [name = '', ...words] = line.split(' ');
    return { name, words };
  });
const named = (name: string): readonly Instruction[] => instructions.filter((one) => one.name === name);
const entrypoint = JSON.parse(named('ENTRYPOINT')[0]?.words.join(' ') ?? '[]') as readonly string[]; // the form without a shell

test('the base is whoever builds to say, nothing runs while it is built, and there is one user without rights', (t) => {
  t.true(named('FROM').length > 0);
  for (const { words } of named('FROM')) t.is(words[0], '${BASE}');
  t.deepEqual(
    named('ARG').map(({ words }) => words),
    [['BASE']],
  );
  const allowed = ['ARG', 'FROM', 'COPY', 'WORKDIR', 'ENV', 'USER', 'EXPOSE', 'ENTRYPOINT'];
  t.deepEqual(
    instructions.filter(({ name }) => !allowed.includes(name)),
    [],
  );
  t.deepEqual(
    named('USER').map(({ words }) => words[0]),
    [`${imageUser}:${imageUser}`],
  );
  for (const { words } of named('COPY')) t.true(words.includes('--chown=0:0') && words.includes('--chmod=0444'));
  t.true(named('EXPOSE')[0]?.words.includes(String(metricsPort)));
});

/** The folder that the image would have at `/app`, with nothing around it. */
function tree(): string {
  execFileSync(process.execPath, [join(runtime, 'build.ts')], { stdio: 'ignore' });
  const folder = mkdtempSync(join(tmpdir(), 'rdp-image-'));
  const app = join(folder, 'app');
  mkdirSync(app);
  for (const { words } of named('COPY')) {
    const sources = words.filter((word) => !word.startsWith('--')).slice(0, -1);
    for (const source of sources) cpSync(join(runtime, 'dist', source), join(app, basename(source)));
  }
  return folder;
}

test('the files that it copies answer reviews with Node alone, as the manifests call them', async (t) => {
  const folder = tree();
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const authority = createAuthority('image');
  const { certificate, key } = authority.issue({ name: 'webhook' });
  for (const [name, content] of [
    ['tls.crt', certificate],
    ['tls.key', key],
    ['bundle.tar.gz', bundleOf(clusterPolicy)],
  ] as const)
    writeFileSync(join(folder, name), content);
  const places: Readonly<Record<string, string>> = {
    '--bundle': join(folder, 'bundle.tar.gz'),
    '--tls-cert': join(folder, 'tls.crt'),
    '--tls-key': join(folder, 'tls.key'),
    '--port': '0',
    '--metrics-port': '0',
  };
  const called = admissionArguments({ port: 8443, failurePolicy: 'Fail', exempt: ['kube-system'] }).map((argument) => {
    const [name = '', value = ''] = argument.split(/=(.*)/s);
    return `${name}=${places[name] ?? value}`;
  });
  const [, ...words] = entrypoint.map((word) => word.replace('/app/', `${join(folder, 'app')}/`));
  const child = spawn(process.execPath, [...words, ...called, '--drain-delay=0'], {
    cwd: folder,
    env: { NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  let port: unknown;
  while (port === undefined) {
    const line = await lines.next();
    if (line.done) break;
    const entry = JSON.parse(line.value) as Readonly<Record<string, unknown>>; // a line of the log
    if (entry['event'] === 'listening') port = entry['port'];
  }
  child.kill('SIGHUP');
  const agent = new Agent({ ca: authority.certificate });
  const answer = await new Promise<string>((resolve, reject) => {
    const request = httpsRequest(`https://127.0.0.1:${String(port)}/validate`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json' },
    });
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
    });
    request.on('error', reject);
    request.end(JSON.stringify(reviewOf(pod({}, { securityContext: { privileged: true } }))));
  });
  t.true(answer.includes('"allowed":false'));
  child.kill('SIGTERM');
  t.deepEqual(await ended, [0, null]);
});
