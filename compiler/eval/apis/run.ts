// Descriptions of APIs and requests to them (api-openapi): every description is read; each request has the route that a second, obvious reading
// of the description finds; and when a path is taken out of the description, exactly its requests become ghosts. By compiled modules.
// Exits with 1 when something is not so.

import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkProgram, importOpenapi } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { bytesSource, createEnforcer } from '@rdp/runtime';
import { parse as parseYaml } from 'yaml';
import { compilePrograms, emitBundle } from '../../src/index.ts';

type Json = Readonly<Record<string, unknown>>;

interface Request {
  readonly name: string;
  readonly app: string;
  readonly method: string;
  /** Path and query, with made-up values for what the collection leaves open. */
  readonly target: string;
}

const [folder = '.'] = process.argv.slice(2);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /api-openapi\//.test(join(folder, path)))
  .map((path) => join(folder, path));
let faults = 0;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const fault = (line: string): void => {
  faults += 1;
  say(`  not so: ${line}`);
};

const descriptions = files.flatMap((path) => {
  if (!/\.(json|ya?ml)$/.test(path)) return [];
  const document: unknown = parseYaml(readFileSync(path, 'utf8'));
  return isObject(document) && ('openapi' in document || 'swagger' in document) ? [{ path, document }] : [];
});
const unread = descriptions.filter(({ document }) =>
  importOpenapi(document).problems.some(({ code }) => code === 'invalid-document' || code === 'unsupported-openapi'),
);
say(`descriptions read: ${descriptions.length - unread.length} of ${descriptions.length}`);
for (const { path } of unread) fault(`\`${basename(path)}\` cannot be read`);

const requests = files.filter((path) => basename(path) === 'requests.jsonl').flatMap(readRequests);
for (const app of new Set(requests.map((request) => request.app))) {
  const described = descriptions.find(({ path }) => path.toLowerCase().includes(app));
  if (described === undefined) continue;
  await measure(
    app,
    described.document,
    requests.filter((request) => request.app === app),
  );
}
process.exitCode = faults === 0 ? 0 : 1;

async function measure(app: string, document: Json, own: readonly Request[]): Promise<void> {
  const paths = isObject(document['paths']) ? document['paths'] : {};
  const expected = own.map((request) => plainRoute(document, request));
  const found = await routesOf(document, own);
  const wrong = own.filter((_, index) => found[index] !== expected[index]);
  const undocumented = expected.filter((route) => route === undefined).length;
  say(`${app}: ${own.length - wrong.length} of ${own.length} requests have their route, ${undocumented} of them none`);
  for (const request of wrong) {
    const index = own.indexOf(request);
    fault(`${request.method} ${request.target}: ${found[index]}, not ${expected[index]}`);
  }
  let [ghosts, strays] = [0, 0];
  for (const path of Object.keys(paths)) {
    const { [path]: _, ...rest } = paths;
    const without = await routesOf({ ...document, paths: rest }, own);
    const again = own.map((request) => plainRoute({ ...document, paths: rest }, request));
    own.forEach((request, index) => {
      if (without[index] !== again[index]) {
        strays += 1;
        fault(`without ${path}: ${request.method} ${request.target} is ${without[index]}, not ${again[index]}`);
      } else if (found[index] !== undefined && without[index] === undefined) ghosts += 1;
    });
  }
  say(
    `${app}: ${Object.keys(paths).length} paths taken out one by one: ${ghosts} requests became ghosts, ${strays} wrongly`,
  );
}

/** `GET /v1/orders`, or undefined where no route describes the request: what the module of a policy says. */
async function routesOf(document: Json, own: readonly Request[]): Promise<readonly (string | undefined)[]> {
  const text = `package eval
surface Api: api { openapi "api.json" }
discover Known on Api.request { when route != none record api.endpoint { method: method, path: path.template } }
`;
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'eval.rdp', text: text.replace('surface', 'import std.api\nsurface') }],
    documents: new Map([['api.json', document]]),
    std: stdFiles,
  });
  if (programs === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const bundle = emitBundle({ ...compilePrograms(programs), data: '{}', packages: ['eval'] });
  const enforcer = createEnforcer({ source: bytesSource(bundle), limits: { warmUp: 0 } });
  await enforcer.ready;
  const routes = own.map(({ method, target }) => {
    const [record] = enforcer.decide('Api.request', { method, path: target, host: 'api.example' }).records ?? [];
    return record === undefined ? undefined : `${String(record.fields['method'])} ${String(record.fields['path'])}`;
  });
  enforcer.close();
  return routes;
}

/** A second reading: each template as a regular expression, the one with the fewest parameters first. */
function plainRoute(document: Json, { method, target }: Request): string | undefined {
  const bases = basesOf(document);
  const path = decodeURIComponent(target.replace(/\?.*$/, ''));
  const matching = Object.entries(isObject(document['paths']) ? document['paths'] : {}).flatMap(([template, item]) =>
    isObject(item) && item[method.toLowerCase()] !== undefined
      ? bases.map((base) => base + template).filter((whole) => expressionOf(whole).test(path))
      : [],
  );
  const [best] = matching.toSorted((a, b) => a.split('{').length - b.split('{').length);
  return best === undefined ? undefined : `${method} ${best}`;
}

function expressionOf(template: string): RegExp {
  const parts = template.split(/\{[^}]*\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

function basesOf(document: Json): readonly string[] {
  if (document['swagger'] !== undefined) return [String(document['basePath'] ?? '').replace(/\/$/, '')];
  const servers = Array.isArray(document['servers']) ? (document['servers'] as readonly Json[]) : [];
  const bases = servers.map(({ url }) =>
    String(url)
      .replace(/^[a-z]+:\/\/[^/]*/i, '')
      .replace(/\/$/, ''),
  );
  return bases.length === 0 ? [''] : [...new Set(bases)];
}

/** Requests of a collection. `{{url}}` ahead is the API; other hosts are other services, which the description is not about. */
function readRequests(path: string): readonly Request[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const { app, name, method, url } = JSON.parse(line) as Readonly<
        Record<'app' | 'name' | 'method' | 'url', string>
      >; // as its manifest says
      const [, host = '', rest = ''] = /^(?:https?:\/\/)?(\{\{[^}]*\}\}|[^/]*)(\/.*)?$/s.exec(url) ?? [];
      if (/mail/i.test(host)) return [];
      return [{ app, name, method, target: (rest || '/').replaceAll(/\{\{[^}]*\}\}/g, '7') }];
    });
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
