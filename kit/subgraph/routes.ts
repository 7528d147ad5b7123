import type { Logger } from 'pino';
import { z } from 'zod';
import { badInput } from '#kit/graphql/errors.ts';

/** A REST request from outside, exactly as it arrived: callbacks are verified over the raw bytes. */
export interface RouteRequest {
  readonly rawBody: Buffer;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly log: Logger;
}

export interface RouteResponse {
  readonly status: number;
  readonly body: string;
  /** `application/json` unless given. */
  readonly contentType?: string;
}

/**
 * A public route of a subgraph. The gateway serves it under the same path in both topologies and hands the raw request on.
 * Nobody is authenticated: the handler verifies whatever the other platform signs.
 */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Starts with `/callbacks/<subgraph>/`, for example `/callbacks/order/payments/test`. No parameters. */
  readonly path: string;
  handle(request: RouteRequest): Promise<RouteResponse>;
}

/** How a route's request travels from the gateway to its subgraph. */
export const routeCallSchema = z.object({
  method: z.enum(['GET', 'POST']),
  path: z.string(),
  query: z.record(z.string(), z.string()),
  headers: z.record(z.string(), z.string()),
  /** Base64 of the bytes. */
  rawBody: z.string(),
});
export type RouteCall = z.infer<typeof routeCallSchema>;

/** How its answer travels back. */
export const routeAnswerSchema = z.object({ status: z.number().int(), body: z.string(), contentType: z.string() });

/** Finds and runs the route of a request; an unknown one is answered with 404. Throws for a route outside the subgraph's own prefix. */
export function createRouter(subgraph: string, routes: readonly Route[]) {
  const prefix = `/callbacks/${subgraph}/`;
  const stray = routes.find((route) => !route.path.startsWith(prefix));
  if (stray) throw new Error(`the route ${stray.path} of ${subgraph} must start with ${prefix}`);

  return async (body: unknown, log: Logger): Promise<z.infer<typeof routeAnswerSchema>> => {
    const read = routeCallSchema.safeParse(body);
    if (!read.success) throw badInput('not a route call');
    const { method, path, query, headers, rawBody } = read.data;
    const route = routes.find((candidate) => candidate.method === method && candidate.path === path);
    if (!route) return { status: 404, body: '{"error":"not found"}', contentType: 'application/json' };
    const answer = await route.handle({ rawBody: Buffer.from(rawBody, 'base64'), headers, query, log });
    return { contentType: 'application/json', ...answer };
  };
}
