// Proposals → the protocol's completion items. Which of them a client asks about later is told by `data`.

import { CompletionItemKind, InsertTextFormat, type CompletionItem, type CompletionList } from 'vscode-languageserver';
import type { Completion, CompletionKind, Completions, Rank } from '../ide/completion/item.ts';
import type { Converter } from './converter.ts';
import { toMarkup, type Formats } from './markup.ts';

const kinds: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  constant: CompletionItemKind.Constant,
  event: CompletionItemKind.Event,
  field: CompletionItemKind.Field,
  function: CompletionItemKind.Function,
  keyword: CompletionItemKind.Keyword,
  kind: CompletionItemKind.Class,
  method: CompletionItemKind.Method,
  package: CompletionItemKind.Module,
  property: CompletionItemKind.Property,
  rule: CompletionItemKind.Interface,
  snippet: CompletionItemKind.Snippet,
  text: CompletionItemKind.EnumMember,
  type: CompletionItemKind.Struct,
  unit: CompletionItemKind.Unit,
  value: CompletionItemKind.Value,
  variable: CompletionItemKind.Variable,
};

const ranks: Readonly<Record<Rank, string>> = { wanted: '0', near: '1', declared: '2', language: '3', far: '4' };

/** What a client can show. */
export interface CompletionForm {
  readonly snippets: 'yes' | 'no';
  /** Shows a text beside the label (LSP 3.17). */
  readonly labelDetails: 'yes' | 'no';
}

/** Which proposal an item is: of which list, and where in it. */
export interface CompletionData {
  readonly list: number;
  readonly index: number;
}

/** The items of list number `list`, without their documentation. */
export function toCompletionList(
  convert: Converter,
  { replace, items }: Completions,
  { form, list }: { readonly form: CompletionForm; readonly list: number },
): CompletionList {
  const range = convert.range(replace);
  return {
    isIncomplete: false,
    items: items.map((item, index): CompletionItem => {
      const { label, kind, rank, detail, insert, also } = item;
      const asSnippet = insert.kind === 'snippet' && form.snippets === 'yes';
      const text = insert.kind === 'snippet' && !asSnippet ? plainText(insert.text) : insert.text;
      const imports = also.length > 0 && rank === 'far' ? ` (import ${detail})` : '';
      return {
        label,
        kind: kinds[kind],
        sortText: `${ranks[rank]}${label}`,
        textEdit: { range, newText: text },
        ...(asSnippet ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
        ...(detail === ''
          ? {}
          : form.labelDetails === 'yes'
            ? { labelDetails: { description: detail }, detail: `${detail}${imports}` }
            : { detail: `${detail}${imports}` }),
        ...(also.length === 0 ? {} : { additionalTextEdits: also.map((edit) => convert.textEdit(edit)) }),
        data: { list, index } satisfies CompletionData,
      };
    }),
  };
}

/** An item with the documentation of its proposal. */
export function withDocumentation(item: CompletionItem, { document }: Completion, formats: Formats): CompletionItem {
  const value = document();
  if (value === undefined || value === '') return item;
  return { ...item, documentation: toMarkup(value, formats) };
}

/** A snippet for a client that knows none: places to fill in are what stands in them. */
function plainText(snippet: string): string {
  return snippet
    .replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, '$1')
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replace(/\$\d+/g, '')
    .replace(/\\([\\$}])/g, '$1');
}
