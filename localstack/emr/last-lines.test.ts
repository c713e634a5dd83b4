import { expect, it } from 'vitest';
import { lastLines } from './last-lines.ts';

it('says what happened, not where', () => {
  const stdout = `done: 3
Traceback (most recent call last):
  File "/code/run_sql.py", line 119, in <module>
    main()
    ~~~~^^
py4j.protocol.Py4JJavaError: An error occurred while calling o49.open.
: java.io.FileNotFoundException: File /code/jobs/x/job.json does not exist
\tat org.apache.hadoop.fs.RawLocalFileSystem.open(RawLocalFileSystem.java:779)
\t... 25 more

`;
  expect(lastLines(stdout, 'WARN Utils: low disk\n', 4)).toBe(
    [
      'WARN Utils: low disk',
      'Traceback (most recent call last):',
      '    main()',
      'py4j.protocol.Py4JJavaError: An error occurred while calling o49.open.',
      ': java.io.FileNotFoundException: File /code/jobs/x/job.json does not exist',
    ].join('\n'),
  );
});
