import { setTimeout as pause } from 'node:timers/promises';
import { connectMongo } from '#kit/mongo/connect.ts';

/** Somebody who writes to the database all the time and remembers what was acknowledged. */
export interface WriteProbe {
  /** The longest time without an acknowledged write since the last question, milliseconds. */
  longestGap(): number;
  /** Acknowledged writes that aren't there, of how many. Ends the writing. */
  lost(): Promise<{ readonly lost: number; readonly acknowledged: number }>;
}

const everyMs = 25;

export async function startWriteProbe(mongoUri: string): Promise<WriteProbe> {
  const connection = await connectMongo({ uri: mongoUri, database: 'faults_probe', appName: 'faults' });
  const rows = connection.getClient().db('faults_probe').collection<{ _id: number }>('writes');
  const acknowledged: number[] = [];
  let gap = 0;
  let lastAt = performance.now();
  let writing = true;
  const note = (): void => {
    gap = Math.max(gap, performance.now() - lastAt);
  };
  const written = (async () => {
    for (let _id = 0; writing; _id += 1) {
      const answered = await rows.insertOne({ _id }).then(
        () => true,
        () => false,
      );
      if (answered) {
        acknowledged.push(_id);
        note();
        lastAt = performance.now();
      }
      await pause(everyMs);
    }
  })();
  return {
    longestGap() {
      note();
      const longest = gap;
      gap = 0;
      lastAt = performance.now();
      return longest;
    },
    async lost() {
      writing = false;
      await written;
      const there = new Set((await rows.find().toArray()).map(({ _id }) => _id));
      await connection.destroy();
      return { lost: acknowledged.filter((id) => !there.has(id)).length, acknowledged: acknowledged.length };
    },
  };
}
