"""
Runs a job's program as spark-submit does, with the JVM that `keep.py` keeps: attach.py LOG PROGRAM [ARGUMENT …]

LOG is the file that gets what the JVM logs. The program gets a Spark context of its own, which ends with it.
"""

import os
import runpy
import sys

from pyspark import SparkContext

log, program, *arguments = sys.argv[1:]
SparkContext._ensure_initialized()
jvm = SparkContext._jvm
stream = jvm.java.io.PrintStream(jvm.java.io.FileOutputStream(log, True), True)
jvm.java.lang.System.setErr(stream)
jvm.java.lang.System.setOut(stream)
# Python's workers find the job's modules where the job does.
jvm.java.lang.System.setProperty("spark.executorEnv.PYTHONPATH", os.environ["PYTHONPATH"])
sys.argv = [program, *arguments]
sys.path[0] = os.path.dirname(program)
try:
    runpy.run_path(program, run_name="__main__")
finally:
    if SparkContext._active_spark_context:
        SparkContext._active_spark_context.stop()
