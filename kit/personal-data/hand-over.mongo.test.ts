import { beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { explainOf } from '#kit/mongo/explain.ts';
import { ensureIndexes } from '#kit/mongo/indexes.ts';
import { inTransaction } from '#kit/mongo/transaction.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { ErasedError } from './data-keys.ts';
import { createPersonalData, type PersonalData } from './personal-data.ts';
import { SealBrokenError } from './seal.ts';

const { connection } = testDatabase();
const secret = 'a secret of the test of keys that are handed over';
const aProcess = (): PersonalData => createPersonalData(connection, { scope: 'test', secrets: [secret] });
const placeOf = (owner: string) => ({ owner, field: 'orders.address', of: 'ord_1' });
const handOver = (data: PersonalData, from: string, to: string) =>
  inTransaction(connection, (session) => data.handOver(from, to, session));
const erase = (data: PersonalData, owner: string) => inTransaction(connection, (session) => data.erase(owner, session));
const rows = () => connection.collection<{ _id: string; heir?: string; wrapped?: string }>('personal_data_keys');
beforeAll(async () => {
  aProcess();
  await ensureIndexes(connection);
});

describe('a key that is handed over', () => {
  test('opens what it sealed, stored under either person, and what is sealed by it late; strangers open nothing', async () => {
    const [from, to, stranger] = [newId('member'), newId('member'), newId('member')];
    const [data, other] = [aProcess(), aProcess()];
    const sealed = await data.seal('人民路 1 号', placeOf(from));
    await other.seal('x', placeOf(stranger));
    expect(await handOver(data, from, to)).toBe(true);
    const late = await other.seal('迟到', placeOf(from));
    for (const process of [data, other]) {
      expect(await process.open(sealed, placeOf(to))).toBe('人民路 1 号');
      expect(await process.open(sealed, placeOf(from))).toBe('人民路 1 号');
      expect(await process.open(late, placeOf(to))).toBe('迟到');
      await expect(process.open(sealed, placeOf(stranger))).rejects.toThrow(SealBrokenError);
      await expect(process.open(sealed, { ...placeOf(to), of: 'ord_2' })).rejects.toThrow(/not sealed there|is gone/);
    }
    const own = await data.seal('新', placeOf(to));
    expect(await other.open(own, placeOf(from))).toBe('新');
  });

  test('is needed no more once everything was sealed anew: then it can be destroyed and nothing is lost', async () => {
    const [from, to] = [newId('member'), newId('member')];
    const data = aProcess();
    const before = await data.seal('王芳', placeOf(from));
    await handOver(data, from, to);
    const now = await data.sealAnew(before, placeOf(to));
    expect(now).not.toBe(before);
    expect(await data.sealAnew(now ?? '', placeOf(to))).toBe(now);
    await erase(data, from);
    expect(await data.open(now ?? '', placeOf(to))).toBe('王芳');
    await expect(data.open(before, placeOf(to))).rejects.toThrow(SealBrokenError);
    expect(await data.open(before, placeOf(from))).toBeNull();
  });

  test('dies with the one of whoever has it, in a chain too, and isn’t made for who had none', async () => {
    const [a, b, c] = [newId('member'), newId('member'), newId('member')];
    const data = aProcess();
    const sealed = await data.seal('王芳', placeOf(a));
    await handOver(data, a, b);
    await handOver(data, b, c);
    expect(await data.open(sealed, placeOf(c))).toBe('王芳');
    await expect(data.seal('x', placeOf(b))).rejects.toThrow(ErasedError);
    await erase(data, c);
    for (const owner of [a, b, c]) expect(await data.open(sealed, placeOf(owner))).toBeNull();
    expect(await rows().countDocuments({ _id: { $in: [a, b, c] }, wrapped: { $exists: true } })).toBe(0);
  });

  test('to somebody who was erased before says so, still opens, and dies when it is done again', async () => {
    const [from, to] = [newId('member'), newId('member')];
    const data = aProcess();
    const sealed = await data.seal('在路上', placeOf(from));
    await erase(data, to);
    expect(await handOver(data, from, to)).toBe(false);
    expect(await data.open(sealed, placeOf(to))).toBe('在路上');
    await erase(data, to);
    expect(await data.open(sealed, placeOf(to))).toBeNull();
  });

  test('is looked for by an index', async () => {
    const { indexUsed } = await explainOf(rows().find({ heir: 'mbr_1' }));
    expect(indexUsed).toBe('heir_1');
  });
});
