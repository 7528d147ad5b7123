const workerFiles: Record<string, string> = { json: 'json.worker.js', graphql: 'graphql.worker.js' };

/** Monaco's three workers are bundles of our own, served beside the page: nothing is fetched from elsewhere. */
const environment = {
  getWorker(_workerId: string, label: string): Worker {
    return new Worker(`/explorer/${workerFiles[label] ?? 'editor.worker.js'}`, { type: 'module', name: label });
  },
};

// Monaco looks for this name on the global object before it creates its first editor.
Object.assign(globalThis, { MonacoEnvironment: environment });
