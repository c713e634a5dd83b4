import { expect, it } from 'vitest';
import { sparkDefaults } from './spark-defaults.ts';

const defaultsWith = (temporary: string, ...javaOptions: string[]) =>
  sparkDefaults({ jars: '/jars/*', s3: 'http://s3', temporary, javaOptions });
const optionsWith = (temporary: string, ...javaOptions: string[]) =>
  defaultsWith(temporary, ...javaOptions)['spark.driver.extraJavaOptions'];

it('gives Java the temporary folder as one option, whatever is in its path', () => {
  expect(optionsWith('/home/ada/my shop/run', '-Duser.timezone=UTC')).toBe(
    '"-XX:TieredStopAtLevel=1" "-XX:+UseSerialGC" "-Djava.io.tmpdir=/home/ada/my shop/run" "-Duser.timezone=UTC"',
  );
  expect(optionsWith('/a"b\\c')).toMatch(/ "-Djava\.io\.tmpdir=\/a\\"b\\\\c"$/);
});

it('writes nothing outside the temporary folder, nor into a percent-encoded twin of it', () => {
  expect(defaultsWith('/my shop/run')).toMatchObject({
    'spark.hadoop.hadoop.tmp.dir': '/my shop/run',
    'spark.hadoop.fs.s3a.buffer.dir': '/my shop/run/s3a',
    'spark.sql.warehouse.dir': 'file:/my shop/run/spark-warehouse',
  });
});
