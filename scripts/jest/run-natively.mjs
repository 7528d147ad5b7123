import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const { default: jestCircus } = require('jest-circus/runner');
const globalsUrl = new URL('./globals.mjs', import.meta.url).href;
const eventHandlers = Symbol.for('EVENT_HANDLERS');

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: globalsUrl, shortCircuit: true } : next(specifier, context),
});

/**
 * Jest's own test runner, but Node loads the modules, once per worker, instead of jest's copy of Node's loader, once per test file and into a realm of its own.
 * Hooks, time limits, assertions and reports stay jest's. Test files of a worker share what they import, as the requests to one process do.
 */
export default async function runNatively(globalConfig, config, environment, runtime, testPath, sendMessageToJest) {
  Object.assign(runtime, {
    // Jest collects the tests and their listeners in the module's and the realm's globals: each file gets fresh ones.
    requireInternalModule(path) {
      delete require.cache[path];
      delete globalThis[eventHandlers];
      return require(path);
    },
    setGlobalsForRuntime: (globals) => void (globalThis.testGlobals = globals),
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: (path) => import(pathToFileURL(path).href),
  });
  return jestCircus(globalConfig, config, environment, runtime, testPath, sendMessageToJest);
}
