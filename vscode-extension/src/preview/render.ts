// A decision → the HTML of the preview. Everything that comes from a policy or an input is escaped; nothing is fetched.

import type { DecideAnswer, DecidedAnswer, PlaceAnswer } from '@rdp/lsp/previews';

/** What is shown. */
export interface ShownDecision {
  readonly label: string;
  readonly answer: DecideAnswer;
  /** The input. */
  readonly text: string;
}

/** The page around it; its content comes as messages, so that the place where one has scrolled to stays. */
export function renderPage({
  source,
  style,
  script,
}: {
  readonly source: string;
  readonly style: string;
  readonly script: string;
}): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${source}; script-src ${source}">
<link rel="stylesheet" href="${style}">
<title>Decision</title>
</head>
<body><main id="decision"></main><script src="${script}"></script></body>
</html>`;
}

/** The body of the page. */
export function renderDecision({ label, answer, text }: ShownDecision): string {
  if (answer.kind === 'problem') {
    return `<header><span class="badge problem">no decision</span><h1>${escape(label)}</h1></header><p class="message">${escape(capital(answer.message))}.</p>`;
  }
  return answer.documents.map((document, nth) => renderDocument({ label, document, nth, text })).join('<hr>');
}

function renderDocument({
  label,
  document,
  nth,
  text,
}: {
  readonly label: string;
  readonly document: DecidedAnswer;
  readonly nth: number;
  readonly text: string;
}): string {
  const { head, decision, why, places, fired } = document;
  const { message, reason } = isRecord(decision) ? decision : {};
  const said = [message, reason].find((one) => typeof one === 'string');
  return [
    `<header><span class="badge ${escape(head.tone)}">${escape(head.text)}</span><h1>${escape(label)}${nth > 0 ? ` · ${nth + 1}` : ''}</h1></header>`,
    said === undefined ? '' : `<p class="message">${escape(String(said))}</p>`,
    section(
      'Rules that fired',
      fired.length === 0 ? '<p class="none">none</p>' : `<ul class="rules">${fired.map(renderRule).join('')}</ul>`,
    ),
    places.some(({ kind }) => kind === 'edit')
      ? section('What goes on', `<pre class="text">${renderText(text, places)}</pre>`)
      : '',
    section('Why', `<pre class="why">${escape(why.trimEnd())}</pre>`),
    `<details><summary>Decision</summary><pre>${escape(JSON.stringify(decision, null, 2))}</pre></details>`,
  ].join('\n');
}

function renderRule({ rule, location, effects }: DecidedAnswer['fired'][number]): string {
  const shown = effects.map((effect) => `<span class="effect">${escape(effect)}</span>`).join(' ');
  const { uri, range } = location;
  return `<li><button class="rule" data-uri="${escape(uri)}" data-line="${range.start.line}">${escape(rule)}</button> ${shown}</li>`;
}

/** The lines of the input that are changed, with what takes the place of what. */
function renderText(text: string, places: readonly PlaceAnswer[]): string {
  const edits = places.filter(({ kind }) => kind === 'edit');
  const lines: string[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const end = start + line.length;
    const own = edits.filter((edit) => edit.start >= start && edit.end <= end);
    if (own.length > 0) lines.push(renderLine(text, { start, end }, own));
    start = end + 1;
  }
  return lines.join('\n');
}

function renderLine(
  text: string,
  line: { readonly start: number; readonly end: number },
  edits: readonly PlaceAnswer[],
): string {
  let html = '';
  let done = line.start;
  for (const edit of edits) {
    html += escape(text.slice(done, edit.start));
    html += `<del>${escape(text.slice(edit.start, edit.end))}</del><ins title="${escape(edit.rule)}">${escape(edit.text)}</ins>`;
    done = edit.end;
  }
  return (html + escape(text.slice(done, line.end))).trim();
}

function section(title: string, body: string): string {
  return `<section><h2>${title}</h2>${body}</section>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
