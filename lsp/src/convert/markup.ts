// Markdown, which all our answers are written in → what a client shows of it: as it is, or as plain text where it shows no Markdown.

import { MarkupKind, type MarkupContent } from 'vscode-languageserver';

/** What a client said that it shows; every client that we know of which says nothing shows Markdown. */
export type Formats = readonly MarkupKind[] | undefined;

/** A text for a client. */
export function toMarkup(markdown: string, formats: Formats): MarkupContent {
  return formats === undefined || formats.includes(MarkupKind.Markdown)
    ? { kind: MarkupKind.Markdown, value: markdown }
    : { kind: MarkupKind.PlainText, value: withoutMarks(markdown) };
}

/** Fences, code spans and bold text without their marks: all that our texts have. */
function withoutMarks(markdown: string): string {
  return markdown
    .replace(/^```\w*\n([\s\S]*?)\n```$/gm, '$1')
    .replace(/(`+) ?((?:(?!\1).)+?) ?\1/g, '$2')
    .replace(/\*\*(.+?)\*\*/g, '$1');
}
