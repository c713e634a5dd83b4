import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { ALARMS } from '#domain/cost.ts';
import { describedStreams } from '#domain/streams.ts';
import { templatesOf } from '../testing/templates.ts';
import { runbookLink } from './alarm.ts';

const runbook = readFileSync(inRepository('docs/runbook.md'), 'utf8');

/** The third-level headings under a second-level one, with the text under each. */
function sectionsUnder(title: string): Map<string, string> {
  const part = runbook.split(/^## /m).find((each) => each.startsWith(`${title}\n`)) ?? '';
  const sections = part.split(/^### /m).slice(1);
  return new Map(sections.map((section) => [section.split('\n', 1)[0] ?? '', section]));
}

const linksIn = (text: string): string[] => text.match(/docs\/runbook\.md#[\p{L}\p{N}_-]+/gu) ?? [];
const SYNTHESIS_MS = 180_000;

describe.each(['dev', 'prod'])('alarms of %s', (environment) => {
  let templates: ReturnType<typeof templatesOf>;
  let alarms: Record<string, string>[];

  beforeAll(() => {
    templates = templatesOf(environment, { checked: false });
    const found = templates('observability').findResources('AWS::CloudWatch::Alarm');
    alarms = Object.values(found).map(({ Properties }) => Properties);
  }, SYNTHESIS_MS);

  it('each have a heading in the runbook, and each heading has an alarm', () => {
    for (const { AlarmDescription } of alarms) expect(linksIn(AlarmDescription ?? '')).toHaveLength(1);
    const linked = ['observability', 'orchestration'].flatMap((part) =>
      linksIn(JSON.stringify(templates(part).toJSON())),
    );
    const headings = [...sectionsUnder('Alarms').keys()].map(runbookLink);
    expect([...new Set(linked)].sort()).toEqual(headings.sort());
  });

  it('each notify people when they begin and when they are over', () => {
    const topic = { 'Fn::ImportValue': expect.stringContaining(`tillstream-${environment}-alerts`) };
    for (const alarm of alarms) expect(alarm).toMatchObject({ AlarmActions: [topic], OKActions: [topic] });
    expect(alarms.length).toBeGreaterThan(50);
  });
});

it(
  'prod has as many alarms as the guide says and the cost counts, and five for each stream of the shop’s own',
  () => {
    const found = templatesOf('prod', { checked: false })('observability').findResources('AWS::CloudWatch::Alarm');
    const alarms = Object.keys(found).length - 5 * describedStreams.length;
    const [, inGuide] = readFileSync(inRepository('docs/deploy.md'), 'utf8').match(/, (\d+) alarms/) ?? [];
    expect({ inGuide: Number(inGuide), counted: ALARMS }).toEqual({
      inGuide: alarms,
      counted: alarms,
    });
  },
  SYNTHESIS_MS,
);

describe('the runbook', () => {
  it('says of each alarm what it means, how to look and how to mend', () => {
    for (const [heading, text] of sectionsUnder('Alarms'))
      for (const said of [/\*\*Means\*\*/, /\*\*Look:?\*\*/, /\*\*Mend:?\*\*/]) expect(text, heading).toMatch(said);
  });

  it('links to headings that exist', () => {
    const anchors = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => runbookLink(heading).split('#')[1]);
    const links = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });

  it('has every heading that an error message or a DAG names', () => {
    const named = ['adapters', 'delivery', 'lambda', 'functions', 'domain', 'cli', 'airflow/dags']
      .flatMap((folder) => filesIn(inRepository(folder)))
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/docs\/runbook\.md, "([^"]+)"/g)])
      .map(([, heading]) => heading);
    expect(named.length).toBeGreaterThan(0);
    const headings = ['Alarms', 'Messages', 'Tasks'].flatMap((title) => [...sectionsUnder(title).keys()]);
    expect(named.filter((heading) => !headings.includes(heading ?? ''))).toEqual([]);
  });
});

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|py)$/.test(path))
    .map((path) => join(folder, path));
