import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { anonymousViewer } from '#kit/viewer/viewer.ts';
import { defineOperations, joinOperations, neighbourOf, provide } from './neighbours.ts';
import type { Call, Transport } from './transport.ts';

const operations = defineOperations('logistics', {
  reserve: { input: z.object({ quantity: z.number().int().positive() }), output: z.object({ reserved: z.number() }) },
});
const call: Call = { viewer: anonymousViewer({ channel: 'web', locale: 'en' }), requestId: 'req_1' };

function transportAnswering(answer: unknown): { transport: Transport; sent: unknown[] } {
  const sent: unknown[] = [];
  const transport: Transport = {
    async call(target, path, body) {
      sent.push([target, path, body]);
      return answer;
    },
    async close() {},
  };
  return { transport, sent };
}

describe('an operation as its callers see it', () => {
  test('is a function that goes to its owner by name', async () => {
    const { transport, sent } = transportAnswering({ reserved: 2, internal: 'dropped' });
    expect(await neighbourOf(operations, transport).reserve({ quantity: 2 }, call)).toEqual({ reserved: 2 });
    expect(sent).toEqual([['logistics', '/internal/reserve', { quantity: 2 }]]);
  });

  test('is unavailable when it answers outside its contract', async () => {
    const { transport } = transportAnswering({ reserved: 'two' });
    await expect(neighbourOf(operations, transport).reserve({ quantity: 2 }, call)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      target: 'logistics',
    });
  });
});

describe('an operation as its owner provides it', () => {
  const provided = provide(operations, { reserve: async ({ quantity }) => ({ reserved: quantity }) });

  test('gets its input checked', async () => {
    expect(await provided.run('reserve', { quantity: 3 }, call)).toEqual({ reserved: 3 });
  });

  test.each([0, -1, 1.5, '3', null])('refuses a quantity of %p', async (quantity) => {
    await expect(provided.run('reserve', { quantity }, call)).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test.each(['nothing', 'constructor', '__proto__', 'toString'])('refuses the unknown name %p', async (name) => {
    await expect(provided.run(name, { quantity: 1 }, call)).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});

describe('groups of operations', () => {
  const answering = (name: string, answer: number) => {
    const contract = { input: z.object({}), output: z.number() };
    return provide(defineOperations('logistics', { [name]: contract }), { [name]: async () => answer });
  };

  test('are joined, each with its own contract and handler', async () => {
    const joined = joinOperations(answering('one', 1), answering('two', 2));
    expect(joined.names).toEqual(['one', 'two']);
    expect(await joined.run('two', {}, call)).toBe(2);
    await expect(joined.run('three', {}, call)).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });

  test('are refused when two share a name', () => {
    expect(() => joinOperations(answering('one', 1), answering('one', 2))).toThrow("can't be joined");
  });
});
