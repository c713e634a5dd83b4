import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import { readText, readYaml } from './files.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}
interface Job {
  readonly uses?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'runs-on'?: string;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, { readonly tags?: readonly string[] } | null>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = '.github/workflows';
const workflow = (name: string): Workflow => readYaml(`${FOLDER}/${name}`);
const names = readdirSync(inRepository(FOLDER));
const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };

describe.each(names)('workflow %s', (name) => {
  const { permissions, jobs } = workflow(name);
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);

  it('may only read, unless it deploys', () => {
    expect(permissions.contents).toBe('read');
    if (!name.startsWith('deploy')) expect(permissions).toEqual({ contents: 'read' });
    for (const secret of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'secrets.'])
      expect(readText(`${FOLDER}/${name}`)).not.toContain(secret);
  });

  it('uses pinned actions, and callable workflows', () => {
    for (const { uses } of [...steps, ...Object.values(jobs)]) {
      if (!uses) continue;
      if (uses.startsWith('./')) expect(readYaml<Workflow>(uses.slice(2)).on).toHaveProperty('workflow_call');
      else expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    }
  });

  it('runs scripts and commands that exist', () => {
    for (const run of steps.map((step) => step.run ?? '')) {
      for (const [, script = ''] of run.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty([script]);
      for (const [path] of run.matchAll(/(docker|\.ci)\/[\w.-]+/g))
        expect(existsSync(inRepository(path)), path).toBe(true);
    }
  });

  it('has jobs with a runner and a timeout, which need only jobs that exist', () => {
    for (const [id, job] of Object.entries(jobs)) {
      if (job.needs) expect(jobs, id).toHaveProperty([job.needs]);
      if (job.uses) continue;
      expect(job['runs-on'], id).toMatch(/^ubuntu-\d+\.\d+$/);
      expect(job['timeout-minutes'], id).toBeGreaterThan(0);
    }
  });
});

describe('the workflows together', () => {
  it('run each part of `npm test` on a machine of its own', () => {
    // `npm test` names its parts when it is asked for one that there is not.
    const { stderr } = spawnSync(process.execPath, ['tests/run.ts', 'no-such-part'], {
      cwd: repositoryRoot,
      encoding: 'utf8',
    });
    const [, parts = ''] = /The parts are: ([^.]+)/.exec(stderr) ?? [];
    const job = workflow('check.yml').jobs.test;
    expect(job?.strategy?.matrix.part).toEqual(parts.split(', '));
    expect(job?.steps?.at(-1)?.run).toBe(`npm test -- \${{ matrix.part }}`);
  });

  it('check every push and pull request, with the compose project', () => {
    const { on, jobs } = workflow('check.yml');
    expect(on).toMatchObject({ push: null, pull_request: null });
    const commands = jobs.compose?.steps?.map(({ run }) => run) ?? [];
    expect(commands).toEqual(expect.arrayContaining(['docker compose build', 'sh docker/smoke.sh']));
  });

  it('deploy a checked tag, to dev before prod, with a role assumed by OIDC', () => {
    const { on, jobs } = workflow('deploy.yml');
    expect(on.push?.tags).toEqual(['v*']);
    expect([jobs.dev?.needs, jobs.prod?.needs]).toEqual(['check', 'dev']);
    for (const job of [jobs.dev, jobs.prod]) expect(job?.permissions).toMatchObject({ 'id-token': 'write' });
    const deploy = workflow('deploy-environment.yml').jobs.deploy;
    expect(deploy?.environment).toBe(`\${{ inputs.environment }}`);
    const login = deploy?.steps?.find(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials'));
    expect(login?.with?.['role-to-assume']).toContain('vars.AWS_DEPLOY_ROLE');
    const commands = deploy?.steps?.map(({ run }) => run ?? '') ?? [];
    const [diff, apply] = ['cdk -- diff', 'cdk -- deploy --all'].map((part) =>
      commands.findIndex((command) => command.includes(part)),
    );
    expect(diff).toBeGreaterThan(0);
    expect(apply).toBeGreaterThan(diff ?? 0);
  });
});
