import { setTimeout as pause } from 'node:timers/promises';
import { mustNotBeLogged, variablesMustNotBeLogged } from '#kit/testing/run-logs.ts';
import { nameOf, sourceOf, type Document } from './documents.ts';

/** The sales channels that the gateway knows. */
export type Channel = 'web' | 'app' | 'mini-program' | 'store';

/** What a client says about itself with every request. */
export interface ClientOptions {
  /** Of the gateway, without a path. */
  readonly url: string;
  readonly channel?: Channel;
  readonly locale?: 'zh-CN' | 'en';
  /** An access token or an API key. */
  readonly token?: string | undefined;
}

/** An entry of the top-level `errors`. */
export interface GraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly [fact: string]: unknown };
}

/** An answer as it came. */
export interface Answer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data | null;
  readonly errors: readonly GraphError[];
}

/** Somebody's app: it sends the registered documents to the gateway. */
export interface Client {
  readonly options: ClientOptions;
  /**
   * Sends a document and gives the data. Asks again, a few times, while the graph says that it is busy and asking again changes nothing twice. Throws when there are
   * top-level errors in the end. `repeatable` says of a change without a key that making it twice is making it once.
   */
  ask<Data, Variables>(
    document: Document<Data, Variables>,
    variables: Variables,
    options?: { readonly repeatable?: boolean },
  ): Promise<Data>;
  /** Sends a document with variables of any shape and gives what came, errors and all. */
  send<Data, Variables>(document: Document<Data, Variables>, variables: unknown): Promise<Answer<Data>>;
  /** Sends any text as a document. */
  sendText(query: string, variables?: unknown): Promise<Answer<Record<string, unknown>>>;
  /** The same app with something changed: another language, somebody signed in. */
  with(changes: Partial<ClientOptions>): Client;
}

/** Of one question that is answered with BUSY: about as many seconds. */
const mostTries = 6;

const asked = new Set<string>();

/** The names of all operations that were answered with data in this test file so far. */
export function answeredOperations(): readonly string[] {
  return [...asked].toSorted();
}

/** An app of the channel `web`, in Chinese, of nobody who is signed in, unless the options say otherwise. */
export function createClient(options: ClientOptions): Client {
  mustNotBeLogged(options.token);

  async function post<Data>(body: object): Promise<Answer<Data>> {
    variablesMustNotBeLogged('variables' in body ? body.variables : null);
    const response = await fetch(`${options.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-channel': options.channel ?? 'web',
        'accept-language': options.locale ?? 'zh-CN',
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      },
      body: JSON.stringify(body),
    });
    const { data = null, errors = [] } = (await response.json()) as { data?: Data | null; errors?: GraphError[] };
    return { status: response.status, headers: response.headers, data, errors };
  }

  const client: Client = {
    options,
    async send(document, variables) {
      const name = nameOf(document);
      return post({ operationName: name, query: sourceOf(name), variables });
    },
    sendText: (query, variables) => post({ query, variables }),
    async ask(document, variables, { repeatable = hasKey(variables) } = {}) {
      let answer = await client.send(document, variables);
      for (let tries = 1; tries < mostTries && mayAskAgain(answer, repeatable); tries += 1) {
        await pause(comeAgainAfterMs(answer));
        answer = await client.send(document, variables);
      }
      const { status, data, errors } = answer;
      if (errors.length > 0 || data === null) {
        throw new Error(`${nameOf(document)} was answered with ${status} ${JSON.stringify(errors, null, 2)}`);
      }
      asked.add(nameOf(document));
      return data;
    },
    with: (changes) => createClient({ ...options, ...changes }),
  };
  return client;
}

/** Whether every error of the answer is BUSY, and the same may be asked again: nothing was done, it was only read, or doing it again changes nothing. */
function mayAskAgain({ errors }: Answer<unknown>, repeatable: boolean): boolean {
  const passes = ({ extensions: { code, effect } }: GraphError) =>
    code === 'BUSY' && (effect === undefined || repeatable);
  return errors.length > 0 && errors.every(passes);
}

/** A key sees to it that a change is made once. */
function hasKey(variables: unknown): boolean {
  return (variables as { input?: { idempotencyKey?: unknown } } | null)?.input?.idempotencyKey !== undefined;
}

/** When an answer says that it is to be asked again, milliseconds; 0 when it doesn't say. */
export function comeAgainAfterMs({ errors }: Pick<Answer<unknown>, 'errors'>): number {
  return Math.max(0, ...errors.map(({ extensions }) => Number(extensions['retryAfterMs'] ?? 0)));
}

/** A payload of a mutation. */
interface Payload {
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

/** The changed object of a payload. Throws with the refusals when there are any. */
export function accepted<P extends Payload, K extends Exclude<keyof P, 'userErrors'>>(
  payload: P,
  field: K,
): NonNullable<P[K]> {
  const value = payload[field];
  if (payload.userErrors.length > 0 || value === null || value === undefined) {
    throw new Error(`${String(field)} was refused: ${JSON.stringify(payload.userErrors, null, 2)}`);
  }
  return value;
}

/** The codes of a payload's refusals; empty when it was accepted. */
export function codesOf(payload: Payload): string[] {
  return payload.userErrors.map(({ code }) => code);
}

/** The codes of an answer's top-level errors. */
export function errorCodesOf(answer: Answer<unknown>): string[] {
  return answer.errors.map(({ extensions }) => extensions.code);
}
