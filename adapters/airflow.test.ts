import { expect, it } from 'vitest';
import { AirflowAway, AirflowRefusal, airflowClient } from './airflow.ts';

it('says where nobody answers, at the login and each time', async () => {
  // No program listens on port 9, the one for what is thrown away.
  const airflow = airflowClient({ url: 'http://127.0.0.1:9', username: 'admin', password: 'x' });
  for (let time = 0; time < 2; time += 1) {
    const error = await airflow.dags().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AirflowAway);
    expect(error).toMatchObject({ message: 'Airflow does not answer at 127.0.0.1:9', cause: expect.any(Error) });
  }
});

it('asks for nothing else than what is named: no path goes up', async () => {
  const airflow = airflowClient({ url: 'http://127.0.0.1:9', username: 'admin', password: 'x' });
  await expect(async () => airflow.dag('..')).rejects.toThrow(AirflowRefusal);
  await expect(async () => airflow.findRun('curate_orders', '..')).rejects.toThrow('nothing that is called ".."');
});
