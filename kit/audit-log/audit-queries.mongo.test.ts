import { beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { systemClock } from '#kit/clock/clock.ts';
import { explainOf } from '#kit/mongo/explain.ts';
import { migrate } from '#kit/mongo/migrations.ts';
import { createOutbox } from '#kit/outbox/outbox.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createAuditLog, type AuditFilter } from './audit-log.ts';

const db = testDatabase();
const auditLog = createAuditLog(createOutbox(db.connection, { source: 'order' }), systemClock);

beforeAll(async () => {
  await migrate(db.connection, [], { clock: systemClock, log: pino({ level: 'silent' }) });
  for (let each = 0; each < 60; each += 1) {
    const actor = { kind: 'STAFF' as const, id: `stf_${each % 20}`, sessionId: null, channel: 'web' };
    const subjects = [`ord_${each % 20}`];
    await auditLog.begin({ actor, action: `action${each % 20}`, facts: {}, subjects, requestId: 'req_1' });
  }
});

test.each<[AuditFilter, string]>([
  [{}, '_id_'],
  [{ from: new Date(0), to: new Date() }, '_id_'],
  [{ actorId: 'stf_1' }, 'actor.id_1__id_-1'],
  [{ subject: 'ord_1' }, 'subjects_1__id_-1'],
  [{ action: 'action1', from: new Date(0) }, 'action_1__id_-1'],
])('reading entries of %j goes along an index that sorts them', async (filter, indexUsed) => {
  for (const before of [null, 'aud_zzz'])
    expect(await explainOf(auditLog.newest(filter, 20, before))).toMatchObject({
      indexUsed,
      inMemorySort: false,
      collectionScan: false,
    });
});
