import { openLocalBooks } from './verify/local-books.ts';
import { reportOf } from './verify/report.ts';
import { verifyGraph } from './verify/verify-graph.ts';

/**
 * `npm run verify`: compares the books of a shop, live or not, and reads only. The shop is the one whose database MONGODB_URI names, with the settings of
 * its services, else the one that `npm start` runs here. Exit code 1 when something disagrees.
 */
try {
  const books = await openLocalBooks('verify', process.env);
  try {
    const begunAt = performance.now();
    const verified = await verifyGraph({ transport: books.transport });
    console.log(reportOf(verified, (performance.now() - begunAt) / 1_000));
    if (verified.some(({ discrepancies }) => discrepancies.length > 0)) process.exitCode = 1;
  } finally {
    await books.close();
  }
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The books could not be compared: ${text.replaceAll(/\s+/g, ' ').trim()}\n`);
  process.exitCode = 1;
}
