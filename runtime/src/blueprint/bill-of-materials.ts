// A graph → a CycloneDX bill of materials (ML-BOM): models as components of the type `machine-learning-model`, providers, APIs and
// servers of tools as services, and who uses what as dependencies.
//
// Source: CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/. What was seen and how much there is to look at stand in properties.

import { countOf } from '../inventory/sketch.ts';
import type { Blueprint, BlueprintNode } from './blueprint.ts';

/** The document, as plain data; the same graph gives the same document. */
export function billOfMaterials({ nodes, edges }: Blueprint): object {
  const isModel = ({ kind }: BlueprintNode): boolean => kind === 'model';
  const isService = ({ kind }: BlueprintNode): boolean =>
    kind === 'provider' || kind === 'api' || kind === 'tools' || kind === 'host' || kind === 'store';
  const listed = nodes.filter((node) => node.seen !== undefined);
  const others = listed.filter((node) => !isModel(node) && !isService(node));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    components: [
      ...listed.filter(isModel).map((node) => {
        const [publisher = '', ...name] = node.label.split('/');
        return {
          type: 'machine-learning-model',
          'bom-ref': node.id,
          publisher,
          name: name.join('/'),
          properties: propertiesOf(node),
        };
      }),
      ...others.map((node) => ({
        type: 'application',
        'bom-ref': node.id,
        name: node.label,
        properties: propertiesOf(node),
      })),
    ],
    services: listed.filter(isService).map((node) => ({
      'bom-ref': node.id,
      name: node.label,
      ...(node.parts.length === 0 ? {} : { endpoints: node.parts.map(({ label }) => label.split(' ').at(-1)) }),
      ...(node.kind === 'provider' || node.kind === 'host' ? { 'x-trust-boundary': true } : {}),
      ...(node.seen === undefined || node.seen.data.length === 0
        ? {}
        : { data: node.seen.data.map((classification) => ({ flow: 'inbound', classification })) }),
      properties: propertiesOf(node),
    })),
    dependencies: listed.map(({ id }) => ({
      ref: id,
      dependsOn: edges.filter(({ from }) => from === id).map(({ to }) => to),
    })),
  };
}

function propertiesOf({
  status,
  seen,
  risk,
  kind,
}: BlueprintNode): readonly { readonly name: string; readonly value: string }[] {
  return [
    { name: 'rdp:kind', value: kind },
    { name: 'rdp:status', value: status },
    ...(seen === undefined
      ? []
      : [
          { name: 'rdp:first-seen', value: new Date(seen.first).toISOString() },
          { name: 'rdp:last-seen', value: new Date(seen.last).toISOString() },
          { name: 'rdp:calls', value: String(seen.count) },
          { name: 'rdp:callers', value: String(countOf(seen.callers)) },
        ]),
    { name: 'rdp:risk', value: String(risk.points) },
    ...risk.reasons.map((value) => ({ name: 'rdp:risk-reason', value })),
  ];
}
