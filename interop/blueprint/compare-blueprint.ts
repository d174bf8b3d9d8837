// The blueprint's page in a real browser, as it is served: what it shows, finds, explains and gives away as a file. `screenshots` behind the
// call writes the picture of the docs.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInventory, sqliteStore } from '@rdp/runtime/inventory';
import { startBrowser, type Page } from '../browser.ts';
import type { Report } from '../check.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const work = `${mkdtempSync(join(tmpdir(), 'rdp-blueprint-'))}/`;
const policy = `package shop

import std.ai

surface Chat: llm { providers [ai.openai, ai.anthropic, ai.gemini] }

surface Shop: api { host "api.shop.example", openapi "openapi.yaml" }

surface Tools: mcp { servers ["crm", "mailer"] }

discover Models on Chat.request {
  record ai.model { provider: provider, model: model, workload: client.workload }
}
`;
const openapi = `openapi: 3.0.3
info: { title: Shop, version: "1" }
paths:
  /v1/orders: { get: { responses: { "200": { description: orders } } } }
  /v1/payments: { post: { responses: { "201": { description: paid } } } }
`;

/** Serves an inventory that it makes, and looks at it. */
export async function compareBlueprint(report: Report, words: readonly string[]): Promise<void> {
  const browser = await startBrowser();
  report.check('a browser starts', typeof browser !== 'string', typeof browser === 'string' ? browser : '');
  if (typeof browser === 'string') return;
  await makeInventory();
  const program = `${root}runtime/src/bin/rdp-inventory.ts`;
  const child = spawn(process.execPath, [
    program,
    'serve',
    '--inventory',
    `${work}inventory.db`,
    '--bundle',
    `${work}dist/bundle.tar.gz`,
    '--port',
    '9391',
  ]);
  await new Promise((resolve) => child.stderr.once('data', resolve));
  try {
    const context = await browser.newContext({ viewport: { width: 1320, height: 820 }, colorScheme: 'light' });
    const page = await context.newPage();
    const foreign: string[] = [];
    const errors: string[] = [];
    page.on(
      'request',
      (request) => void (request.url().startsWith('http://127.0.0.1:9391/') || foreign.push(request.url())),
    );
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto('http://127.0.0.1:9391/blueprint');
    await page.waitForSelector('.node');
    if (words.includes('screenshots')) await page.screenshot({ path: `${root}docs/images/blueprint.png` });
    await look(report, page);
    report.check('the page asks nobody else', foreign.length === 0, foreign.join(', '));
    report.check('nothing fails in it', errors.length === 0, errors.join(', '));
  } finally {
    await browser.close();
    child.kill('SIGTERM');
    rmSync(work, { recursive: true, force: true });
  }
}

async function look(report: Report, page: Page): Promise<void> {
  const labels = (): Promise<readonly string[]> =>
    page.evaluate<string[]>('[...document.querySelectorAll(".node")].map((node) => node.dataset.id)');
  const shown = await labels();
  report.check(
    'models, APIs, tools and who uses them are shown',
    ['model:openai/gpt-5.2', 'api:api.shop.example', 'tools:crm', 'workload:shop/assistant'].every((id) =>
      shown.includes(id),
    ),
    shown.join(', '),
  );
  report.check('what is riskiest is named first', (await page.innerText('#details button')).includes('deepseek'));
  await page.click('[data-id="api:api.shop.example"]');
  const details = await page.innerText('#details');
  report.check(
    'a thing tells its parts',
    /GET \/v1\/export \(ghost\)/.test(details) && /POST \/v1\/payments \(declared\)/.test(details),
    details,
  );
  report.check('and the rules that noted it', details.includes('Endpoints'));
  await page.locator('#search').fill('notebook');
  await until(page, 'document.querySelectorAll(".node").length < 5');
  report.check('what is looked for is found, with its neighbours', (await labels()).includes('workload:shop/notebook'));
  await page.locator('#search').fill('');
  await page.selectOption('#statuses', 'ghost,shadow');
  await until(page, '[...document.querySelectorAll(".node")].every((node) => node.classList.contains("unknown"))');
  report.check('a filter leaves what nobody declared', (await labels()).length > 0);
  await page.selectOption('#statuses', '');
  await page.locator('#since').fill('2026-11-22');
  await page.waitForSelector('.node.new');
  report.check(
    'drift since a date is marked',
    (await page.evaluate<number>('document.querySelectorAll(".node.gone").length')) > 0,
  );
  await page.focus('[data-id="tools:crm"]');
  await page.keyboard.press('Enter');
  report.check('it works without a mouse', (await page.innerText('#details h2')) === 'crm');
  await page.keyboard.press('Enter');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=CycloneDX')]);
  report.check('the bill of materials is a file', download.suggestedFilename() === 'blueprint.cdx.json');
}

/** Waits until an expression holds in the page. */
async function until(page: Page, expression: string): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    if (await page.evaluate<boolean>(expression)) return;
    await page.waitForTimeout(50);
  }
}

async function makeInventory(): Promise<void> {
  mkdirSync(`${work}policy`, { recursive: true });
  writeFileSync(`${work}policy/policy.rdp`, policy);
  writeFileSync(`${work}policy/openapi.yaml`, openapi);
  execFileSync(process.execPath, [`${root}compiler/bin/rdpc.js`, 'compile', `${work}policy`, '-o', `${work}dist`], {
    stdio: 'ignore',
  });
  const store = await sqliteStore(`${work}inventory.db`, 'write');
  if (store.kind === 'problem') throw new Error(store.problem.message);
  const inventory = createInventory({ store: store.value });
  const days = (number: number): number => Date.UTC(2026, 10, 23, 9) - number * 86_400_000;
  const see = (
    app: string,
    rule: string,
    record: readonly [kind: string, fields: Readonly<Record<string, string>>],
    more: {
      readonly times?: number;
      readonly data?: readonly string[];
      readonly ago?: number;
      readonly action?: 'allow' | 'redact' | 'block';
    } = {},
  ): void => {
    const { times = 1, data = [], ago = 0, action = 'allow' } = more;
    const [kind, fields] = record;
    const matches = data.map((name) => ({
      kind: name,
      path: '/prompts/0/text',
      start: 0,
      end: 1,
      bytes: [0, 1] as const,
    }));
    for (let count = 0; count < times; count++)
      inventory.note(
        {
          version: 1,
          action,
          ...(matches.length === 0 ? {} : { findings: [{ rule: 'Data', severity: 'high', matches }] }),
          records: [{ rule, kind, fields }],
        },
        { surface: 'shop.Any', client: { workload: `shop/${app}`, id: '', ip: '', subject: '' }, now: days(ago) },
      );
  };
  const model = (app: string, provider: string, name: string) =>
    ['ai.model', { provider, model: name, workload: `shop/${app}` }] as const;
  see('assistant', 'Models', model('assistant', 'openai', 'gpt-5.2'), {
    times: 412,
    data: ['email', 'us_ssn'],
    action: 'redact',
    ago: 3,
  });
  see('assistant', 'Models', model('assistant', 'openai', 'gpt-5.2'), { times: 90 });
  see('search', 'Models', model('search', 'anthropic', 'claude-sonnet-5'), { times: 77, ago: 4 });
  see('notebook', 'Models', model('notebook', 'deepseek', 'deepseek-chat'), {
    times: 6,
    data: ['openai_api_key'],
    action: 'block',
  });
  const endpoint = (path: string) =>
    ['api.endpoint', { method: 'GET', path, host: 'api.shop.example', caller: 'shop/web' }] as const;
  see('web', 'Endpoints', endpoint('/v1/orders'), { times: 230, ago: 2 });
  see('web', 'Endpoints', endpoint('/v1/export'), { times: 3, data: ['credit_card'] });
  const tool = (server: string, name: string) => ['mcp.tool', { server, name, workload: 'shop/assistant' }] as const;
  see('assistant', 'ToolsInUse', tool('crm', 'get_order'), { times: 40, ago: 1 });
  see('assistant', 'ToolsInUse', tool('crm', 'search_orders'), { times: 12 });
  see('assistant', 'ToolsInUse', tool('weather', 'forecast'));
  see('assistant', 'Stores', ['data.store', { name: 'handbook', kind: 'vector', workload: 'shop/assistant' }], {
    times: 31,
  });
  await inventory.close();
}
