/** A body that no client of ours sends, and the status of its refusal. */
export interface HostileBody {
  readonly body: () => string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
}

const typeName = '{"query":"{ __typename }"';

/** JSON objects in one another, so many. */
export function nested(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

/** Bodies that are sent to servers to see them fall or believe something. */
export const hostileBodies: Readonly<Record<string, HostileBody>> = {
  'that is a form': {
    body: () => 'query={__typename}',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
  },
  'that is plain text': { body: () => `${typeName}}`, headers: { 'content-type': 'text/plain' }, status: 415 },
  'in parts': {
    body: () => '--x\r\n\r\n--x--',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    status: 415,
  },
  'of a list of operations': {
    body: () => JSON.stringify(Array.from({ length: 50 }, () => ({ query: '{ __typename }' }))),
    status: 400,
  },
  'with a prototype': { body: () => `${typeName},"variables":{"__proto__":{"admin":true}}}`, status: 400 },
  'with a constructor': {
    body: () => `${typeName},"variables":{"constructor":{"prototype":{"admin":true}}}}`,
    status: 400,
  },
  'fifty thousand objects deep': { body: () => `${typeName},"variables":${nested(50_000)}}`, status: 400 },
  'that is no UTF-8': { body: () => new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), status: 400 },
  'of numbers that are none': { body: () => `${typeName},"variables":{"a":1e999999}}`, status: 400 },
  'with the query as an object': { body: () => '{"query":{"kind":"Document"}}', status: 400 },
  'with the variables as a text': { body: () => `${typeName},"variables":"{}"}`, status: 400 },
  'above the limit': {
    body: () => JSON.stringify({ query: `{ __typename } #${'x'.repeat(600_000)}` }),
    status: 413,
  },
};

/** Headers that are a way in elsewhere. */
export const hostileHeaders: readonly Readonly<Record<string, string>>[] = [
  { 'x-forwarded-for': '127.0.0.1' },
  { 'x-http-method-override': 'DELETE' },
  { 'x-original-url': '/metrics' },
  { 'apollographql-client-name': '../../x' },
  { 'accept-language': `${'x-'.repeat(200)}en` },
  { 'x-fullchain-viewer': 'v2|0|s|1|r||e30|x' },
];
