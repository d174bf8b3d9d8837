// A snapshot → what decides: its programs, where their rules were written, and the data document. A policy with an error has no
// program, and so no preview; that is said, not guessed around.

import { composeDataDocument } from '@rdp/compiler';
import {
  checkProgram,
  createOrigins,
  hasErrors,
  type CheckResult,
  type CoreProgram,
  type Model,
  type Origins,
  type Workspace,
} from '@rdp/language';

/** The text of a file of the project, by its path relative to the root; undefined where there is none. */
export type ReadText = (path: string) => Promise<string | undefined>;

/** A policy that can decide. */
export interface Policy {
  readonly kind: 'policy';
  readonly model: Model;
  readonly programs: readonly CoreProgram[];
  readonly origins: Origins;
  /** JSON text, as the bundle would have it. */
  readonly data: string;
}

/** Why there is nothing to show, in a sentence without its final stop. */
export interface Problem {
  readonly kind: 'problem';
  readonly message: string;
}

/** What the check of a snapshot found, and where the expressions of its programs stand. */
export interface CheckedPolicy {
  readonly result: CheckResult;
  readonly origins: Origins;
}

const checked = new WeakMap<Workspace, CheckedPolicy>();
const known = new WeakMap<Workspace, Promise<Policy | Problem>>();

/** Checks a snapshot, once, and notes where its expressions stand. */
export function checkedPolicy(snapshot: Workspace): CheckedPolicy {
  const before = checked.get(snapshot);
  if (before !== undefined) return before;
  const origins = createOrigins();
  const policy = { result: checkProgram({ ...snapshot.project, origins }), origins };
  checked.set(snapshot, policy);
  return policy;
}

/** The policy of `snapshot`; the same one as long as the snapshot is, but for files that `data` lines name. */
export function policyOf(snapshot: Workspace, read: ReadText): Promise<Policy | Problem> {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const policy = readPolicy(snapshot, read);
  known.set(snapshot, policy);
  return policy;
}

async function readPolicy(snapshot: Workspace, read: ReadText): Promise<Policy | Problem> {
  const { result, origins } = checkedPolicy(snapshot);
  const { diagnostics, model, programs } = result;
  if (programs === undefined) {
    const count = diagnostics.filter((diagnostic) => hasErrors([diagnostic])).length;
    return { kind: 'problem', message: `the policy has ${count === 1 ? 'an error' : `${count} errors`}` };
  }
  if (programs.length === 0) return { kind: 'problem', message: 'the policy has no rules' };
  const texts = [];
  for (const { path, file } of programs.flatMap(({ data }) => data)) {
    const text = await read(file);
    if (text === undefined) return { kind: 'problem', message: `the data file ${file} cannot be read` };
    texts.push({ path, file, text });
  }
  const composed = composeDataDocument(texts);
  if (composed.kind === 'problem') return { kind: 'problem', message: composed.message };
  return { kind: 'policy', model, programs, origins, data: composed.text };
}
