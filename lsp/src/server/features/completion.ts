// What can be written at the cursor. Documentation is made for the item that is looked at, out of the lists that were given last.

import type { CompletionItem } from 'vscode-languageserver';
import {
  toCompletionList,
  withDocumentation,
  type CompletionData,
  type CompletionForm,
} from '../../convert/completions.ts';
import { completionsAt } from '../../ide/completion/complete.ts';
import type { Completions } from '../../ide/completion/item.ts';
import type { Client } from '../client.ts';
import type { Feature } from '../feature.ts';

/** Lists of which items may still be asked: a client may have asked for the next one already. */
const keptLists = 3;

/** The registration. */
export const completionFeature: Feature = {
  name: 'completion',
  capabilities: () => ({
    completionProvider: {
      resolveProvider: true,
      triggerCharacters: ['.', '"', '{', ':'],
      completionItem: { labelDetailsSupport: true },
    },
  }),
  register: ({ connection, client, atPoint, guarded }) => {
    const form = formFor(client);
    const formats = client.capabilities.textDocument?.completion?.completionItem?.documentationFormat;
    const lists = new Map<number, Completions>();
    let next = 0;
    connection.onCompletion(
      atPoint('completion', (point) => {
        const all = completionsAt(point);
        if (all === undefined) return undefined;
        const found = point.settings.autoImport === 'on' ? all : withoutImports(all);
        const list = next++;
        lists.set(list, found);
        lists.delete(list - keptLists);
        return toCompletionList(point.convert, found, { form, list });
      }),
    );
    const resolve = guarded('completion documentation', (item: CompletionItem) => {
      const data = item.data as CompletionData | undefined; // what `toCompletionList` wrote
      const proposal = data && lists.get(data.list)?.items[data.index];
      return proposal ? withDocumentation(item, proposal, formats) : item;
    });
    connection.onCompletionResolve(async (item, token) => (await resolve(item, token)) ?? item);
  },
};

/** Without names that would bring an import with them. */
function withoutImports(all: Completions): Completions {
  return { ...all, items: all.items.filter(({ rank, also }) => rank !== 'far' || also.length === 0) };
}

function formFor({ capabilities }: Client): CompletionForm {
  const item = capabilities.textDocument?.completion?.completionItem;
  return {
    snippets: item?.snippetSupport === true ? 'yes' : 'no',
    labelDetails: item?.labelDetailsSupport === true ? 'yes' : 'no',
  };
}
