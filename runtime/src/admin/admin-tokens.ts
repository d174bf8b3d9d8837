// Who may answer: a file of names, groups and digests of tokens → the approver that a bearer token is.
//
// INVARIANT: tokens themselves are nowhere in the file, and no comparison takes longer for a token that is nearly right.

import { createHash, timingSafeEqual } from 'node:crypto';

import type { Approver } from '../approval/approval-desk.ts';
import { ok, problem, type Outcome } from '../load/problem.ts';
import { isObject } from '../load/read-json.ts';

export interface AdminTokens {
  /** Of an `Authorization` header. */
  readonly approverOf: (authorization: string | undefined) => Approver | undefined;
}

/** `[{"name": "…", "token_sha256": "64 hexadecimal digits", "groups": ["support-leads"]}]`; the group `*` is every group. */
export function readTokens(text: string): Outcome<AdminTokens> {
  const wrong = problem('corrupt', 'the file of tokens is no list of `name`, `token_sha256` and `groups`');
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list) || list.length === 0) return wrong;
    const known = list.map(readEntry);
    return known.every((entry) => entry !== undefined) ? ok(tokensOf(known)) : wrong;
  } catch {
    return wrong;
  }
}

interface Entry {
  readonly digest: Buffer;
  readonly approver: Approver;
}

function readEntry(value: unknown): Entry | undefined {
  if (!isObject(value)) return undefined;
  const { name, token_sha256: digest, groups } = value;
  if (typeof name !== 'string' || name === '' || typeof digest !== 'string' || !/^[0-9a-f]{64}$/i.test(digest))
    return undefined;
  if (!Array.isArray(groups) || !groups.every((group) => typeof group === 'string')) return undefined;
  return { digest: Buffer.from(digest, 'hex'), approver: { name, groups } };
}

function tokensOf(entries: readonly Entry[]): AdminTokens {
  return {
    approverOf: (authorization) => {
      const token = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) return undefined;
      const digest = createHash('sha256').update(token).digest();
      // All are compared, whichever it is.
      const matching = entries.filter((entry) => timingSafeEqual(entry.digest, digest));
      return matching[0]?.approver;
    },
  };
}
