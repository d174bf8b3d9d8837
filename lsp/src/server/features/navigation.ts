// Where things are declared and named: definition, declaration, type definition, references, highlights.

import type { DefinitionLink, Location } from 'vscode-languageserver';
import { toDefinition, toHighlight } from '../../convert/definitions.ts';
import { placeInDocument } from '@rdp/compiler/documents';
import { definitionAt, typeDefinitionAt, type Definition } from '../../ide/definition.ts';
import { highlightsAt, referencesAt } from '../../ide/references.ts';
import type { Client } from '../client.ts';
import type { Feature, Point } from '../feature.ts';

/** The registration. */
export const navigationFeature: Feature = {
  name: 'navigation',
  capabilities: () => ({
    definitionProvider: true,
    declarationProvider: true,
    typeDefinitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
  }),
  register: ({ connection, client, atPoint }) => {
    const links = linksOf(client);
    const answer =
      (find: (point: Point) => Definition | undefined, form: 'links' | 'locations') =>
      async (point: Point): Promise<DefinitionLink[] | Location[] | undefined> => {
        const found = find(point);
        return found && toDefinition(point.convert, await inDocument(point, found), form);
      };
    connection.onDefinition(atPoint('definition', answer(definitionAt, links.definition)));
    connection.onDeclaration(atPoint('declaration', answer(definitionAt, links.declaration)));
    connection.onTypeDefinition(atPoint('type definition', answer(typeDefinitionAt, links.typeDefinition)));
    connection.onReferences(
      atPoint(
        'references',
        function* (point, { context }) {
          const found = yield* referencesAt(point, { declaration: context.includeDeclaration ? 'with' : 'without' });
          return found?.map(point.convert.location);
        },
        ['context'],
      ),
    );
    connection.onDocumentHighlight(
      atPoint('highlights', (point) => highlightsAt(point)?.map((each) => toHighlight(point.convert, each))),
    );
  },
};

/** The definition in the document that describes it, where that can be read. */
async function inDocument({ project }: Point, found: Definition): Promise<Definition> {
  const { described } = found;
  if (described === undefined) return found;
  const read = await project.readText(described.path);
  const place = read.kind === 'text' ? await placeInDocument(read.text, described.keys) : undefined;
  if (read.kind !== 'text' || place === undefined) return found;
  const name = { file: { path: described.path, text: read.text }, ...place };
  return { ...found, targets: [{ name, extent: name }] };
}

type Form = 'links' | 'locations';

function linksOf({ capabilities }: Client): Readonly<Record<'definition' | 'declaration' | 'typeDefinition', Form>> {
  const { definition, declaration, typeDefinition } = capabilities.textDocument ?? {};
  const form = (known: { readonly linkSupport?: boolean } | undefined): Form =>
    known?.linkSupport === true ? 'links' : 'locations';
  return { definition: form(definition), declaration: form(declaration), typeDefinition: form(typeDefinition) };
}
