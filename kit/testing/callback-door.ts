import type { Subgraph } from '#kit/subgraph/subgraph.ts';
import { startFakePlatform, type FakePlatform } from './fake-platform.ts';

/** Serves the REST routes of a subgraph over HTTP, as the gateway does, for callbacks of platforms in tests. */
export async function openCallbackDoor(subgraph: () => Subgraph): Promise<Pick<FakePlatform, 'url' | 'stop'>> {
  return startFakePlatform(async ({ method, url, headers, rawBody }) => {
    const { routes, log } = subgraph();
    const route = routes.find((candidate) => candidate.method === method && candidate.path === url.pathname);
    if (route === undefined) return { status: 404, body: '' };
    const query = Object.fromEntries(url.searchParams);
    const { status, body, contentType = 'application/json' } = await route.handle({ rawBody, headers, query, log });
    return { status, body, headers: { 'content-type': contentType } };
  });
}
