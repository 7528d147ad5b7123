import { pathToFileURL } from 'node:url';

/** One question of a case, and the answer that is right. */
export interface Question {
  readonly query: string;
  readonly expected: {
    readonly data?: unknown;
    /** Whether there are errors; both are right when it isn't said. */
    readonly errors?: boolean;
  };
}

/** What a gateway answered. */
export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly unknown[] | null;
}

/** A case of the suite with subgraphs of its own, which run in this process and keep what mutations did to them. */
export interface AuditCase {
  readonly supergraphSdl: string;
  readonly questions: readonly Question[];
  /** Asks one of its subgraphs. */
  readonly ask: (subgraph: string, body: string) => Promise<Response>;
}

/** What the bundled suite exports: a server that is called instead of listening. */
interface Suite {
  createRouter(): { fetch(url: string, init?: RequestInit): Promise<Response> };
}

/** Nobody listens there: the suite's server is called as a function. */
const origin = 'http://audit';
let opened = 0;

/** The suite with subgraphs as they are in the beginning: each opening is a copy of its own. */
export async function openSuite(bundle: string) {
  opened += 1;
  const { createRouter } = (await import(`${pathToFileURL(bundle).href}?copy=${opened}`)) as Suite;
  const router = createRouter();
  const read = async (path: string) => {
    const response = await router.fetch(`${origin}/${path}`);
    if (!response.ok) throw new Error(`the suite answers ${response.status} for /${path}`);
    return response;
  };
  return {
    ids: async () => (await (await read('ids')).json()) as string[],
    async open(id: string): Promise<AuditCase> {
      return {
        supergraphSdl: await (await read(`${id}/supergraph`)).text(),
        questions: (await (await read(`${id}/tests`)).json()) as Question[],
        ask: (subgraph, body) =>
          router.fetch(`${origin}/${id}/${subgraph}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', accept: 'application/json' },
            body,
          }),
      };
    },
  };
}
