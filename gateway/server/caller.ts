import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { badInput } from '#kit/graphql/errors.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import type { RequestObserver } from '../observing/observe-requests.ts';
import type { GatewayContext } from './gateway-context.ts';

/** The largest body of a caller who isn't staff, bytes. */
export const bodyLimit = 512 * 1024;
/** The largest body of staff: a 30 MB file as a JSON text, with room for its escapes. */
export const staffBodyLimit = 36 * 1024 * 1024;

/** A refusal with its HTTP status, thrown before GraphQL begins. */
export class RequestRefused extends Error {
  readonly status: number;
  readonly errors: readonly GraphQLError[];
  constructor(status: number, ...errors: readonly GraphQLError[]) {
    super(errors[0]?.message);
    this.name = 'RequestRefused';
    this.status = status;
    this.errors = errors;
  }
}

/** What is known of a request before anybody knows who makes it. */
export type BegunRequest = Pick<GatewayContext, 'requestId' | 'log' | 'observed'>;

/** How a request arrives. */
interface Arrival {
  /** Without what belongs to this request alone. */
  readonly path: string;
  /** The header as it was sent. */
  readonly traceparent?: unknown;
}

/** The id, the log and the notes of a new request. Lines of a request that is traced name the trace. */
export function beginRequest(log: Logger, observer: RequestObserver, { path, traceparent }: Arrival): BegunRequest {
  const requestId = newId('request');
  const observed = observer.begin(path, { requestId, traceparent });
  const trace = () => (observed.span === null ? {} : { traceId: observed.span.context.traceId });
  return { requestId, observed, log: () => log.child({ requestId, ...trace() }) };
}

/** Tells where requests come from: the word of these proxies (addresses and networks) on that is believed, and nobody else's. */
export function createAddressReader(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  if (trustedProxies.length === 0) return ({ socket }) => socket.remoteAddress ?? '';
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (request) => proxyAddr(request, isTrusted);
}

/** The address of a client, without the ways in which this machine calls itself. */
export function clientAddressOf(address: string): string | undefined {
  const isHere = address === '::1' || /^(::ffff:)?127\./.test(address);
  return isHere ? undefined : address;
}

/** How much this caller may send, bytes. */
export function bodyLimitOf(viewer: Viewer): number {
  return viewer.kind === 'STAFF' ? staffBodyLimit : bodyLimit;
}

/** A body that is too large for its sender. */
export function tooLarge(limit: number): RequestRefused {
  return new RequestRefused(413, badInput(`The request is larger than ${Math.floor(limit / 1024)} kB.`));
}

/** The length that a request announces; 0 when it announces none. */
export function announcedLength(request: IncomingMessage): number {
  return Number(request.headers['content-length'] ?? 0);
}
