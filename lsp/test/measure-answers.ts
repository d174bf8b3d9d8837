// How long answers take in a policy of 5,000 lines, each asked of a state that nothing was asked of before, as after a key:
// `node lsp/test/measure-answers.ts`. CPU time of the thread, in milliseconds, because the machine may have other work.

import { threadCpuUsage } from 'node:process';
import { createWorkspace } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { codeLenses } from '../src/ide/code-lenses.ts';
import { completionsAt } from '../src/ide/completion/complete.ts';
import { definitionAt } from '../src/ide/definition.ts';
import { hoverAt } from '../src/ide/hover.ts';
import { inlayHints } from '../src/ide/inlay-hints.ts';
import { refactorsAt } from '../src/ide/refactor/refactors.ts';
import { highlightsAt, referencesAt } from '../src/ide/references.ts';
import { signatureAt } from '../src/ide/signature.ts';
import { finish } from '../src/ide/steps.ts';
import type { At } from '../src/ide/symbol-at.ts';

const lines = 5_000;
const rounds = 150;
const path = 'big.rdp';

/** A set, a pattern, a function and five rules that use them and each other, all with names of their own. */
function part(n: number): string {
  return `
set hosts_${n} = ["a${n}.example", "b${n}.example"]
pattern order_${n} = re"\\bORD${n}-[0-9A-Z]{4}\\b"
fn ours_${n}(host: string) -> bool = host in hosts_${n} || host.endsWith(".shop${n}.example")

/// Rule ${n}.
detect Pii${n} on Chat.request {
  severity high
  covers   owasp.llm.v2026.LLM02
  find     pii.us_ssn, order_${n} in prompts[*].text
  message  "{count} pieces in a prompt to {provider}"
}

detect Model${n} on Chat.request {
  severity low
  when     model == "m${n}" && prompts.exists(p, p.role == "user" && p.text.contains("x${n}"))
}

defend Cut${n} on Chat.request {
  when   Pii${n} && Model${n}
  redact Pii${n} with "[{kind}]"
}

defend Pod${n} on Cluster.admission {
  when  object is Pod && object.spec.containers.exists(c, c.securityContext?.privileged ?? false)
  block "no ${n} in {namespace}"
}

discover Out${n} on Egress.connection {
  when !ours_${n}(destination.host)
  flow source.workload -> destination.host
}
`;
}

let text =
  'package big\n\nimport std.owasp\nimport std.pii\nimport std.secrets\n\nsurface Chat: llm {}\nsurface Cluster: k8s {}\nsurface Egress: net {}\n';
for (let n = 0; text.split('\n').length < lines; n++) text += part(n);

const places = [...text.matchAll(/p\.role|object\.spec\.|when {3}Pii|destination\.|find {5}pii\.|model ==/g)].map(
  (match) => match.index + match[0].length,
);

const answers: Readonly<Record<string, (at: At) => unknown>> = {
  completion: completionsAt,
  signature: signatureAt,
  hover: hoverAt,
  definition: definitionAt,
  highlights: highlightsAt,
  references: (at) => finish(referencesAt(at, { declaration: 'with' })),
  'code actions': ({ snapshot, offset }) =>
    refactorsAt({ snapshot, path, range: { start: offset, end: offset } }, (kind) => kind !== 'imports'),
  'inlay hints of a screen': ({ snapshot, offset }) =>
    finish(inlayHints(snapshot, path, { start: offset, end: offset + 2_000 })),
  'code lenses of the file': ({ snapshot }) => codeLenses(snapshot, path),
};

let workspace = createWorkspace({ files: [{ path, text }], documents: new Map(), std: stdFiles });
workspace.parsed(path);
for (const [name, answer] of Object.entries(answers)) {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const offset = places[(round * 37) % places.length] ?? 0;
    workspace = workspace.withFile({ path, text: `${text.slice(0, offset)}x${text.slice(offset)}` });
    const before = threadCpuUsage();
    answer({ snapshot: workspace, path, offset: offset + 1 });
    const { user, system } = threadCpuUsage(before);
    times.push((user + system) / 1000);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1);
  process.stdout.write(`${name.padEnd(24)} p50 ${at(0.5).padStart(6)}  p95 ${at(0.95).padStart(6)}\n`);
}
