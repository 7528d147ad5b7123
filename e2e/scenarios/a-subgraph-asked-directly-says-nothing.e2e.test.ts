import { describe, expect, test } from '@jest/globals';
import { signCall, viewerHeader } from '#kit/transport/signature.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { worldFacts } from '../setup/world-facts.ts';

const { graphs, internalSecret } = worldFacts();
const sdl = JSON.stringify({ query: '{ _service { sdl } }' });

/** Only where subgraphs listen by themselves; in one process there is nothing to ask. */
describe.each(Object.entries(graphs.distributed.subgraphUrls))('the subgraph %s, asked directly', (name, url) => {
  const ask = async (path: string, body: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: answer.status, text: await answer.text() };
  };
  const signed = (changes: { secret?: string; target?: string; body?: string; now?: Date } = {}) => ({
    [viewerHeader]: signCall({
      secret: internalSecret,
      target: `${name}/graphql`,
      viewer: systemViewer('order'),
      requestId: 'req_01J00000000000000000000000',
      body: sdl,
      now: new Date(),
      ...changes,
    }),
  });

  test('is reached by a call that one of our services signed', async () => {
    const { status, text } = await ask('/graphql', sdl, signed());
    expect(status).toBe(200);
    expect(text).toContain('sdl');
  });

  const minutesAway = (minutes: number) => new Date(Date.now() + minutes * 60_000);
  test.each<[string, string, string, () => Record<string, string>]>([
    ['a question for its schema', '/graphql', sdl, () => ({})],
    [
      'a question for an entity',
      '/graphql',
      JSON.stringify({ query: '{ _entities(representations: []) { __typename } }' }),
      () => ({}),
    ],
    ['a question for a public field', '/graphql', JSON.stringify({ query: '{ __typename }' }), () => ({})],
    ['a call of an internal operation', '/internal/jwks', '{}', () => ({})],
    ['an event', '/events', '{}', () => ({})],
    ['a route', '/routes', '{}', () => ({})],
    ['something that is no JSON', '/graphql', '{', () => ({})],
    ['an access token instead', '/graphql', sdl, () => ({ authorization: 'Bearer x' })],
    ['another secret', '/graphql', sdl, () => signed({ secret: 'not the secret of the services, though long' })],
    ['the signature of a call to another service', '/graphql', sdl, () => signed({ target: 'nobody/graphql' })],
    ['the signature of another path', '/graphql', sdl, () => signed({ target: `${name}/events` })],
    ['the signature of another body', '/graphql', sdl, () => signed({ body: '{}' })],
    ['a header that is no signature', '/graphql', sdl, () => ({ [viewerHeader]: 'v2|x|y|z' })],
  ])('says nothing when it gets %s', async (_, path, body, headers) => {
    const { status, text } = await ask(path, body, headers());
    expect(status).toBe(401);
    expect(JSON.parse(text)).toEqual({
      error: {
        code: 'UNAUTHENTICATED',
        message: expect.stringMatching(/^the call's signature is \w+$/),
        retryAfterMs: null,
      },
    });
  });

  test.each([
    ['an old signature', -2],
    ['a signature from the future', 2],
  ])('tells who knows the secret what time it is when it gets %s, and nothing else', async (_, minutes) => {
    const { status, text } = await ask('/graphql', sdl, signed({ now: minutesAway(minutes) }));
    expect(status).toBe(401);
    expect(JSON.parse(text)).toEqual({
      error: {
        code: 'UNAUTHENTICATED',
        message: "the call's signature is stale",
        retryAfterMs: null,
        rightTime: expect.stringMatching(/^\d{13}\|[\w-]{43}$/),
      },
    });
  });

  test('takes a signature once', async () => {
    const headers = signed();
    expect((await ask('/graphql', sdl, headers)).status).toBe(200);
    expect((await ask('/graphql', sdl, headers)).status).toBe(401);
  });

  test('answers no GET with more than its health', async () => {
    for (const path of ['/graphql?query={_service{sdl}}', '/', '/internal/jwks']) {
      const answer = await fetch(url + path);
      expect([401, 404]).toContain(answer.status);
      expect(await answer.text()).not.toMatch(/sdl|type |keys/);
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

describe.each(Object.entries(graphs))('the gateway (%s)', (_, { url }) => {
  test.each(['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }'])(
    'does not know %s',
    async (query) => {
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      const { data, errors } = (await answer.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] };
      expect(data).toBeUndefined();
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    },
  );

  test('hands no viewer header on', async () => {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [viewerHeader]: signCall({
          secret: internalSecret,
          target: 'member/graphql',
          viewer: systemViewer('order'),
          requestId: 'req_01J00000000000000000000000',
          body: '',
          now: new Date(),
        }),
      },
      body: JSON.stringify({ query: '{ staff(first: 1) { totalCount } }' }),
    });
    const { errors } = (await answer.json()) as { errors?: { extensions: { code: string } }[] };
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  });
});
