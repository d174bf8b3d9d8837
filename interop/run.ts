// `npm run test:interop`: the checkout example, compiled by the real command, decides alike in every host that people use: ours,
// the interpreter, npm's opa-wasm (both of its paths), OPA itself, and the Rust crate; the runtime as others install it, on
// Node 20; and `proxy.wasm` in a real Envoy. OPA and we agree on which signed bundles to trust. And a real Kubernetes API server takes
// what we emit and decides as we do. A word behind the call, `hosts`, `envoy`, `helm`, `kubernetes`, `redis`, `postgres` or `telemetry`, runs that part alone. Prints each check
// and ends with `N passed, N failed`.

import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { readCases, readExchanges } from './cases.ts';
import { createReport } from './check.ts';
import { compareHosts } from './compare-hosts.ts';
import { compareNode20 } from './compare-node20.ts';
import { compareSignatures } from './compare-signatures.ts';
import { compareBlueprint } from './blueprint/compare-blueprint.ts';
import { compareEnvoy } from './envoy/compare-envoy.ts';
import { compareCharts } from './helm/compare-chart.ts';
import { compareKubernetes } from './kubernetes/run.ts';
import { compareLoad } from './load/run.ts';
import { comparePlayground } from './playground/compare-playground.ts';
import { compareNeovim } from './neovim/compare-neovim.ts';
import { buildOpa, buildRust } from './peer.ts';
import { comparePostgres } from './postgres/run.ts';
import { compareStores } from './redis/run.ts';
import { compareTelemetry } from './telemetry/compare-telemetry.ts';
import { compareVscode } from './vscode/compare-vscode.ts';
import { compareTreeSitter } from './tree-sitter/compare-tree-sitter.ts';

const report = createReport();
const [wanted, ...words] = process.argv.slice(2);
const parts: Readonly<Record<string, () => Promise<void>>> = {
  hosts,
  envoy: () => compareEnvoy(report),
  helm: () => compareCharts(report),
  'tree-sitter': () => compareTreeSitter(report),
  neovim: () => compareNeovim(report),
  vscode: () => compareVscode(report, words),
  kubernetes: () => compareKubernetes(report, words),
  playground: () => comparePlayground(report, words),
  blueprint: () => compareBlueprint(report, words),
  redis: () => compareStores(report),
  load: () => compareLoad(report, 45),
  postgres: () => comparePostgres(report),
  telemetry: () => compareTelemetry(report),
};
if (wanted !== undefined && !Object.hasOwn(parts, wanted))
  throw new Error(`the parts are ${Object.keys(parts).join(', ')}`);
for (const [name, run] of Object.entries(parts)) if (wanted === undefined || wanted === name) await run();
process.exitCode = report.close();

/** Everything that decides on a bundle. */
async function hosts(): Promise<void> {
  const root = new URL('../', import.meta.url);
  const output = fileURLToPath(new URL('node_modules/.cache/interop/dist/', root));
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });

  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(`${output}key.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const rdpc = fileURLToPath(new URL('compiler/bin/rdpc.js', root));
  const example = fileURLToPath(new URL('examples/checkout', root));
  const compile = [rdpc, 'compile', example, '--revision', 'interop', '--no-cache'];
  execFileSync(process.execPath, [...compile, '-o', `${output}plain`], { stdio: 'inherit' });
  execFileSync(process.execPath, [...compile, '-o', `${output}signed`, '--sign', `${output}key.pem`], {
    stdio: 'inherit',
  });

  const opa = buildOpa();
  const rust = buildRust();
  for (const [name, peer] of [
    ['OPA', opa],
    ['the crate opa-wasm', rust],
  ] as const) {
    report.check(`${name} builds`, typeof peer !== 'string', typeof peer === 'string' ? peer : '');
  }
  const built = {
    opa: typeof opa === 'string' ? undefined : opa,
    rust: typeof rust === 'string' ? undefined : rust,
  };

  const requests = new URL('examples/checkout/requests/', root);
  const cases = [...readCases(requests), ...readExchanges(requests)];
  await compareHosts({
    report,
    ...built,
    example,
    folder: `${output}plain/`,
    cases,
  });
  await compareNode20({ report, bundle: `${output}plain/bundle.tar.gz`, cases });
  await compareSignatures({
    report,
    opa: built.opa,
    folder: output,
    plain: readFileSync(`${output}plain/bundle.tar.gz`),
    signed: readFileSync(`${output}signed/bundle.tar.gz`),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  });
}
