/** What `@jest/globals` exports: a module that several test files import has to reach the functions of the file that runs. */
const ofTheFileThatRuns = (name) =>
  new Proxy(() => undefined, {
    apply: (_, self, args) => globalThis.testGlobals[name](...args),
    get: (_, key) => globalThis.testGlobals[name][key],
  });

export const afterAll = ofTheFileThatRuns('afterAll');
export const afterEach = ofTheFileThatRuns('afterEach');
export const beforeAll = ofTheFileThatRuns('beforeAll');
export const beforeEach = ofTheFileThatRuns('beforeEach');
export const describe = ofTheFileThatRuns('describe');
export const expect = ofTheFileThatRuns('expect');
export const test = ofTheFileThatRuns('test');
