import { ProductPageDocument, SignInDocument, StorefrontDocument } from '../../__generated__/operations.ts';
import type { Client } from '../../world/client.ts';
import { hostileBodies, hostileHeaders } from './bodies.ts';
import { hostileDocuments, hostileTexts } from './documents.ts';

/** So many attacks are under way at the same time. */
const atOnce = 8;

/**
 * Sends the whole arsenal once: every document by each of these callers, every text wherever a stranger may write one, every body and header. Gives the number of attacks.
 * Throws when one has an answer that is a fault, or none.
 */
export async function fireEverything(url: string, callers: readonly Client[]): Promise<number> {
  const [stranger] = callers;
  if (stranger === undefined) throw new Error('nobody attacks');
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  const attacks: (() => Promise<{ readonly status: number }>)[] = [
    ...Object.values(hostileDocuments).flatMap((query) => callers.map((caller) => () => caller.sendText(query))),
    ...Object.values(hostileTexts).flatMap((text) => [
      () => stranger.send(StorefrontDocument, { first: 5, search: text }),
      () => stranger.send(ProductPageDocument, { slug: text }),
      () => stranger.send(SignInDocument, { input: { identifier: text, password: text } }),
    ]),
    ...Object.values(hostileBodies).map(
      ({ body, headers }) =>
        async () =>
          drained(await post(body(), headers)),
    ),
    ...hostileHeaders.map(
      (headers) => async () => drained(await post('{"query":"{ staff(first: 1) { totalCount } }"}', headers)),
    ),
  ];
  const left = attacks.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const attack of left) {
        const { status } = await attack();
        if (status >= 500) throw new Error(`an attack was answered with ${status}`);
      }
    }),
  );
  return attacks.length;
}

async function drained(answer: Response): Promise<Response> {
  await answer.arrayBuffer();
  return answer;
}
