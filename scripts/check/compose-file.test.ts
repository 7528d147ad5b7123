import { describe, expect, test } from '@jest/globals';
import { schemaProblems } from './compose-file.ts';

describe('a compose file', () => {
  test('with a service is valid', async () => {
    expect(await schemaProblems("services:\n  a:\n    image: mongo:8\n    ports: ['1:1']\n")).toEqual([]);
  });

  test('with a misspelt attribute is refused, naming the service', async () => {
    const problems = await schemaProblems('services:\n  a:\n    imagee: mongo:8\n');
    expect(problems).toEqual(['docker-compose.yml /services/a: must NOT have unevaluated properties']);
  });
});
