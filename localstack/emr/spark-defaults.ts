/** Where Spark of this machine finds its jars, S3 and room for files. */
export interface SparkPlaces {
  /** Class path of what Spark does not bring itself. */
  readonly jars: string;
  /** S3's address. */
  readonly s3: string;
  /** A folder for temporary files. */
  readonly temporary: string;
  /** More of Java's options. */
  readonly javaOptions?: string;
}

/** Properties that EMR's image sets for its jobs, as far as they matter here, and those that a job of seconds on few cores needs. */
export const sparkDefaults = ({ jars, s3, temporary, javaOptions = '' }: SparkPlaces): Record<string, string> => ({
  'spark.driver.extraClassPath': jars,
  // Jobs of seconds end before the second compiler has earned its time.
  'spark.driver.extraJavaOptions':
    `-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.io.tmpdir=${temporary} ${javaOptions}`.trimEnd(),
  'spark.driver.host': '127.0.0.1',
  'spark.driver.bindAddress': '127.0.0.1',
  'spark.ui.enabled': 'false',
  // The default of 200 is for a cluster.
  'spark.sql.shuffle.partitions': '4',
  // A checkpoint's file is renamed by one copy, which is there whole or not at all; without this each start tries another way and warns.
  'spark.sql.streaming.checkpointFileManagerClass':
    'org.apache.spark.sql.execution.streaming.FileSystemBasedCheckpointFileManager',
  'spark.hadoop.fs.s3.impl': 'org.apache.hadoop.fs.s3a.S3AFileSystem',
  'spark.hadoop.fs.s3a.endpoint': s3,
  'spark.hadoop.fs.s3a.path.style.access': 'true',
});
