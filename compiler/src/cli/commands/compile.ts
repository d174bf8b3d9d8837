// `rdpc compile`: a policy to WebAssembly and an OPA bundle. Any error, no artifact.

import { relative, resolve } from 'node:path';
import { hasErrors } from '@rdp/language';
import { checkGaps } from '../../deploy/gap-diagnostics.ts';
import { plansOf } from '../../deploy/native-emitters.ts';
import { countsOf, renderReport, reportOf, type Report } from '../../deploy/report.ts';
import { buildBundle, type Signing } from '../build-bundle.ts';
import { buildProxy } from '../build-proxy.ts';
import { checkFiles, type CheckedProject } from '../check-files.ts';
import { remember, type CallKey } from '../compile-cache.ts';
import { emitManifests } from '../emit-manifests.ts';
import { exitCodes, refuse, refuseWithoutRules, type ExitCode } from '../faults.ts';
import { formatOption, verb, wordsOf, type Verb } from '../options.ts';
import { stdout } from '../output-stream.ts';
import { dependenciesOf } from '../project-digest.ts';
import { showDiagnostics, type Format } from '../show-diagnostics.ts';
import { signingAlgorithms, type SigningAlgorithm } from '../../emit/sign-bundle.ts';
import { paletteFor, progress } from '../terminal.ts';
import { watchProject } from '../watch.ts';
import { writeOutput } from '../write-output.ts';

const targets = ['wasm', 'bundle', 'k8s'] as const;

interface CompileCall {
  readonly path: string;
  readonly output: string;
  readonly targets: readonly string[];
  readonly revision: string | undefined;
  readonly signing: Signing | undefined;
  readonly format: Format;
  readonly failOnGap: boolean;
}

/** The verb `compile`; it is remembered under `key`. */
export function compileCommand(key: CallKey): Verb {
  return verb({
    command: 'compile [path]',
    describe: 'compile a policy to WebAssembly and a bundle',
    options: {
      ...formatOption,
      output: { alias: 'o', type: 'string', default: 'dist', describe: 'directory to write to' },
      target: { type: 'string', default: 'wasm,bundle', describe: `what to write: ${targets.join(', ')}` },
      sign: { type: 'string', describe: 'private key (PEM or JWK) to sign the bundle with' },
      'signing-alg': { choices: signingAlgorithms, describe: 'algorithm of the signature; RS256 unless said' },
      'key-id': { type: 'string', describe: 'name under which hosts know the key; `default` unless said' },
      scope: { type: 'string', describe: 'scope of the signature' },
      revision: { type: 'string', describe: 'revision in the manifest of the bundle' },
      'fail-on-gap': {
        type: 'boolean',
        default: false,
        describe: 'exit 1 when a rule is enforced or observed nowhere on some cluster',
      },
      watch: { type: 'boolean', default: false, describe: 'compile again when something changes' },
      cache: { type: 'boolean', default: true, describe: 'skip a compile when nothing has changed' },
    },
    examples: [
      ['$0 compile policies -o dist', 'policy.wasm, bundle.tar.gz, policy.map.json, report'],
      ['$0 compile policies --sign key.pem --signing-alg ES256', 'a signed bundle'],
    ],
    run: async (args) => {
      const call: CompileCall = {
        path: wordsOf(args, 'path')[0] ?? '.',
        output: args.output,
        targets: targetsOf(args.target),
        revision: args.revision,
        signing: signingOf(args),
        format: args.format,
        failOnGap: args['fail-on-gap'],
      };
      if (args.watch) return watchProject(call.path, call.output, () => compileOnce(call));
      return compileOnce(call, args.cache ? key : undefined);
    },
  });
}

interface SigningArguments {
  readonly sign: string | undefined;
  readonly 'signing-alg': SigningAlgorithm | undefined;
  readonly 'key-id': string | undefined;
  readonly scope: string | undefined;
}

/** Whoever says how to sign expects a signature: without a key there is no bundle. */
function signingOf(args: SigningArguments): Signing | undefined {
  const { sign: key, 'signing-alg': algorithm = 'RS256', 'key-id': keyId = 'default', scope } = args;
  if (key !== undefined) return { key, algorithm, keyId, scope };
  const said = (['signing-alg', 'key-id', 'scope'] as const).find((name) => args[name] !== undefined);
  if (said === undefined) return undefined;
  return refuse(`\`--${said}\` says how to sign, and there is no key`, 'name the private key with --sign KEY');
}

function targetsOf(text: string): readonly string[] {
  const wanted = text
    .split(',')
    .map((target) => target.trim())
    .filter((target) => target !== '');
  const unknown = wanted.find((target) => !targets.some((known) => known === target));
  if (unknown !== undefined)
    refuse(`\`${unknown}\` is no target of this version`, `the targets are ${targets.join(', ')}`);
  return wanted;
}

async function compileOnce(call: CompileCall, key?: CallKey): Promise<ExitCode> {
  const done = progress(`compiling ${call.path}`);
  try {
    const project = await checkFiles(call.path);
    const { programs, model } = project.result;
    const plans = plansOf(model, programs ?? []);
    const gaps = call.targets.includes('k8s') ? plans.flatMap(checkGaps) : [];
    const diagnostics = [...project.result.diagnostics, ...gaps];
    const code = showDiagnostics(diagnostics, { format: call.format, root: project.root });
    if (hasErrors(diagnostics) || programs === undefined) return code;
    if (programs.length === 0) return refuseWithoutRules(call.path);
    const built = await buildBundle(programs, { root: project.root, revision: call.revision, signing: call.signing });
    const proxy = buildProxy(model, programs, built.data);
    const wanted = [...built.files, ...proxy].filter(([name]) =>
      call.targets.includes(name === 'bundle.tar.gz' ? 'bundle' : 'wasm'),
    );
    const report = reportOf(model, plans);
    const options = { root: project.root, revision: call.revision, signing: call.signing };
    if (call.failOnGap && showGaps(report)) {
      writeOutput(call.output, new Map(renderReport(report)));
      return exitCodes.policy;
    }
    const manifests = call.targets.includes('k8s')
      ? await emitManifests({ ...options, model, programs, plans, proxy })
      : [];
    const files = new Map([...wanted, ...renderReport(report), ...manifests]);
    writeOutput(call.output, files);
    const printed = call.format === 'text' ? `${summaryOf(call.output, files)}${enforcementOf(report, call)}` : '';
    stdout.write(printed);
    if (key !== undefined && diagnostics.length === 0) keep(key, project, call, [...files.keys()], printed);
    return code;
  } finally {
    done();
  }
}

/** A call whose output depends on nothing but its inputs is remembered; a signature may be different each time. */
function keep(
  key: CallKey,
  project: CheckedProject,
  call: CompileCall,
  outputs: readonly string[],
  printed: string,
): void {
  if (call.signing !== undefined) return;
  remember(key, { ...dependenciesOf(project, call.output, outputs), printed });
}

/** One line on what becomes of the rules, where a deployment says where they go; and on manifests that were asked for without one. */
function enforcementOf(report: Report, { targets: wanted }: CompileCall): string {
  if (report.clusters.length > 0) return `rules on clusters: ${countsOf(report)}\n`;
  return wanted.includes('k8s') ? 'nothing for k8s: no `deploy` says which clusters there are\n' : '';
}

/** Names every gap that nobody accepted; whether there is one. */
function showGaps({ rules }: Report): boolean {
  const gaps = rules.filter(({ status }) => status === 'gap');
  for (const { package: owner, rule, cluster, reason } of gaps) {
    const where = cluster === null ? '' : ` on \`${cluster}\``;
    process.stderr.write(`gap: \`${owner}.${rule}\` is not enforced${where}: ${reason}\n`);
  }
  return gaps.length > 0;
}

function summaryOf(output: string, files: ReadonlyMap<string, Uint8Array | string>): string {
  const paint = paletteFor(stdout);
  const place = relative(process.cwd(), resolve(output)) || '.';
  const sizes = new Map<string, number>();
  for (const [name, content] of files) {
    // Of manifests the folders are enough.
    const [top = '', folder = '', ...rest] = name.split('/');
    const shown = rest.length > 0 ? `${top}/${folder}/` : name;
    sizes.set(shown, (sizes.get(shown) ?? 0) + Buffer.byteLength(content));
  }
  return [...sizes].map(([name, size]) => `${place}/${name.padEnd(18)} ${paint.faint(sizeOf(size))}\n`).join('');
}

function sizeOf(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KiB`;
}
