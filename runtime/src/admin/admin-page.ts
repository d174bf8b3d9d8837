// The page for approvers, without anything from elsewhere: it asks the API beside it with the token that is typed in, shows each call
// as it would go on, and sends the digest of what it shows with a grant.
//
// INVARIANT: nothing that a call contains is ever read as HTML or script: texts are set as texts, and the policy of the page allows
// its own script and style alone.

import { createHash } from 'node:crypto';

const style = `
:root { color-scheme: light dark; --ink: #16202c; --soft: #5d6b7a; --paper: #f5f6f8; --card: #fff; --line: #dfe3e8; --go: #0b7a4b; --stop: #b3261e; --mark: #fbe7c6; --code: #f0f2f5 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf1; --soft: #93a1b0; --paper: #10151b; --card: #182028; --line: #2b3641; --go: #35c48a; --stop: #ff7b72; --mark: #5b4413; --code: #10161d } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main, header { max-width: 60rem; margin: 0 auto; padding: 1.25rem }
header { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap }
h1 { font-size: 1.15rem; margin: 0; font-weight: 650 }
h2 { font-size: .8rem; letter-spacing: .07em; text-transform: uppercase; color: var(--soft); margin: 2rem 0 .6rem }
#state { color: var(--soft); margin-left: auto }
article, form { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem 1.25rem; margin: 0 0 1rem }
.top { display: flex; gap: .75rem; align-items: baseline; flex-wrap: wrap }
.rule { font-weight: 650 }
.left { margin-left: auto; font-variant-numeric: tabular-nums; color: var(--soft) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .7rem 0 }
dt { color: var(--soft) }
dd { margin: 0; overflow-wrap: anywhere }
pre { background: var(--code); border-radius: 8px; padding: .8rem 1rem; max-height: 24rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.5 ui-monospace, monospace; margin: .6rem 0 .9rem }
mark { background: var(--mark); color: inherit; border-radius: 4px; padding: 0 .2em }
button, input { font: inherit; border-radius: 8px; border: 1px solid var(--line); padding: .45rem 1rem; background: var(--card); color: var(--ink) }
input { width: 100%; margin: .3rem 0 .8rem }
button { cursor: pointer; font-weight: 600 }
button.go { background: var(--go); border-color: var(--go); color: #fff }
button.stop { color: var(--stop); border-color: var(--stop); margin-left: .5rem }
@media (prefers-color-scheme: dark) { button.go { color: #06130d } }
button:focus-visible, input:focus-visible { outline: 3px solid #5b9cf5; outline-offset: 2px }
button:disabled { opacity: .5; cursor: default }
.empty { color: var(--soft) }
[hidden] { display: none }
`;

const script = `
'use strict';
const $ = (id) => document.getElementById(id);
let token = sessionStorage.getItem('token') || '';
let shown = '';
const make = (tag, text, name) => { const e = document.createElement(tag); if (text !== undefined) e.textContent = text; if (name) e.className = name; return e; };
async function ask(path, body) {
  const options = { headers: { authorization: 'Bearer ' + token }, cache: 'no-store' };
  if (body) { options.method = 'POST'; options.body = JSON.stringify(body); options.headers['content-type'] = 'application/json'; }
  const response = await fetch(path, options);
  return { status: response.status, value: await response.json() };
}
// JSON text with line ends; tokens stay as they are, so that no number changes by being read.
function laidOut(json) {
  let out = '', depth = 0;
  const line = () => '\\n' + '  '.repeat(depth);
  for (let at = 0; at < json.length; at++) {
    const c = json[at];
    if (c === '"') { let end = at + 1; while (json[end] !== '"') end += json[end] === '\\\\' ? 2 : 1; out += json.slice(at, end + 1); at = end; }
    else if (c === '{' || c === '[') { const close = c === '{' ? '}' : ']'; let next = at + 1; while (' \\t\\r\\n'.includes(json[next])) next++; if (json[next] === close) { out += c + close; at = next; } else { depth++; out += c + line(); } }
    else if (c === '}' || c === ']') { depth--; out += line() + c; }
    else if (c === ',') out += c + line();
    else if (c === ':') out += ': ';
    else if (!' \\t\\r\\n'.includes(c)) out += c;
  }
  return out;
}
function action(text) {
  const pre = make('pre');
  // What cannot be seen, or turns the order of what can, is shown by its number.
  for (const part of laidOut(text).split(/(⟦[^⟧]*⟧|[\\p{Cf}\\p{Co}\\p{Zl}\\p{Zp}])/u)) {
    if (part.startsWith('⟦')) pre.append(make('mark', part.slice(1, -1)));
    else if (/^[\\p{Cf}\\p{Co}\\p{Zl}\\p{Zp}]$/u.test(part)) pre.append(make('mark', 'U+' + part.codePointAt(0).toString(16).toUpperCase()));
    else pre.append(part);
  }
  pre.tabIndex = 0;
  return pre;
}
function facts(question) {
  const list = make('dl');
  const add = (name, value) => { if (value) list.append(make('dt', name), make('dd', value)); };
  for (const [name, value] of Object.entries(question.client)) add(name, value);
  add('event', question.entrypoint);
  add('asked', question.by.join(', '));
  add('granted', question.granted.join(', '));
  add('digest', question.digest.slice(0, 16));
  return list;
}
function card(question) {
  const article = make('article');
  const top = make('div', undefined, 'top');
  const left = make('span', '', 'left');
  left.dataset.until = question.until;
  top.append(make('span', question.rules.join(', '), 'rule'), left);
  const go = make('button', 'Grant this once', 'go');
  const stop = make('button', 'Refuse', 'stop');
  const answer = async (verb) => {
    go.disabled = stop.disabled = true;
    const { value } = await ask('/v1/approvals/' + question.id + '/' + verb, { digest: question.digest });
    $('state').textContent = value.outcome || value.error;
    await look();
  };
  go.onclick = () => answer('grant');
  stop.onclick = () => answer('refuse');
  article.append(top, facts(question), action(question.shown), go, stop);
  return article;
}
function heldCard(held) {
  const article = make('article');
  const top = make('div', undefined, 'top');
  const free = make('button', 'Release');
  free.onclick = async () => { free.disabled = true; const { value } = await ask('/v1/quarantine/release', { target: held.target }); $('state').textContent = value.outcome || value.error; await look(); };
  top.append(make('span', held.target, 'rule'), make('span', held.rule + ', since ' + new Date(held.since).toLocaleString(), 'left'), free);
  article.append(top);
  return article;
}
async function look() {
  if (!token) return;
  try {
    const [approvals, quarantine] = await Promise.all([ask('/v1/approvals'), ask('/v1/quarantine')]);
    if (approvals.status === 401) { token = ''; sessionStorage.removeItem('token'); $('sign').hidden = false; $('desk').hidden = true; $('state').textContent = 'this token is not known'; return; }
    $('sign').hidden = true; $('desk').hidden = false;
    const text = JSON.stringify([approvals.value, quarantine.value]);
    if (text === shown) return;
    shown = text;
    const open = approvals.value.approvals || [];
    $('open').replaceChildren(...(open.length ? open.map(card) : [make('p', 'Nothing waits for you.', 'empty')]));
    $('count').textContent = open.length ? ' · ' + open.length : '';
    $('quarantine').hidden = quarantine.status !== 200;
    const held = quarantine.value.held || [];
    $('held').replaceChildren(...(held.length ? held.map(heldCard) : [make('p', 'Nothing is in quarantine.', 'empty')]));
  } catch { $('state').textContent = 'the gateway cannot be reached'; }
}
function tick() {
  for (const left of document.querySelectorAll('[data-until]')) {
    const seconds = Math.max(0, Math.round((left.dataset.until - Date.now()) / 1000));
    left.textContent = seconds >= 60 ? Math.floor(seconds / 60) + ' min ' + (seconds % 60) + ' s left' : seconds + ' s left';
  }
}
$('sign').onsubmit = (event) => { event.preventDefault(); token = $('token').value.trim(); $('token').value = ''; sessionStorage.setItem('token', token); $('state').textContent = ''; shown = ''; look(); };
setInterval(look, 2000); setInterval(tick, 500); look();
`;

const digestOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Of the page's header `content-security-policy`. */
export const pagePolicy: string = [
  "default-src 'none'",
  `script-src ${digestOf(script)}`,
  `style-src ${digestOf(style)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** HTML. */
export const adminPage: string = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Approvals</title><style>${style}</style></head>
<body><header><h1>rdp gateway<span id="count"></span></h1><span id="state" role="status" aria-live="polite"></span></header>
<main>
<form id="sign" autocomplete="off"><label for="token">Your token</label><input id="token" type="password" required spellcheck="false"><button class="go">Open</button></form>
<div id="desk" hidden>
<section aria-labelledby="waits"><h2 id="waits">Waiting for approval</h2><div id="open"></div></section>
<section id="quarantine" aria-labelledby="isolated"><h2 id="isolated">In quarantine</h2><div id="held"></div></section>
</div></main>
<script>${script}</script></body></html>
`;
