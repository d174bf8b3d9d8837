// The door to what others saw: logs, flows, spans.

import { readCombined, readEnvoy, readJsonLog } from './access-log.ts';
import { readAwsFlow, readGoogleFlow, readHubble } from './flow-log.ts';
import type { ReadRecord } from './source-event.ts';
import { readSpans } from './spans.ts';

export { takeIn } from './take-in.ts';
export type { TakeInOptions, TakenIn } from './take-in.ts';
export type { ReadRecord, SourceEvent } from './source-event.ts';

export type RecordForm = 'combined' | 'envoy' | 'json' | 'otlp' | 'hubble' | 'aws-vpc' | 'gcp-vpc';

/** Every form that is read, by its name. */
export const recordReaders: Readonly<Record<RecordForm, ReadRecord>> = {
  combined: readCombined,
  envoy: readEnvoy,
  json: readJsonLog,
  otlp: readSpans,
  hubble: readHubble,
  'aws-vpc': readAwsFlow,
  'gcp-vpc': readGoogleFlow,
};
