import { expect, it } from 'vitest';
import { modulesOf, submitCommand } from './spark-submit.ts';

it('takes the driver’s environment out of the properties, as EMR Serverless does', () => {
  const command = submitCommand(
    'local[2]',
    {
      'spark.emr-serverless.driverEnv.DATABASE_HOST': 'db',
      'spark.executorEnv.DATABASE_HOST': 'db',
      'spark.ui.enabled': 'false',
    },
    {
      entryPoint: 's3://code/run_sql.py',
      entryPointArguments: ['curate_orders', '--param', 'date=2025-12-11'],
      sparkSubmitParameters:
        '--conf spark.emr-serverless.driverEnv.URL=http://a/?b=c --py-files s3://code/database.py --conf=spark.ui.enabled=true',
    },
  );
  expect(command.env).toEqual({ DATABASE_HOST: 'db', URL: 'http://a/?b=c' });
  expect(command.args.join(' ')).toBe(
    '--master local[2] --conf spark.executorEnv.DATABASE_HOST=db --conf spark.ui.enabled=true ' +
      '--py-files s3://code/database.py s3://code/run_sql.py curate_orders --param date=2025-12-11',
  );
});

it('knows a job that brings nothing but modules', () => {
  const modules = (sparkSubmitParameters?: string) =>
    modulesOf({ entryPoint: '/code/run.py', ...(sparkSubmitParameters && { sparkSubmitParameters }) });
  expect(modules()).toEqual([]);
  expect(modules('--py-files "/my code/a.py,/my code/b.py"')).toEqual(['/my code/a.py', '/my code/b.py']);
  expect(modules('--py-files a.py --conf spark.driver.memory=2g')).toBeUndefined();
  expect(modules('--conf spark.driver.memory=2g')).toBeUndefined();
});
