import { afterAll, beforeAll, expect } from '@jest/globals';
import { pino } from 'pino';
import { openBooks, type Books } from '../../scripts/verify/open-books.ts';
import { verifyGraph } from '../../scripts/verify/verify-graph.ts';
import { testSettings } from '../setup/test-settings.ts';
import { worldFacts } from '../setup/world-facts.ts';

/** The books of all five owners of one of the run's graphs, as `npm run verify` looks at them; open while the tests of the file run. */
export function booksOf(graph: { readonly databasePrefix: string }) {
  let books: Books | undefined;
  beforeAll(async () => {
    const { mongoUri, internalSecret } = worldFacts();
    books = await openBooks({
      mongoUri,
      databasePrefix: graph.databasePrefix,
      secrets: [internalSecret],
      log: pino({ level: 'silent' }),
      env: {
        NODE_ENV: 'development',
        ...testSettings,
        MEMBER_KEY_SECRET: internalSecret,
        PERSONAL_DATA_KEYS: internalSecret,
      },
    });
  });
  afterAll(() => books?.close());

  const verify = () => {
    if (books === undefined) throw new Error('the books are not open yet');
    return verifyGraph({ transport: books.transport, secondLookMs: 500 });
  };
  return {
    verify,
    async expectToAgree(): Promise<void> {
      expect((await verify()).flatMap(({ discrepancies }) => discrepancies)).toEqual([]);
    },
  };
}
