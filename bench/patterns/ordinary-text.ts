// Text as models and services see it, the same in each run: prose, code, logs and JSON in turn, a paragraph or a block each. It has
// words that scanners look for (key, token, password), digests and identifiers, but no secret and no personal data.

import { generator } from '../protocol.ts';

type Draw = <T>(items: readonly T[]) => T;

const words =
  `the a of to and in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her
  she there would their we him been has when who will no more if out so up said what its about than into them can only other time new
  some could these two may first then do any like my now over such our man me even most made after also did many off before must well
  back through years much where your way down should because long each just state those people mr how too little good world make very
  year still see own work men day get here between both being under three never know same last another while us might great go come
  since against right came take order customer parcel refund invoice service account request deploy release cluster region latency
  budget password secret key access review model prompt answer document`.split(/\s+/);
const names =
  `user order client token index result config payload apiKey session cache secret parcel region limit cursor page window buffer
  handler request response event queue worker timeout version amount currency status label`.split(/\s+/);
const verbs = ['load', 'parse', 'send', 'verify', 'render', 'encode', 'merge', 'schedule', 'resolve', 'measure'];
const paths = ['/v1/orders', '/v1/chat/completions', '/healthz', '/static/app.css', '/api/users', '/login', '/metrics'];

/** About `size` characters of ASCII; not one of them is a match of a secret's pattern that asks for a digit check or a prefix. */
export function ordinaryText(size: number, seed = 1): string {
  const next = generator(seed * 7919 + size);
  const draw: Draw = (items) => items[Math.floor(next() * items.length)] as (typeof items)[number]; // never empty
  const number = (below: number): number => Math.floor(next() * below);
  const hex = (length: number): string => Array.from({ length }, () => number(16).toString(16)).join('');
  const blocks = [prose, code, log, json];
  let text = '';
  for (let i = 0; text.length < size; i++) text += `${(blocks[i % blocks.length] ?? prose)({ draw, number, hex })}\n`;
  return `${text.slice(0, size - 1)}.`;
}

interface Source {
  readonly draw: Draw;
  readonly number: (below: number) => number;
  readonly hex: (length: number) => string;
}

function prose({ draw, number }: Source): string {
  const sentence = (): string => {
    const said = Array.from({ length: 6 + number(14) }, () => draw(words)).join(' ');
    return `${said[0]?.toUpperCase()}${said.slice(1)}${draw(['.', '.', '.', '?', ', really.'])}`;
  };
  return `${Array.from({ length: 3 + number(6) }, sentence).join(' ')}\n`;
}

function code({ draw, number }: Source): string {
  const name = draw(names);
  const lines = Array.from({ length: 4 + number(8) }, () =>
    draw([
      () => `  const ${draw(names)} = await ${draw(verbs)}(${draw(names)}.${draw(names)}, { limit: ${number(500)} });`,
      () => `  if (${draw(names)} === undefined) throw new Error('no ${draw(names)} for ${draw(names)}');`,
      () => `  // ${Array.from({ length: 8 }, () => draw(words)).join(' ')}`,
      () => `  for (const ${draw(names)} of ${draw(names)}s) ${draw(verbs)}(${draw(names)});`,
      () => `  return ${draw(names)}.map((item) => item.${draw(names)}).filter(Boolean);`,
    ])(),
  );
  return `export async function ${draw(verbs)}_${name}(${name}) {\n${lines.join('\n')}\n}\n`;
}

function log({ draw, number, hex }: Source): string {
  const two = (below: number): string => String(number(below)).padStart(2, '0');
  return Array.from(
    { length: 5 + number(6) },
    () =>
      `2026-03-${two(28)}T${two(24)}:${two(60)}:${two(60)}Z ${draw(['INFO', 'INFO', 'WARN', 'ERROR'])} gateway ${draw(['GET', 'POST', 'PUT'])} ${draw(paths)} ` +
      `status=${draw([200, 200, 201, 304, 404, 500])} ms=${number(900)} id=${hex(8)}-${hex(4)} bytes=${number(90_000)}\n`,
  ).join('');
}

function json({ draw, number, hex }: Source): string {
  const item = (): object => ({
    id: number(1e6),
    [draw(names)]: draw(words),
    digest: `sha256:${hex(16)}`,
    labels: { app: draw(names), tier: draw(words) },
    replicas: number(12),
    enabled: number(2) === 0,
  });
  return `${JSON.stringify(Array.from({ length: 2 + number(3) }, item))}\n`;
}
