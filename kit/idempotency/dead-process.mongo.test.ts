import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { CrashPointName } from '#kit/crash-points/crash-points.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createIdempotency } from './idempotency.ts';

const db = testDatabase();
const script = fileURLToPath(new URL('./fixtures/work-and-die.ts', import.meta.url));
/** How long the gateway waits for an answer (`gateway/server/gateway-context.ts`), less what it takes to look and to do the work, milliseconds. */
const soonEnoughMs = 4_000;

/** Lets another process do the work of the key, which is killed at the point. */
function dieWorking(point: CrashPointName, request: object): void {
  const folder = mkdtempSync(join(tmpdir(), 'dead-process-'));
  mkdirSync(join(folder, 'order'));
  writeFileSync(join(folder, 'order', point), '');
  const asked = JSON.stringify({ uri: db.uri, database: db.name, request, armory: folder });
  const { signal, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, asked], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  expect([signal, stderr]).toEqual(['SIGKILL', '']);
}

describe('who asks again at the moment in which the process that does the work is killed', () => {
  test.each(['idempotency.claimed', 'idempotency.work-done'] as const)(
    'at %s, is answered while the gateway still waits, by work on the same subject',
    async (point) => {
      const request = { caller: 'mbr_1', operation: 'placeOrder', key: point, input: { cartId: 'crt_1' } };
      dieWorking(point, { ...request, subject: 'ord_1' });
      // Not how long the call takes, which depends on the machine: until when the dead process holds the key.
      const row = await db.connection
        .collection('idempotency')
        .findOne({ subjectId: 'ord_1', leaseUntil: { $exists: true } });
      expect(row?.['leaseUntil'] - row?.['createdAt']).toBeLessThanOrEqual(soonEnoughMs);
      const outcome = await createIdempotency(db.connection).runOnce(
        { ...request, subjectId: () => 'ord_2' },
        async (subjectId, isFirst) => ({ subjectId, isFirst }),
      );
      expect(outcome).toEqual({ replayed: false, result: { subjectId: 'ord_1', isFirst: false } });
    },
  );
});
