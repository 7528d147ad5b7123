/** What a container can run, with the port it listens on unless PORT says otherwise. */
export const programs = {
  gateway: { main: 'gateway/main.ts', port: 4000 },
  product: { main: 'subgraphs/product/main.ts', port: 4001 },
  order: { main: 'subgraphs/order/main.ts', port: 4002 },
  promotion: { main: 'subgraphs/promotion/main.ts', port: 4003 },
  member: { main: 'subgraphs/member/main.ts', port: 4004 },
  logistics: { main: 'subgraphs/logistics/main.ts', port: 4005 },
};

/** The program that SERVICE names; ends the process with one line when there is none. */
export function chosenProgram() {
  const name = process.env.SERVICE ?? '';
  const program = programs[name];
  if (program !== undefined) return program;
  process.stderr.write(`SERVICE: "${name}" is none of ${Object.keys(programs).join(', ')}\n`);
  process.exit(1);
}
