// A bundle → how it gets into the pods of its enforcer, unchangeable and named by its content, so that pods of one revision all have
// the same and a new one rolls out as one: an image of an OCI registry by digest where the cluster can mount images, otherwise a
// ConfigMap as far as it fits.

import type { ClusterTarget } from '../../deploy/targets.ts';
import { base64Text } from '../../ir/interpret/text-codecs.ts';
import { policyFolder } from './enforcer-image.ts';
import { labelsOf, type KubernetesObject } from './object.ts';
import { ociImage, type OciImage } from './oci-layout.ts';
import { sha256Hex } from './sha256-hex.ts';
import type { Mount } from './workload.ts';

/**
 * What a ConfigMap holds: 1 MiB of keys and values (MaxSecretSize of Kubernetes' API; ConfigMap has the same), less room for the key.
 */
export const configMapLimit: number = 1024 * 1024 - 256;

/**
 * The largest bundle that `kubectl apply` takes without `--server-side`: it repeats the object, base64 and all, in an annotation, and
 * annotations have 256 KiB together.
 */
export const clientApplyLimit = 190_000;

/** The minor version from which pods mount images by default (beta and on in 1.35, GA in 1.36). */
export const imageVolumeMinor = 35;

/** How one enforcer's bundle is delivered. */
export type Delivery =
  | {
      readonly kind: 'config-map';
      readonly mount: Mount;
      readonly object: KubernetesObject;
      /** `kubectl apply` needs `--server-side`. */
      readonly serverSide: boolean;
    }
  /** `image` has to be pushed to the registry. */
  | { readonly kind: 'image'; readonly mount: Mount; readonly image: OciImage; readonly reference: string }
  /** One line, lower-case, no final stop. */
  | { readonly kind: 'impossible'; readonly reason: string };

/** What is delivered and to whom. */
export interface DeliveryOptions {
  /** `rdp-admission` */
  readonly enforcer: string;
  readonly namespace: string;
  readonly bundle: Uint8Array;
  /** `registry.example/policies`; without one there are only ConfigMaps. */
  readonly registry: string | undefined;
  readonly target: ClusterTarget | undefined;
}

/** Chooses the way of delivery. */
export function deliverBundle(options: DeliveryOptions): Delivery {
  const { enforcer, namespace, bundle, registry, target } = options;
  if (registry !== undefined && target !== undefined && target.minor >= imageVolumeMinor) {
    const image = ociImage([{ name: 'bundle.tar.gz', bytes: bundle }]);
    const reference = `${registry}/${enforcer}-policy@${image.digest}`;
    const source = { image: { reference, pullPolicy: 'IfNotPresent' } };
    return { kind: 'image', mount: { name: 'policy', path: policyFolder, source }, image, reference };
  }
  if (bundle.length > configMapLimit) {
    const size = `the bundle of ${enforcer} has ${bundle.length} bytes, and a ConfigMap holds 1 MiB`;
    const why =
      registry === undefined
        ? 'name a `registry` in the deployment'
        : `the cluster cannot mount images before Kubernetes 1.${imageVolumeMinor}`;
    return { kind: 'impossible', reason: `${size}: ${why}` };
  }
  const name = `${enforcer}-policy-${sha256Hex(bundle).slice(0, 12)}`;
  return {
    kind: 'config-map',
    serverSide: bundle.length > clientApplyLimit,
    mount: { name: 'policy', path: policyFolder, source: { configMap: { name } } },
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, labels: labelsOf('policy') },
      immutable: true,
      binaryData: { 'bundle.tar.gz': base64Text(bundle) },
    },
  };
}
