// What an enforcer in front of model providers asks of their plans: who answers an exchange, what to ask a request for, how to refuse.
export { askForUsage } from './ask-usage.ts';
export { billedUsage } from './billed-usage.ts';
export { refuseAs, refuseInStream } from './refuse.ts';
export type { Refusal } from './refuse.ts';
export { tellProvider } from './tell-provider.ts';
