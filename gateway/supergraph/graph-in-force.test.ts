import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createGraphInForce } from './graph-in-force.ts';

const stopped: string[] = [];
const graphNamed = (name: string) => ({ name, stop: async () => void stopped.push(name) });

test('a graph that was replaced is stopped when its last request leaves, and not before', async () => {
  const inForce = createGraphInForce(graphNamed('first'), () => undefined);
  const one = inForce.enter();
  const other = inForce.enter();
  inForce.replace(graphNamed('second'));
  const later = inForce.enter();
  expect([one.graph.name, later.graph.name]).toEqual(['first', 'second']);
  one.leave();
  one.leave();
  expect(stopped).toEqual([]);
  other.leave();
  expect(stopped).toEqual(['first']);
  inForce.replace(graphNamed('third'));
  inForce.replace(graphNamed('fourth'));
  expect(stopped).toEqual(['first', 'third']);
  const stopping = inForce.stop();
  expect(await Promise.race([stopping, nextTurn('a request is under way')])).toBe('a request is under way');
  later.leave();
  await stopping;
  expect(stopped).toEqual(['first', 'third', 'second', 'fourth']);
});

test('a graph that cannot be stopped is told of', async () => {
  const failures: unknown[] = [];
  const broken = { stop: () => Promise.reject(new Error('it goes on')) };
  const inForce = createGraphInForce(broken, (error) => failures.push(error));
  inForce.replace({ stop: async () => undefined as never });
  await Promise.resolve();
  expect(failures).toEqual([new Error('it goes on')]);
});
