// Rules for a cluster to a function that decides on objects: the compiled module, asked as an API server asks a webhook.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkProgram, type SourceFile } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { Decision } from '@rdp/runtime/contract';
import { loadProject } from '../../src/cli/decide-project.ts';
import type { Manifest } from './manifests.ts';

/** What an API server asks beside the object; a creation by nobody in particular unless said otherwise. */
export interface Request {
  readonly object?: Manifest | null;
  readonly oldObject?: Manifest | null;
  readonly operation?: string;
  readonly namespace?: string;
  readonly userInfo?: unknown;
  readonly kind?: unknown;
}

export interface Cluster {
  readonly decide: (request: Request) => Decision;
  readonly close: () => void;
}

/**
 * Compiles rules that stand on `Cluster`, after the lines of `imports`. `files` are beside them, packages of an example, and `data` what
 * those name, by path. Throws where the compiler finds a fault.
 */
export async function createCluster(
  rules: string,
  options: {
    readonly imports?: readonly string[];
    readonly files?: readonly SourceFile[];
    readonly data?: Readonly<Record<string, unknown>>;
    /** Settings of the surface, as they are written between its braces. */
    readonly surface?: string;
  } = {},
): Promise<Cluster> {
  const { imports = [], files = [], data = {}, surface = '' } = options;
  const text = `package cases\n${imports.map((name) => `import ${name}\n`).join('')}surface Cluster: k8s { ${surface} }\n${rules}\n`;
  const { programs, diagnostics } = checkProgram({
    files: [...files, { path: 'cases.rdp', text }],
    documents: new Map(Object.entries(data)),
    std: stdFiles,
  });
  const program = programs?.find(({ package: name }) => name === 'cases');
  if (program === undefined) {
    throw new Error(`${diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n')}\nin\n${text}`);
  }
  const root = mkdtempSync(join(tmpdir(), 'rdp-cluster-'));
  for (const [path, value] of Object.entries(data)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), JSON.stringify(value));
  }
  const { enforcer } = await loadProject([program], root);
  rmSync(root, { recursive: true });
  return {
    decide: (request) => enforcer.decide('cases/Cluster/admission', { request: fullRequest(request) }),
    close: () => enforcer.close(),
  };
}

/** Whether the decision lets the object in. */
export function isAdmitted({ action }: Decision): boolean {
  return action !== 'block';
}

function fullRequest({ object = null, oldObject = null, operation = 'CREATE', ...rest }: Request): unknown {
  const about = object ?? oldObject;
  const [group = '', version = ''] = about?.apiVersion.includes('/')
    ? about.apiVersion.split('/')
    : ['', about?.apiVersion ?? ''];
  return {
    uid: 'case',
    operation,
    kind: { group, version, kind: about?.kind ?? '' },
    name: about?.metadata?.name ?? '',
    namespace: about?.metadata?.namespace ?? '',
    userInfo: { username: 'case', groups: [] },
    object,
    oldObject,
    ...rest,
  };
}
