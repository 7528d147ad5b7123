import { parseArgs } from 'node:util';
import { findEntries, instantOf, lineOf, streamsOf } from './audit/print-entries.ts';
import { openLocalBooks } from './verify/local-books.ts';

/**
 * `npm run audit -- [--stream order] [--actor stf_…] [--subject ord_…] [--action approveAfterSale] [--from 2026-11-23T08:00:00Z] [--to …] [--most 100] [--json]`: prints
 * what staff, partners and money did, the latest last. Reads only, from the shop that `npm run verify` would look at; whether the logs are whole is what that says.
 */
const { values } = parseArgs({
  options: {
    stream: { type: 'string', multiple: true, default: [] },
    actor: { type: 'string' },
    subject: { type: 'string' },
    action: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    most: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
  },
});
try {
  const most = Number(values.most);
  if (!Number.isInteger(most) || most < 1) throw new Error(`--most ${values.most}: expected a whole number from 1`);
  const search = {
    streams: streamsOf(values.stream),
    actorId: values.actor ?? null,
    subject: values.subject ?? null,
    action: values.action ?? null,
    from: instantOf('from', values.from),
    to: instantOf('to', values.to),
    most,
  };
  const books = await openLocalBooks('audit', process.env);
  try {
    for (const entry of await findEntries(books.transport, search))
      console.log(values.json ? JSON.stringify(entry) : lineOf(entry));
  } finally {
    await books.close();
  }
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The audit logs could not be read: ${text.replaceAll(/\s+/g, ' ').trim()}\n`);
  process.exitCode = 1;
}
