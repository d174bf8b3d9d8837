// A refusal → the response in which the client's SDK finds it: in the words of the provider that it thinks it talks to.
//
// INVARIANT: a refusal has no text of the exchange that it refuses.

import type { ProviderPlan } from '../contract/index.ts';
import { refuseAs } from '../provider/index.ts';

/** What a client is told. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A refusal as a response. */
export interface RefusalResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The response that says so. */
export function refusalResponse(refusal: Refusal, speaker: ProviderPlan | undefined): RefusalResponse {
  const { headers, body } = refuseAs(speaker?.refusal, refusal);
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    status: refusal.status,
    headers: { 'cache-control': 'no-store', ...Object.fromEntries(own), ...refusal.headers },
    body,
  };
}
