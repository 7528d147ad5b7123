import { chosenProgram } from './programs.mjs';

// Runs the service that SERVICE names, in this very process, so that it gets the container's signals.
const { main, port } = chosenProgram();
process.env.PORT ??= String(port);
await import(new URL(`../../${main}`, import.meta.url).href);
