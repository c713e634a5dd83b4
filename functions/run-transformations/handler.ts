/** The Airflow DAG process_kafka_to_postgres calls it hourly, with one action per task (request.ts). */
import { SNSClient } from '@aws-sdk/client-sns';
import { awsLimits } from '#adapters/aws.ts';
import { databaseConfiguration } from '#adapters/configuration.ts';
import { connect } from '#adapters/postgres/index.ts';
import { observed } from '#lambda/observability.ts';
import { refreshViews } from '#sql/views.ts';
import { alert } from './alert.ts';
import { thresholds } from './lateness.ts';
import { readRequest } from './request.ts';
import { transform } from './transform.ts';

const pool = connect(databaseConfiguration());
const sns = new SNSClient(awsLimits);
const limits = thresholds();

export const handler = observed(async (payload: unknown, { deadline, logger, count }) => {
  const request = readRequest(payload);
  switch (request.action) {
    case 'transform': {
      const transformed = await transform(pool, { ...request, deadline });
      logger.info('transformed', { ...transformed });
      count('HoursTransformed', transformed.hours);
      return transformed;
    }
    case 'refresh_views':
      return { views: await refreshViews(pool, deadline) };
    case 'alert': {
      const alerted = await alert({ pool, sns, limits, topic: process.env.ALERT_TOPIC }, { ...request, deadline });
      logger[alerted.alerted ? 'warn' : 'info']('late transactions', { ...alerted, limits });
      count('LateTransactions', alerted.late_transactions);
      count('TooManyLate', alerted.alerted ? 1 : 0);
      return alerted;
    }
  }
});
