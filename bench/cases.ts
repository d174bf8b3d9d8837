// Every timed case. A case is prepared in its own process, so that no side sees the other's garbage or compiled code.

import { cedarCases } from './cases/cedar.ts';
import { fieldCases } from './cases/fields.ts';
import { jsonCases } from './cases/json.ts';
import { opaCases } from './cases/opa.ts';
import { personalCases } from './cases/personal.ts';
import { prefilterCases } from './cases/prefilter.ts';
import { ruleCases } from './cases/rules.ts';
import { secretCases } from './cases/secrets.ts';
import { streamCases } from './cases/stream.ts';
import { webhookCases } from './cases/webhook.ts';
import { worstCases } from './cases/worst.ts';
import { loadCase } from './sizes.ts';
import type { BenchCase } from './protocol.ts';

/** All cases, by goal. */
export function cases(): Promise<readonly BenchCase[]> {
  return Promise.resolve([
    ...opaCases,
    ...jsonCases,
    ...cedarCases,
    ...fieldCases,
    ...ruleCases,
    ...secretCases,
    ...personalCases,
    ...worstCases,
    ...prefilterCases,
    ...streamCases,
    ...webhookCases,
    loadCase,
  ]);
}
