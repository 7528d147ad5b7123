import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import { defineCollection } from '#kit/mongo/model.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';

/** The end of a chain as its owner once told it. */
export interface AuditCheckpoint {
  readonly sequence: number;
  readonly hash: string;
}

interface CheckpointRow extends AuditCheckpoint {
  _id: string;
  stream: string;
}

/**
 * Remembers where the chains of audit entries ended, in a database that their owner can't write to: who can change a chain can make all its hashes anew, but
 * not those that others were told. What was remembered first stays.
 */
export function createAuditWitness({ connection }: Outbox) {
  const rows = defineCollection<CheckpointRow>(connection, 'auditCheckpoints', [{ key: { stream: 1, sequence: 1 } }]);
  return {
    /** Remembers every batch that is sealed anywhere. */
    rememberWhenAuditSealed: reaction({
      name: 'remember-checkpoint-when-audit-sealed',
      on: 'audit.sealed',
      async react({ payload: { stream, sequence, hash } }, session) {
        const _id = `${stream}:${sequence}`;
        await rows().updateOne({ _id }, { $setOnInsert: { stream, sequence, hash } }, { upsert: true, session });
      },
    }) satisfies Reaction,

    /** What is remembered of a chain behind a place, in its order. */
    async checkpoints(stream: string, after: number, limit: number): Promise<AuditCheckpoint[]> {
      const found = await rows()
        .find({ stream, sequence: { $gt: after } })
        .sort({ sequence: 1 })
        .limit(limit)
        .toArray();
      return found.map(({ sequence, hash }) => ({ sequence, hash }));
    },
  };
}
