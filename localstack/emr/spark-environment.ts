import { NO_PERF_DATA } from '../processes/java.ts';

/** Environment variables of spark-submit. No folder of settings among them: with one in the class path there is no archive of classes. */
export const sparkEnvironment = ({ home, python }: { readonly home: string; readonly python: string }) => ({
  PATH: process.env.PATH,
  JAVA_HOME: process.env.JAVA_HOME,
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  SPARK_HOME: home,
  SPARK_LOCAL_IP: '127.0.0.1',
  // The JVM that only makes the driver's command line.
  SPARK_LAUNCHER_OPTS: NO_PERF_DATA,
  PYSPARK_PYTHON: python,
  PYTHONDONTWRITEBYTECODE: '1',
});
