import { parseArgs } from 'node:util';
import { catalogue } from '#domain/streams.ts';
import { type Connect, connectTo } from '#operations/connect/connect.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { print } from '../print.ts';
import { facts } from '../table.ts';
import { consumedTopics } from '../topics.ts';

export const summary = 'Show how other programs reach the running stack: addresses, logins, and snippets that run';

export const usage = `
Usage: npx tillstream connect [TOPIC] [--client NAME] [--without-logins] [--json]

  TOPIC              whose records the snippets send and ask for (default: orders)
  --client          only the snippet of this client, as it is, to be piped: kcat, Java, Python, Node, psql or "aws s3"
  --without-logins  leave out passwords and keys, such as to show it to others
  --json            as one JSON object

Topics: ${consumedTopics.join(', ')}
Exit code 1 if a service does not answer, 2 if no stack is running.
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      client: { type: 'string' },
      'without-logins': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [topic = 'orders', ...others] = positionals;
  const stream = catalogue.find((each) => each.topic === topic);
  if (!stream || others.length > 0)
    throw new UserError(`Expected one of the topics ${consumedTopics.join(', ')}, got ${positionals.join(' ')}`);
  if (values.client !== undefined && values.json)
    throw new UserError('--client prints a snippet as it is: it goes without --json.');
  const connect = await withBackbone((backbone) => connectTo(backbone, stream, { secrets: !values['without-logins'] }));
  if (!connect) throw new UserError('It is not known where the services are.');
  print(
    values.client === undefined
      ? values.json
        ? JSON.stringify(connect)
        : describe(connect)
      : snippetOf(connect, values.client),
  );
  return connect.places.every(({ answers }) => answers) ? exit.ok : exit.no;
}

function snippetOf({ snippets }: Connect, client: string): string {
  const found = snippets.find((each) => each.client.toLowerCase() === client.toLowerCase());
  if (found) return found.text;
  throw new UserError(`--client: expected one of ${snippets.map((each) => each.client).join(', ')}, got "${client}"`);
}

function describe({ places, snippets, within }: Connect): string {
  const services = places.map(({ answers, sentence, facts: known }) =>
    [
      `${answers ? '✓' : '✗'} ${sentence}`,
      facts(Object.fromEntries(known.map(({ name, value }) => [name, value])), '    '),
    ].join('\n'),
  );
  const programs = snippets.map(({ client, does, needs, text }) => `# ${client}. ${does}. Needs: ${needs}\n${text}`);
  return [...(within === null ? [] : [`Within ${within}:`]), services.join('\n'), ...programs].join('\n\n');
}
