// What a proxy sees of a module: proxy-wasm 0.2.1's callbacks, which the kernel has under their names, and the calls of the host that
// they make. Hosts check names and types exactly.
// Source: proxy-wasm/spec abi-versions/v0.2.1; proxy-wasm-cpp-host asks for `malloc` before `proxy_on_memory_allocate`.

import type { ModuleHost } from './abi.ts';
import type { FunctionReference, ValueType } from './encode-function.ts';

const hostCall = (name: string, params: number): FunctionReference => ({
  name: `env.${name}`,
  type: { params: Array.from({ length: params }, (): ValueType => 'i32'), results: ['i32'] },
});

const callbacks: readonly string[] = [
  'proxy_abi_version_0_2_1',
  'proxy_on_memory_allocate',
  '_initialize',
  'proxy_on_vm_start',
  'proxy_on_configure',
  'proxy_on_context_create',
  'proxy_on_request_headers',
  'proxy_on_request_body',
  'proxy_on_request_trailers',
  'proxy_on_response_headers',
  'proxy_on_response_body',
  'proxy_on_response_trailers',
  'proxy_on_done',
  'proxy_on_log',
  'proxy_on_delete',
];

/** A proxy that runs proxy-wasm 0.2.1 filters; the module has a memory of its own. */
export const proxyHost: ModuleHost = {
  memory: 'own',
  imports: [
    hostCall('proxy_log', 3),
    hostCall('proxy_get_buffer_bytes', 5),
    hostCall('proxy_set_buffer_bytes', 5),
    hostCall('proxy_get_header_map_pairs', 3),
    hostCall('proxy_remove_header_map_value', 3),
    hostCall('proxy_get_property', 4),
    hostCall('proxy_get_current_time_nanoseconds', 1),
    hostCall('proxy_send_local_response', 8),
  ],
  standsFor: new Map([['env.opa_abort', 'log_abort']]),
  exports: new Map([...callbacks.map((name) => [name, name] as const), ['malloc', 'proxy_on_memory_allocate']]),
  globals: new Map(),
};
