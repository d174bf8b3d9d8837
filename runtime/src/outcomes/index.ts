// The one door of outcomes: what a gateway needs to carry decisions out.
export { createOutcomes } from './create-outcomes.ts';
export type { OutcomesOptions } from './create-outcomes.ts';
export { outcomeMetrics } from './outcome-metrics.ts';
export { memoryLimits } from '../limits/memory-limits.ts';
export { memoryDesk } from '../approval/memory-desk.ts';
export { fileQuarantine, memoryQuarantine } from '../quarantine/file-quarantine.ts';
export { lineLog, noLog } from '../audit/line-log.ts';
export { redisLimits } from '../limits/redis-limits.ts';
export { connectRedis } from '../store/redis-connection.ts';
export { redisDesk } from '../approval/redis-desk.ts';
export { redisQuarantine } from '../quarantine/redis-quarantine.ts';
export { createAdmin } from '../admin/admin-api.ts';
export type { AdminHandler, AdminOptions } from '../admin/admin-api.ts';
export { readTokens } from '../admin/admin-tokens.ts';
export { openOutcomes } from './open-outcomes.ts';
export type { OpenOutcomes, OutcomeSettings } from './open-outcomes.ts';
