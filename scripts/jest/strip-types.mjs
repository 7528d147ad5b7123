import { stripTypeScriptTypes } from 'node:module';

/** Jest transform: removes the types and leaves everything else, line and column included, where it was. */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source, { mode: 'strip' }) }),
};
