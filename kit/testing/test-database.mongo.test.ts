import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';

const db = testDatabase();
const other = testDatabase();

describe('a test database', () => {
  test('is a replica set, so transactions and change streams work', async () => {
    const hello = await db.connection.db?.admin().command({ hello: 1 });
    expect(hello).toMatchObject({ setName: 'rs0', isWritablePrimary: true });
  });

  test('is empty and not shared with another one', async () => {
    await other.connection.collection('things').insertOne({ name: 'theirs' });
    expect(db.name).not.toBe(other.name);
    expect(await db.connection.collection('things').countDocuments()).toBe(0);
    expect(await other.connection.collection('things').countDocuments()).toBe(1);
  });
});
