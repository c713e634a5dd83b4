import { join } from 'node:path';

/** Where Spark on this machine finds jars, S3 and space for temporary files. */
export interface SparkPlaces {
  /** Class path of the jars that Spark lacks. */
  readonly jars: string;
  /** S3's address. */
  readonly s3: string;
  /** A folder for temporary files. */
  readonly temporary: string;
  /** More of Java's options. */
  readonly javaOptions?: readonly string[];
}

/** Jobs of seconds end before the second compiler pays off. An archive of classes is for one garbage collector. */
const JVM = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** Properties that EMR's image sets, as far as they matter here, and some that suit jobs of seconds on few cores. */
export const sparkDefaults = ({ jars, s3, temporary, javaOptions = [] }: SparkPlaces): Record<string, string> => ({
  'spark.driver.extraClassPath': jars,
  'spark.driver.extraJavaOptions': [...JVM, `-Djava.io.tmpdir=${temporary}`, ...javaOptions].map(quoted).join(' '),
  // Hadoop's own is in the system's temporary folder, and parts of uploads would be in a folder of it.
  'spark.hadoop.hadoop.tmp.dir': temporary,
  'spark.hadoop.fs.s3a.buffer.dir': join(temporary, 's3a'),
  // Spark's default is a percent-encoded URI that it then takes for a path, so a space would make another folder.
  'spark.sql.warehouse.dir': `file:${join(temporary, 'spark-warehouse')}`,
  'spark.driver.host': '127.0.0.1',
  'spark.driver.bindAddress': '127.0.0.1',
  'spark.ui.enabled': 'false',
  // The default of 200 is for a cluster.
  'spark.sql.shuffle.partitions': '4',
  // Renames a checkpoint's file by one atomic copy; the default tries another way first and warns on each start.
  'spark.sql.streaming.checkpointFileManagerClass':
    'org.apache.spark.sql.execution.streaming.FileSystemBasedCheckpointFileManager',
  'spark.hadoop.fs.s3.impl': 'org.apache.hadoop.fs.s3a.S3AFileSystem',
  'spark.hadoop.fs.s3a.endpoint': s3,
  'spark.hadoop.fs.s3a.path.style.access': 'true',
});

/** One of Java's options, as Spark splits them: https://github.com/apache/spark/blob/v3.5.7/launcher/src/main/java/org/apache/spark/launcher/CommandBuilderUtils.java */
const quoted = (option: string): string => `"${option.replace(/["\\]/g, '\\$&')}"`;
