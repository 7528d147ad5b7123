import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { findBrowser, launchBrowser } from '#kit/testing/browser.ts';
import { SignUpDocument } from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { topologies } from '../setup/world-facts.ts';
import { accepted, createClient } from '../world/client.ts';
import { aShop } from '../world/shop.ts';

const executablePath = await findBrowser();
/** Where no browser can be had the run shows these tests by name as skipped. */
const describeWithBrowser = executablePath === null ? describe.skip : describe;
const patience = 10_000;

describeWithBrowser.each(topologies)('an analyst explores the graph (%s)', (topology) => {
  let graph: PrivateGraph;
  let browser: Browser;
  beforeAll(async () => {
    [graph, browser] = await Promise.all([
      // As with demo data: the schema may be asked for, and the page offers the demo accounts.
      startPrivateGraph(topology, { demo: true }),
      launchBrowser(executablePath ?? ''),
    ]);
    const shop = await aShop(graph);
    await shop.product({ title: '龙井茶', titleEn: 'Longjing tea', price: '68.00' });
    const { signUp } = await createClient({ url: graph.url }).ask(SignUpDocument, {
      input: { email: 'shopper@example.com', password: 'shopper-demo', displayName: '小美' },
    });
    accepted(signUp, 'member');
  });
  afterAll(async () => {
    await browser?.close();
    await graph?.stop();
  });

  /** Opens `/` as a person would and notes everything the page asks for and complains about. */
  async function opensThePage(): Promise<{ page: Page; requested: string[]; problems: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.setDefaultTimeout(patience);
    const requested: string[] = [];
    const problems: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(graph.url);
    await page.getByRole('region', { name: 'Samples' }).waitFor();
    return { page, requested, problems };
  }
  async function runs(page: Page): Promise<string> {
    const answered = page.waitForResponse(
      (response) => response.url().endsWith('/graphql') && !(response.request().postData() ?? '').includes('__schema'),
    );
    await page.getByRole('button', { name: /^Execute query/ }).click();
    return (await answered).text();
  }
  const opensSample = (page: Page, title: string) => page.getByRole('button', { name: title }).click();

  test('runs a sample, signs in as the shopper and sees what is the shopper’s', async () => {
    const { page, requested, problems } = await opensThePage();
    expect(page.url()).toBe(`${graph.url}/explorer`);

    await opensSample(page, 'Browse with facets, offers and stock');
    expect(JSON.parse(await runs(page))).toMatchObject({
      data: { products: { totalCount: 1, nodes: [{ title: '龙井茶' }] } },
    });
    await page.locator('.result-window').getByText('龙井茶').waitFor();

    await page.getByLabel('Language').selectOption('en');
    expect(JSON.parse(await runs(page))).toMatchObject({ data: { products: { nodes: [{ title: 'Longjing tea' }] } } });

    await opensSample(page, 'My points, coupons and orders (sign in)');
    expect(JSON.parse(await runs(page))).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    await page.getByRole('button', { name: 'shopper', exact: true }).click();
    await page.getByLabel('Signed in as').getByText('小美').waitFor();
    expect(JSON.parse(await runs(page))).toMatchObject({ data: { me: { displayName: '小美' } } });
    await page.locator('.result-window').getByText('小美').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Sign in as', { exact: true }).waitFor();

    const elsewhere = requested.filter((url) => !url.startsWith(graph.url) && !/^(data|blob):/.test(url));
    expect(elsewhere).toEqual([]);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('finds every field in the explorer tree', async () => {
    const { page, problems } = await opensThePage();
    await page.getByRole('button', { name: /GraphiQL Explorer/ }).click();
    await page.getByText('checkoutPreview', { exact: true }).first().waitFor();
    expect(problems).toEqual([]);
    await page.close();
  });
});
