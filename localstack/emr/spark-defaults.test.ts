import { expect, it } from 'vitest';
import { sparkDefaults } from './spark-defaults.ts';

const optionsWith = (temporary: string, javaOptions?: string) =>
  sparkDefaults({ jars: '/jars/*', s3: 'http://s3', temporary, ...(javaOptions && { javaOptions }) })[
    'spark.driver.extraJavaOptions'
  ];

it('gives Java the temporary folder as one option, whatever is in its path', () => {
  expect(optionsWith('/home/ada/my shop/run', '-Duser.timezone=UTC')).toBe(
    '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC "-Djava.io.tmpdir=/home/ada/my shop/run" -Duser.timezone=UTC',
  );
  expect(optionsWith('/a"b\\c')).toMatch(/ "-Djava\.io\.tmpdir=\/a\\"b\\\\c"$/);
});
