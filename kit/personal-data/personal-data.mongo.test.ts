import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '#kit/config/config.ts';
import { newId } from '#kit/ids/ids.ts';
import { connectMongo } from '#kit/mongo/connect.ts';
import { explainOf } from '#kit/mongo/explain.ts';
import { ensureIndexes } from '#kit/mongo/indexes.ts';
import { inTransaction } from '#kit/mongo/transaction.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { ErasedError } from './data-keys.ts';
import { UnknownKeyError } from './key-ring.ts';
import { createPersonalData, type PersonalData } from './personal-data.ts';
import { SealBrokenError } from './seal.ts';

const { connection, uri, name } = testDatabase();
const first = 'the first secret, of more than thirty-two characters';
const second = 'the second secret, of more than thirty-two characters';

/** What a process with these secrets makes of the database; nothing is remembered by another one. */
const processWith = (...secrets: string[]): PersonalData => createPersonalData(connection, { scope: 'test', secrets });
const rows = () => connection.collection<{ _id: string; wrapped?: string; wrappedBy?: string }>('personal_data_keys');
const phoneOf = (owner: string) => ({ owner, field: 'people.phone' });
const erase = (data: PersonalData, owner: string) => inTransaction(connection, (session) => data.erase(owner, session));
const never = new AbortController().signal;

describe('personal data', () => {
  test('opens in every process that has the secret, at its own place only', async () => {
    const owner = newId('member');
    const sealed = await processWith(first).seal('13800138000', phoneOf(owner));
    const other = processWith(first);
    expect(await other.open(sealed, phoneOf(owner))).toBe('13800138000');
    await expect(other.open(sealed, { owner, field: 'people.name' })).rejects.toThrow(SealBrokenError);
    await expect(other.open(sealed, { ...phoneOf(owner), of: 'ord_2' })).rejects.toThrow(SealBrokenError);
  });

  test('of somebody else does not open, nor with a key that was put in the place of theirs', async () => {
    const [mia, eve] = [newId('member'), newId('member')];
    const data = processWith(first);
    const ofMia = await data.seal('13800138000', phoneOf(mia));
    await data.seal('13900139000', phoneOf(eve));
    await expect(data.open(ofMia, phoneOf(eve))).rejects.toThrow(SealBrokenError);
    const keyOfMia = await rows().findOne({ _id: mia });
    await rows().updateOne({ _id: eve }, { $set: { wrapped: keyOfMia?.wrapped ?? '' } });
    await expect(processWith(first).open(ofMia, phoneOf(eve))).rejects.toThrow(SealBrokenError);
    await rows().deleteOne({ _id: eve });
  });

  test('does not open in another subgraph’s database, whose keys are others although the secret is the same', async () => {
    const owner = newId('member');
    const sealed = await processWith(first).seal('13800138000', phoneOf(owner));
    const elsewhere = createPersonalData(connection, { scope: 'elsewhere', secrets: [first] });
    await expect(elsewhere.open(sealed, phoneOf(owner))).rejects.toThrow(SealBrokenError);
  });

  test('without a key is a fault, not an absence', async () => {
    await expect(processWith(first).open('AQ', phoneOf('mbr_lost'))).rejects.toThrow(
      'the data key of mbr_lost is gone',
    );
  });

  test('of one person has one key, although 60 processes seal their first value at once', async () => {
    const owner = newId('member');
    const sealed = await Promise.all(
      Array.from({ length: 60 }, (_, index) => processWith(first).seal(`number ${index}`, phoneOf(owner))),
    );
    const data = processWith(first);
    const opened = await Promise.all(sealed.map((one) => data.open(one, phoneOf(owner))));
    expect(opened).toEqual(sealed.map((_, index) => `number ${index}`));
  });

  test.each([1, 200, 500])('costs one read for %d people, and none while their keys are remembered', async (people) => {
    const commands: string[] = [];
    const watched = await connectMongo({
      uri,
      database: name,
      appName: 'test',
      onCommand: ({ command, collection }) => void commands.push(`${collection} ${command}`),
    });
    try {
      const owners = Array.from({ length: people }, () => newId('member'));
      const writer = processWith(first);
      const sealed = await Promise.all(owners.map((owner) => writer.seal('text', phoneOf(owner))));
      const reader = createPersonalData(watched, { scope: 'test', secrets: [first] });
      const openAll = () => Promise.all(owners.map((owner, index) => reader.open(sealed[index] ?? '', phoneOf(owner))));
      commands.length = 0;
      expect(await openAll()).toEqual(owners.map(() => 'text'));
      expect(commands).toEqual(['personal_data_keys find']);
      await openAll();
      await reader.seal('text', phoneOf(owners[0] ?? ''));
      expect(commands).toEqual(['personal_data_keys find']);
    } finally {
      await watched.close();
    }
  });
});

describe('erasing somebody', () => {
  test('destroys their key: what was sealed opens no more, and nothing is sealed again', async () => {
    const owner = newId('member');
    const data = processWith(first);
    const sealed = await data.seal('13800138000', phoneOf(owner));
    const before = await rows().findOne({ _id: owner });
    await erase(data, owner);
    for (const any of [data, processWith(first)]) {
      expect(await any.open(sealed, phoneOf(owner))).toBeNull();
      await expect(any.seal('13800138000', phoneOf(owner))).rejects.toThrow(ErasedError);
    }
    expect(await rows().findOne({ _id: owner })).toEqual({
      _id: owner,
      createdAt: expect.any(Date),
      destroyedAt: expect.any(Date),
    });
    expect(before?.wrapped).toHaveLength(96);
  });

  test('is undone with the transaction that it was part of', async () => {
    const owner = newId('member');
    const data = processWith(first);
    const sealed = await data.seal('13800138000', phoneOf(owner));
    const undone = inTransaction(connection, async (session) => {
      await data.erase(owner, session);
      throw new Error('the rest failed');
    });
    await expect(undone).rejects.toThrow('the rest failed');
    expect(await data.open(sealed, phoneOf(owner))).toBe('13800138000');
  });

  test('who has no key yet keeps anybody from making one, and twice is as good as once', async () => {
    const owner = newId('member');
    const data = processWith(first);
    await erase(data, owner);
    const once = await rows().findOne({ _id: owner });
    await erase(data, owner);
    expect(await rows().findOne({ _id: owner })).toEqual(once);
    await expect(data.seal('13800138000', phoneOf(owner))).rejects.toThrow(ErasedError);
  });

  test('counts at once in the process, also when somebody reads the key before the transaction is through', async () => {
    const owner = newId('member');
    const data = processWith(first);
    const sealed = await data.seal('13800138000', phoneOf(owner));
    await inTransaction(connection, async (session) => {
      await data.erase(owner, session);
      expect(await data.open(sealed, phoneOf(owner))).toBe('13800138000');
    });
    expect(await data.open(sealed, phoneOf(owner))).toBeNull();
    await expect(data.seal('13800138000', phoneOf(owner))).rejects.toThrow(ErasedError);
  });

  test('reaches a process that remembers the key within a second, however often it uses it', async () => {
    const owner = newId('member');
    const other = processWith(first);
    const sealed = await other.seal('13800138000', phoneOf(owner));
    await erase(processWith(first), owner);
    const erasedAt = performance.now();
    let openedMs = 0;
    for (let opened: string | null = ''; opened !== null;) {
      opened = await other.open(sealed, phoneOf(owner));
      const passedMs = performance.now() - erasedAt;
      if (opened !== null) openedMs = passedMs;
      expect(passedMs).toBeLessThan(10_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // It was remembered when the key was destroyed, and for no more than a second.
    expect(openedMs).toBeGreaterThan(0);
    expect(openedMs).toBeLessThan(1_000);
  });

  test('reaches a process that did nothing for a second at its first look, and costs one command for all whom it remembers', async () => {
    const commands: string[] = [];
    const watched = await connectMongo({
      uri,
      database: name,
      appName: 'test',
      onCommand: ({ command }) => void commands.push(command),
    });
    try {
      const owners = Array.from({ length: 50 }, () => newId('member'));
      const other = createPersonalData(watched, { scope: 'test', secrets: [first] });
      const sealed = await Promise.all(owners.map((owner) => other.seal('text', phoneOf(owner))));
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await erase(processWith(first), owners[7] ?? '');
      commands.length = 0;
      const opened = await Promise.all(owners.map((owner, index) => other.open(sealed[index] ?? '', phoneOf(owner))));
      expect(opened).toEqual(owners.map((_, index) => (index === 7 ? null : 'text')));
      expect(commands).toEqual(['distinct', 'find']);
    } finally {
      await watched.close();
    }
  });
});

describe('a blind index', () => {
  test('is the same for equal values in every process and under every secret, and tells fields apart', async () => {
    const index = await processWith(first).blindIndex('PHONE', '+8613800138000');
    expect(await processWith(first).blindIndex('PHONE', '+8613800138000')).toBe(index);
    expect(await processWith(second, first).blindIndex('PHONE', '+8613800138000')).toBe(index);
    expect(await processWith(first).blindIndex('EMAIL', '+8613800138000')).not.toBe(index);
    expect(await processWith(first).blindIndex('PHONE', '+8613800138001')).not.toBe(index);
    expect(index).toHaveLength(43);
  });
});

describe('a new secret', () => {
  test('wraps every key while people go on reading and writing, and the old one can be left out', async () => {
    const owners = Array.from({ length: 1_200 }, () => newId('member'));
    const old = processWith(first, second);
    const kept = new Map<string, { owner: string; text: string }>();
    const write = async (data: PersonalData, owner: string, text: string) =>
      void kept.set(await data.seal(text, phoneOf(owner)), { owner, text });
    await Promise.all(owners.map((owner) => write(old, owner, `before ${owner}`)));

    const rotating = processWith(second, first);
    let rotated = false;
    const rewrapping = rotating.rewrap(never).finally(() => (rotated = true));
    for (let round = 0; !rotated || round < 3; round += 1) {
      // Some processes have the old order of secrets still: they make keys by the old one meanwhile.
      const some = owners.slice(round * 20, round * 20 + 20);
      await Promise.all([
        ...some.map((owner) => write(processWith(first, second), owner, `during ${round} ${owner}`)),
        ...some.map(() => write(processWith(first, second), newId('member'), `new ${round}`)),
        ...some.map((owner) => write(processWith(second, first), owner, `after ${round} ${owner}`)),
      ]);
    }
    expect(await rewrapping).toBeGreaterThanOrEqual(1_200);
    await rotating.rewrap(never);

    const alone = processWith(second);
    await alone.check();
    const opened = await Promise.all([...kept].map(([sealed, { owner }]) => alone.open(sealed, phoneOf(owner))));
    expect(opened).toEqual([...kept.values()].map(({ text }) => text));
    await expect(processWith(first).open([...kept.keys()][0] ?? '', phoneOf(owners[0] ?? ''))).rejects.toThrow(
      UnknownKeyError,
    );
  }, 60_000);

  test('finds nothing left to wrap the second time, and brings no destroyed key back', async () => {
    const owner = newId('member');
    const data = processWith(first, second);
    await data.seal('text', phoneOf(owner));
    await erase(data, owner);
    await processWith(second, first).rewrap(never);
    expect(await processWith(second, first).rewrap(never)).toBe(0);
    expect(await rows().findOne({ _id: owner })).not.toHaveProperty('wrapped');
  });

  test('that came too early stops the start, naming the setting and no secret', async () => {
    await processWith(first).seal('text', phoneOf(newId('member')));
    const starting = processWith(second).check();
    await expect(starting).rejects.toThrow(ConfigError);
    await expect(starting).rejects.toThrow(
      /^PERSONAL_DATA_KEYS does not open the stored keys\. Expected: every secret/,
    );
    await processWith(second, first).rewrap(never);
    await processWith(second).check();
  });

  test('is looked for by an index, and so are keys that were destroyed', async () => {
    await ensureIndexes(connection);
    const looking = connection.collection('personal_data_keys').find({ wrappedBy: { $exists: true, $ne: 'x' } });
    const destroyed = connection.collection('personal_data_keys').find({ destroyedAt: { $gt: new Date() } });
    for (const query of [looking, destroyed]) {
      const { collectionScan } = await explainOf(query as never);
      expect(collectionScan).toBe(false);
    }
  });
});
