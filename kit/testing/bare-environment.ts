/** What a process of a test's own needs of our environment to run, and quickly: nothing that a service takes for a setting. */
export const bareEnvironment = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
};
