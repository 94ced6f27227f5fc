/** `npm run bench -- <name> [options]`: measurements, whose last figures stand in docs/performance.md. */
const benches: Record<string, () => Promise<{ main(args: string[]): Promise<void> }>> = {
  rollout: () => import('./rollout/main.ts'),
  review: () => import('./review/main.ts'),
  'review-reaper': () => import('./review-reaper/main.ts'),
  preflight: () => import('./preflight/main.ts'),
  'review-database': () => import('./review-database/main.ts'),
  image: () => import('./image/main.ts'),
};

const [name = '', ...args] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`usage: npm run bench -- <${Object.keys(benches).join(' | ')}> [options]`);
  process.exit(1);
}
bench().then(
  ({ main }) => main(args).then(() => process.exit(0)),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
