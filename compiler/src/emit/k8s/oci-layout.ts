// Files → an image of one layer, and images → an OCI image layout (image-spec 1.1): a folder that `oras`, `skopeo` and `crane` push to
// a registry as it is. Digests follow from the files alone, so that manifests can name what nobody has pushed yet.

import { gzipSync } from 'fflate';
import { compareText } from '../compare-text.ts';
import { writeTar, type TarFile } from '../write-tar.ts';
import { sha256Hex } from './sha256-hex.ts';

const encoder = new TextEncoder();

/** An image by its blobs. */
export interface OciImage {
  /** `sha256:…` of the index; a reference by it always is this content. */
  readonly digest: string;
  /** Bytes of the index. */
  readonly size: number;
  /** By their digests. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const indexType = 'application/vnd.oci.image.index.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** Hosts take an image of their own processor alone, whatever is in it. */
const architectures = ['amd64', 'arm64'] as const;

/** An image whose one layer has these files at its root. Istio and Envoy Gateway read `plugin.wasm` of it. */
export function ociImage(files: readonly TarFile[]): OciImage {
  const blobs = new Map<string, Uint8Array>();
  const store = (mediaType: string, bytes: Uint8Array): Descriptor => {
    const digest = `sha256:${sha256Hex(bytes)}`;
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const archive = writeTar(files.toSorted((a, b) => compareText(a.name, b.name)));
  const layer = store('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(archive, { level: 2, mem: 4, mtime: 0 }));
  const diff = `sha256:${sha256Hex(archive)}`;
  const manifests = architectures.map((architecture) => {
    const rootfs = { type: 'layers', diff_ids: [diff] };
    const config = store(
      'application/vnd.oci.image.config.v1+json',
      jsonBytes({ architecture, os: 'linux', config: {}, rootfs }),
    );
    const manifest = { schemaVersion: 2, mediaType: manifestType, config, layers: [layer] };
    return { ...store(manifestType, jsonBytes(manifest)), platform: { architecture, os: 'linux' } };
  });
  const index = store(indexType, jsonBytes({ schemaVersion: 2, mediaType: indexType, manifests }));
  return { digest: index.digest, size: index.size, blobs };
}

/** The files of a layout with these images, by the names under which they are copied from it. */
export function ociLayout(images: ReadonlyMap<string, OciImage>): ReadonlyMap<string, Uint8Array> {
  const named = [...images].toSorted(([a], [b]) => compareText(a, b));
  const manifests = named.map(([name, { digest, size }]) => ({
    mediaType: indexType,
    digest,
    size,
    annotations: { 'org.opencontainers.image.ref.name': name },
  }));
  const blobs = named.flatMap(([, { blobs: own }]) => [...own]);
  return new Map([
    ['index.json', jsonBytes({ schemaVersion: 2, mediaType: indexType, manifests })],
    ['oci-layout', jsonBytes({ imageLayoutVersion: '1.0.0' })],
    ...blobs.map(([digest, bytes]) => [`blobs/${digest.replace(':', '/')}`, bytes] as const),
  ]);
}

function jsonBytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}
