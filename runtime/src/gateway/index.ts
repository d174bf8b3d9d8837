// The one door of the gateway, for programs that run it and for those that measure it.
export { introduction } from './introduction.ts';
export { gatewayHelp, readGatewayCall } from './read-options.ts';
export type { GatewayCall } from './read-options.ts';
export { serveGateway } from './serve-gateway.ts';
export type { Gateway, GatewayOptions } from './serve-gateway.ts';
