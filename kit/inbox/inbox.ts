import type { ClientSession, Connection } from 'mongoose';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import type { DomainEvent, EventName } from '#kit/events/events.ts';
import { defineCollection } from '#kit/mongo/model.ts';
import { inTransaction, isDuplicateKey } from '#kit/mongo/transaction.ts';

/** What a subgraph does when something happened. */
export interface Reaction<N extends EventName = EventName> {
  /** Names it for ever: with another name, old events would count as new. */
  readonly name: string;
  readonly on: N;
  /**
   * Brings about the effect, with every write in `session`. It runs again from the start when the transaction is retried;
   * an error undoes it and the event comes back later, holding up the later events of its aggregate.
   */
  react(event: DomainEvent<N>, session: ClientSession): Promise<void>;
}

/** A reaction whose event's payload is typed by its name. */
export function reaction<N extends EventName>(definition: Reaction<N>): Reaction {
  return definition;
}

/** `applied`: at least one reaction ran now. `duplicate`: all had run before. `ignored`: nobody here listens to it. */
export type Receipt = 'applied' | 'duplicate' | 'ignored';

/** Where a subgraph receives events. */
export interface Inbox {
  /**
   * Lets every reaction to the event run exactly once, however often and however concurrently the event arrives.
   * @throws the first reaction's error when one failed; the others have run all the same.
   */
  receive(event: DomainEvent): Promise<Receipt>;
}

interface InboxRow {
  _id: string;
  at: Date;
}

const fourteenDays = 14 * 24 * 3600;

/** Ends the transaction of a reaction that has run before. */
class AlreadyReacted extends Error {}

/** Opens the inbox of a subgraph in its own database. Two reactions of one name are a mistake and throw. */
export function createInbox(connection: Connection, reactions: readonly Reaction[]): Inbox {
  const rows = defineCollection<InboxRow>(connection, 'inbox', [{ key: { at: 1 }, expireAfterSeconds: fourteenDays }]);
  const names = new Set<string>();
  for (const { name } of reactions) {
    if (names.has(name)) throw new Error(`Two reactions are called "${name}".`);
    names.add(name);
  }

  async function applyOnce(to: Reaction, event: DomainEvent): Promise<boolean> {
    const _id = `${to.name}:${event.id}`;
    // Most repeats come long after: they need no transaction.
    if ((await rows().findOne({ _id })) !== null) return false;
    try {
      await inTransaction(connection, async (session) => {
        await rows()
          .insertOne({ _id, at: new Date() }, { session })
          .catch((error: unknown) => {
            throw isDuplicateKey(error) ? new AlreadyReacted() : error;
          });
        await to.react(event, session);
        await crashPoint('inbox.before-commit');
      });
      await crashPoint('inbox.committed');
      return true;
    } catch (error) {
      if (error instanceof AlreadyReacted) return false;
      throw error;
    }
  }

  return {
    async receive(event) {
      const listening = reactions.filter((candidate) => candidate.on === event.name);
      if (listening.length === 0) return 'ignored';
      let applied = false;
      const failures: unknown[] = [];
      for (const listener of listening) {
        try {
          applied = (await applyOnce(listener, event)) || applied;
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
      return applied ? 'applied' : 'duplicate';
    },
  };
}
