// The one door to API servers of Kubernetes, for what reads them: the admission server and `rdpc discover`.
export { openApiServer } from './api-server.ts';
export type { ApiServer, ClusterAccess, ClusterEvent, ClusterList, ClusterObject, ClusterWatch } from './api-server.ts';
export { accessFromPod } from './in-cluster.ts';
export { watchPods } from './watch-pods.ts';
export type { PodAnswer, PodSource } from './watch-pods.ts';
