/** The commands of README and of the guides, and where each is run. docs/readme.test.ts demands that these tables name all of them. */
import { readFileSync } from 'node:fs';
import { inRepository } from '#adapters/repository.ts';

/** README, and the pages that it leads to for what one does; others, such as the runbook, are for a backbone that has a fault. */
const GUIDES = [
  'README.md',
  'docs/one-machine.md',
  'docs/commands.md',
  'docs/add-a-stream.md',
  'docs/add-a-field.md',
  'docs/containers.md',
  'docs/deploy.md',
] as const;

/** tests/end-to-end/once.test.ts runs `npm start` with these arguments. */
export const ROUND = ['--once', '--orders', '10000', '--seed', '7'] as const;

/** tests/end-to-end/live.test.ts runs `npm start` with these. */
export const WITHOUT_SIMULATOR = ['--no-simulator'] as const;

/** tests/end-to-end/stop.test.ts runs `npm start` with these. */
export const KEEPING = ['--keep'] as const;

/** tests/end-to-end/stop.test.ts runs this as it stands. */
export const STAYING = 'nohup npm start -- --stay > start.log &';

/** tests/end-to-end/live.test.ts runs each of these as it stands, beside the running stack, and expects the exit code. */
export const besideTheStack: Readonly<Record<string, number>> = {
  'npm start -- --help': 0,
  'npx tillstream status --json': 0,
  'npx tillstream connect': 0,
  'npx tillstream proof': 0,
  'npx tillstream produce --count 1000 --malformed 0.05': 0,
  'npx tillstream send orders docs/examples/order.jsonl': 0,
  'npx tillstream trace ID': 0,
  "npx tillstream messages orders --filter 'country=DE amount>100'": 0,
  // There are fewer.
  'npx tillstream record orders 2 10734': 1,
  'npx tillstream dead-letters --reason invalid_amount': 0,
  'npx tillstream dead-letters check FILE --topic orders': 0,
  'npx tillstream redrive ID': 0,
  'npx tillstream losses': 0,
  'npx tillstream republish orders': 0,
  'npx tillstream replay inventory': 0,
  'npx tillstream stock': 0,
  'npx tillstream report --date 2026-01-31': 0,
  'npx tillstream payments': 0,
  'npx tillstream ask top_products': 0,
  'npx tillstream seed --orders 10000': 0,
  'npx tillstream runs': 0,
  'npx tillstream lake --zone raw': 0,
  'npx tillstream cost --orders-per-day 1000000': 0,
  'npx tillstream config': 0,
  'npx tillstream doctor': 0,
  'npx tillstream install spark': 0,
};

/** Commands that other files run or check, and the text by which they do. None of them needs an account or Docker. */
export const elsewhere: Readonly<Record<string, { readonly file: string; readonly by: string }>> = {
  'npm start': { file: 'tests/end-to-end/live.test.ts', by: "'start.mjs'" },
  [`npm start -- ${WITHOUT_SIMULATOR.join(' ')}`]: { file: 'tests/end-to-end/live.test.ts', by: 'WITHOUT_SIMULATOR' },
  [`npm start -- ${ROUND.join(' ')}`]: { file: 'tests/end-to-end/once.test.ts', by: '...ROUND' },
  [`npm start -- ${KEEPING.join(' ')}`]: { file: 'tests/end-to-end/stop.test.ts', by: '...KEEPING' },
  'npx tillstream stop --forget': { file: 'tests/end-to-end/stop.test.ts', by: "tillstream(home, 'stop', '--forget')" },
  [STAYING]: { file: 'tests/end-to-end/stop.test.ts', by: 'STAYING' },
  'npx tillstream console': { file: 'tests/end-to-end/live.test.ts', by: "tillstream(home, 'console', '--print')" },
  // Needs an account: the same on LocalStack is asked by tests/alone/deploy.test.ts.
  'npx tillstream console --environment prod': { file: 'cli/environment.test.ts', by: "'--environment', 'prod'" },
  'npx tillstream stop': { file: 'tests/end-to-end/stop.test.ts', by: "tillstream(home, 'stop')" },
  'npx tillstream import products FILE': { file: 'tests/end-to-end/live.test.ts', by: "'import', 'products', file" },
  'npx tillstream import customers FILE --dry-run': {
    file: 'tests/end-to-end/live.test.ts',
    by: "'import', 'customers', file, '--dry-run'",
  },
  'npx tillstream redrive --reason unknown_product': {
    file: 'tests/end-to-end/live.test.ts',
    by: "'redrive', '--reason', 'unknown_product'",
  },
  'npx tillstream new-stream refunds': {
    file: 'tests/end-to-end/own-stream.test.ts',
    by: "tillstream('new-stream', 'refunds')",
  },
  'npx tillstream new-stream refunds --migration': {
    file: 'tests/end-to-end/own-stream.test.ts',
    by: "tillstream('new-stream', 'refunds', '--migration')",
  },
  'npx tillstream add-field orders channel': {
    file: 'tests/end-to-end/own-stream.test.ts',
    by: "tillstream('add-field', 'orders', 'channel')",
  },
  'npx tillstream backfill orders channel --dry-run': {
    file: 'tests/end-to-end/own-stream.test.ts',
    by: "tillstream('backfill', 'orders', 'channel', '--dry-run')",
  },
  'npx tillstream backfill orders channel': {
    file: 'tests/end-to-end/own-stream.test.ts',
    by: "tillstream('backfill', 'orders', 'channel')",
  },
  'npm test -- unit columns-by-hand': {
    file: 'tests/end-to-end/own-stream.test.ts',
    by: "copy.node('test.mjs', ['unit', 'columns-by-hand'])",
  },
  'npm test -- unit refunds': {
    file: 'tests/end-to-end/own-stream.test.ts',
    by: "copy.node('test.mjs', ['unit', 'refunds'])",
  },
  'npx tillstream produce --example refunds': {
    file: 'tests/end-to-end/own-stream.test.ts',
    by: "tillstream('produce', '--example', 'refunds')",
  },
  // Each file that they write is compared.
  'npm run docs:reference': { file: 'docs/reference/reference.test.ts', by: 'npm run docs:reference' },
  'npm run docs:er': { file: 'tests/integration/er-diagram.test.ts', by: 'npm run docs:er' },
  'npm run format': { file: 'tests/lint.ts', by: 'format      formats Python' },
  'npm test': { file: 'test.mjs', by: 'tests/run.ts' },
  'npm run metabase': { file: 'metabase/provision.test.ts', by: "['run', 'metabase']" },
  'npm ci': { file: '.github/workflows/check.yml', by: 'run: npm ci' },
  // Needs Docker: the keys are made, and the file that it starts is compared with the specification of compose.
  'sh docker/make-keys.sh && docker compose up -d': { file: 'docker/scripts.test.ts', by: "'docker/make-keys.sh'" },
  'docker compose down -v': { file: 'docker/compose.test.ts', by: 'compose-spec.json' },
  'docker compose exec tillstream npx tillstream proof': {
    file: 'docker/smoke.sh',
    by: 'docker compose exec -T tillstream npx tillstream',
  },
  'docker compose exec tillstream npx tillstream console': {
    file: 'docker/smoke.sh',
    by: 'tillstream console --print',
  },
  // Need an account: each environment is synthesized and its templates are validated; the same program deploys to LocalStack.
  'npx cdk bootstrap': { file: 'tests/alone/cdk-deploy.test.ts', by: "'bootstrap'" },
  'npx cdk deploy --all -c environment=dev -c alerts.emails=ops@example.org': {
    file: 'tests/alone/cdk-deploy.test.ts',
    by: "'deploy', '--all'",
  },
  'cdk destroy': { file: 'tests/alone/cdk-deploy.test.ts', by: "'destroy'" },
  'npx cdklocal bootstrap': { file: 'tests/alone/cdk-deploy.test.ts', by: 'aws-cdk-local/bin/cdklocal' },
  'npx cdklocal deploy --all -c environment=local': {
    file: 'tests/alone/cdk-deploy.test.ts',
    by: "environment: 'local'",
  },
  'npm run cdk -- synth -c environment=prod': {
    // Bundling everything takes minutes, so it runs for each push instead; cdk/platform.test.ts synthesizes without the bundles.
    file: '.github/workflows/check.yml',
    by: 'npm run cdk -- synth --quiet -c environment=',
  },
};

/** The commands in blocks of bash, without their comments, and those in the text, each once. */
export function guideCommands(): string[] {
  const text = GUIDES.map((guide) => readFileSync(inRepository(guide), 'utf8')).join('\n');
  const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
  const lines = blocks.flatMap(([, language, block = '']) => (language === 'bash' ? block.split('\n') : []));
  const outside = text.replace(/^```.*?^```$/gms, '');
  const spans = [...outside.matchAll(/`((?:npm|npx|node|sh|docker|cdk)\s[^`]+)`/g)].map(([, span = '']) => span);
  const commands = [...lines.map((line) => line.replace(/\s+#\s.*$/, '')), ...spans];
  return [...new Set(commands.map((command) => command.replace(/\s+/g, ' ').trim()))].filter(
    (command) => command !== '',
  );
}
