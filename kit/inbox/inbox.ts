import type { ClientSession, Connection } from 'mongoose';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import type { DomainEvent, EventName } from '#kit/events/events.ts';
import { createGroupCommit } from '#kit/group-commit/group-commit.ts';
import { defineCollection } from '#kit/mongo/model.ts';
import { inTransaction, isDuplicateKey } from '#kit/mongo/transaction.ts';

/** What a subgraph does when something happened. */
export interface Reaction<N extends EventName = EventName> {
  /** Names it for ever: with another name, old events would count as new. */
  readonly name: string;
  readonly on: N;
  /**
   * Brings about the effect of several events, of one aggregate in the order of their versions, with every read and write in `session`: it may share the
   * transaction with other reactions. It runs again from the start when the transaction is retried; after an error every event is tried alone, and one that
   * fails then comes back later, holding up the later events of its aggregate.
   */
  reactToAll(events: readonly DomainEvent<N>[], session: ClientSession): Promise<void>;
}

/** A reaction that takes many events as cheaply as one. */
export function reactionToAll<N extends EventName>(definition: Reaction<N>): Reaction {
  return definition;
}

/** A reaction that takes one event after the other; its event's payload is typed by its name. */
export function reaction<N extends EventName>({
  name,
  on,
  react,
}: Pick<Reaction<N>, 'name' | 'on'> & {
  react(event: DomainEvent<N>, session: ClientSession): Promise<void>;
}): Reaction {
  return reactionToAll<N>({
    name,
    on,
    async reactToAll(events, session) {
      for (const event of events) await react(event, session);
    },
  });
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

/** A reaction that is to run once. */
interface Due {
  /** Of its row. */
  readonly _id: string;
  readonly to: Reaction;
  readonly event: DomainEvent;
}

/** After how long of conflicts a delivery is left to the next one, milliseconds. */
const giveUpAfterMs = 1_000;

/** Opens the inbox of a subgraph in its own database. Two reactions of one name are a mistake and throw. */
export function createInbox(connection: Connection, reactions: readonly Reaction[]): Inbox {
  const rows = defineCollection<InboxRow>(connection, 'inbox', [{ key: { at: 1 }, expireAfterSeconds: fourteenDays }]);
  const names = new Set<string>();
  for (const { name } of reactions) {
    if (names.has(name)) throw new Error(`Two reactions are called "${name}".`);
    names.add(name);
  }

  /** Reactions that are due at the same time run in one transaction, one after the other, each with all its events: what a commit costs is shared. After an error each is tried alone. */
  const applyOnce = createGroupCommit<Due, boolean>(
    {
      keysOf: ({ _id }) => [_id],
      async commit(due) {
        const applied = await applyAll(due);
        await crashPoint('inbox.committed');
        return applied;
      },
      async alreadyDone(due) {
        const there = await idsOf(due);
        return due.map(({ _id }) => (there.has(_id) ? true : undefined));
      },
    },
    { largestGroup: 100, longestWaitMs: 4_000 },
  );

  /** Nearly all are there for the first time: their rows are written without a look. One that isn't is a duplicate key, and then they are looked for. */
  async function applyAll(due: readonly Due[]): Promise<boolean[]> {
    try {
      await applyFresh(async () => due);
      return due.map(() => true);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const fresh = await applyFresh(async (session) => {
      const before = await idsOf(due, session);
      return due.filter(({ _id }) => !before.has(_id));
    });
    return due.map((one) => fresh.includes(one));
  }

  /** Lets those of the reactions run that have not yet, and gives these. */
  async function applyFresh(freshIn: (session: ClientSession) => Promise<readonly Due[]>): Promise<readonly Due[]> {
    return inTransaction(
      connection,
      async (session) => {
        const fresh = await freshIn(session);
        if (fresh.length > 0) {
          const at = new Date();
          await rows().insertMany(
            fresh.map(({ _id }) => ({ _id, at })),
            { session },
          );
        }
        for (const [to, dues] of Map.groupBy(fresh, (due) => due.to)) {
          await to.reactToAll(
            dues.map(({ event }) => event),
            session,
          );
        }
        await crashPoint('inbox.before-commit');
        return fresh;
      },
      { giveUpAfterMs },
    );
  }

  /** Which of them have run. */
  async function idsOf(due: readonly Due[], session?: ClientSession): Promise<Set<string>> {
    const wanted = { _id: { $in: due.map(({ _id }) => _id) } };
    const found = await rows()
      .find(wanted, { projection: { _id: 1 }, ...(session && { session }) })
      .toArray();
    return new Set(found.map(({ _id }) => _id));
  }

  return {
    async receive(event) {
      const listening = reactions.filter((candidate) => candidate.on === event.name);
      if (listening.length === 0) return 'ignored';
      let applied = false;
      const failures: unknown[] = [];
      for (const listener of listening) {
        try {
          applied = (await applyOnce({ _id: `${listener.name}:${event.id}`, to: listener, event })) || applied;
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
      return applied ? 'applied' : 'duplicate';
    },
  };
}
