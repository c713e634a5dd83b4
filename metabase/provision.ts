/**
 * Makes in Metabase the connection as bi_reader, the collection, the questions and the dashboards; a second run changes
 * nothing. `npm run metabase`, with `-- --new-password` after bi_reader's password was changed.
 *
 * METABASE_URL, METABASE_EMAIL, METABASE_PASSWORD (the administrator, whom a new Metabase gets), DATABASE_HOST,
 * DATABASE_PORT, DATABASE_NAME, DATABASE_TLS (`off` on one machine; as Metabase reaches the database), BI_READER_PASSWORD.
 *
 * For Metabase v0.58, whose image is metabase/metabase:v0.58.35.x. It was written without a running Metabase: the
 * requests follow its source (github.com/metabase/metabase: src/metabase/{session,setup_rest,warehouses_rest,
 * collections_rest,queries_rest,dashboards_rest}) and are tested against a server that takes what those schemas take.
 */
import { parseArgs } from 'node:util';
import { required } from '#adapters/configuration.ts';
import { readQuestions } from '#sql/questions.ts';
import { provision } from './apply.ts';
import { logIn, openMetabase, untilUp } from './client.ts';
import { type DatabaseDetails, wanted } from './wanted.ts';

function databaseDetails(): DatabaseDetails {
  return {
    host: required('DATABASE_HOST'),
    port: Number(required('DATABASE_PORT')),
    dbname: required('DATABASE_NAME'),
    user: 'bi_reader',
    password: required('BI_READER_PASSWORD'),
    ssl: process.env.DATABASE_TLS !== 'off',
    'schema-filters-type': 'all',
  };
}

const { values } = parseArgs({ options: { 'new-password': { type: 'boolean', default: false } } });
try {
  const url = required('METABASE_URL');
  const login = { email: required('METABASE_EMAIL'), password: required('METABASE_PASSWORD') };
  const all = wanted(await readQuestions(), databaseDetails());
  const anonymous = openMetabase(url);
  await untilUp(anonymous);
  const metabase = openMetabase(url, await logIn(anonymous, login));
  const done = await provision(metabase, all, { passwordChanged: values['new-password'] });
  console.log(done.length > 0 ? done.join('\n') : 'Metabase has it all; nothing was changed.');
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
