import autocannon from 'autocannon';

/** What a client posts to `/graphql`. */
export interface ClientRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Called anew for each request, so that each can be different. */
export type NextRequest = () => ClientRequest;

/** What came out of a run. Times in milliseconds. */
export interface Hammered {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers that were no 200, or held an error or a refusal, and requests that got none. */
  readonly failures: number;
  /** Of those, whole answers that say no: refusals without an error. */
  readonly refusals: number;
}

export interface HammerOptions {
  /** Of the gateway, without a path. */
  readonly url: string;
  readonly next: NextRequest;
  readonly connections: number;
  readonly seconds: number;
  /** The channel that the client speaks in. */
  readonly channel: string;
}

const error = /"errors":\[/;
const refusal = /"userErrors":\[\{/;

/** Sends requests over some connections, each as soon as the one before is answered, and looks at every answer. */
export async function hammer({ url, next, connections, seconds, channel }: HammerOptions): Promise<Hammered> {
  let failed = 0;
  let refused = 0;
  const result = await autocannon({
    url: `${url}/graphql`,
    connections,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          const { body, headers } = next();
          return {
            ...request,
            body,
            headers: { 'content-type': 'application/json', 'x-channel': channel, ...headers },
          };
        },
        onResponse: (status, body) => {
          if (status !== 200 || error.test(body)) failed += 1;
          else if (refusal.test(body)) refused += 1;
        },
      },
    ],
  });
  return {
    requests: result.requests.total,
    perSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failures: failed + refused + result.errors + result.timeouts,
    refusals: refused,
  };
}
