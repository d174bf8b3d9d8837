// Recorded calls of models, whole → how far what a token limit charges before a call is from what the provider counted in the end. The
// estimate is that of `tokens` of `llm.request` (one for every four characters of the prompts); what is left is settled afterwards.

import { documentOf } from './compare.ts';
import type { Library } from './library.ts';
import type { Exchange } from './read-exchanges.ts';

/** One call, in tokens. */
export interface Estimate {
  readonly api: string;
  /** Whether there is more than words: tools, schemas, files. */
  readonly has: 'words' | 'more';
  readonly charged: number;
  readonly input: number;
  readonly output: number;
}

/** Members of bodies that count, and are no prompts. */
const more =
  /"(?:tools|functions|toolConfig|functionDeclarations|mcp_servers|response_format|json_schema|image_url|image|inlineData|inline_data|fileData|document|input_audio|previous_response_id)"/;

/** Of a call whose provider counted; undefined of others. */
export function estimateOf(library: Library, exchange: Exchange): Estimate | undefined {
  const { request, response, isStream, status, api } = exchange;
  if (request === undefined || response === undefined || isStream || status >= 400) return undefined;
  const [asked, said] = [parsed(request), parsed(new TextDecoder().decode(response))];
  if (asked === undefined || said === undefined) return undefined;
  const call = library.eventOf('request', documentOf(exchange, asked));
  const answer = library.eventOf('response', documentOf(exchange, said));
  if (call.kind === 'malformed' || answer.kind === 'malformed') return undefined;
  const { input = 0, output = 0 } = answer.event.usage ?? {};
  if (input === 0) return undefined;
  const characters = [...(call.event.prompts ?? []).map(({ text }) => text).join('')].length;
  return { api, has: more.test(request) ? 'more' : 'words', charged: Math.ceil(characters / 4), input, output };
}

/** A section of the page: for each API, quantiles of what the provider counted beyond the charge, and of the part of the prompt that was charged. */
export function estimateSection(estimates: readonly Estimate[]): string {
  const apis = [...new Set(estimates.map(({ api }) => api))].toSorted();
  const groups: readonly (readonly [string, (one: Estimate) => boolean])[] = [
    ['all', () => true],
    ['words alone', ({ has }) => has === 'words'],
    ['tools, schemas, files', ({ has }) => has === 'more'],
    ...apis.map((api) => [`\`${api}\``, (one: Estimate) => one.api === api] as const),
  ];
  const rows = groups.map(([name, isOne]) => {
    const own = estimates.filter(isOne);
    const ratio = sortedNumbers(own.map(({ charged, input }) => charged / input));
    const beyond = sortedNumbers(own.map(({ charged, input, output }) => input + output - charged));
    return [
      name,
      String(own.length),
      ...[0.1, 0.5, 0.9].map((part) => quantile(ratio, part).toFixed(2)),
      ...[0.5, 0.9, 1].map((part) => String(quantile(beyond, part))),
    ];
  });
  const head = ['of', 'calls', '10th of 100', 'median', '90th', 'beyond: median', '90th', 'most'];
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`;
  return `\n## What a token limit charges before\n\nThe charge over what the provider counted for the prompt; and tokens that prompt and answer together came to beyond the charge.\n\n${line(head)}${rule}${rows.map(line).join('')}`;
}

function sortedNumbers(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b);
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON
  }
}
