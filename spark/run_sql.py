"""Runs a job, spark/jobs/<job>/: named inputs → steps in SQL → outputs, merged into PostgreSQL in one transaction.

    run_sql.py JOB [--param name=value …]

job.json describes the job; paths are relative to its folder:
  parameters  name → default
  inputs      view → {"jdbc": table} | {"query": file of a select in PostgreSQL}
                   | {"json": {"paths": view with a column object_key, "schema": columns}}
  steps       files of one select each, which Spark runs as a view named like the file; or inputs that need earlier steps
  outputs     views that are written to tables staging.<view>_${run}, one after the other; an input is read when the first of
              them needs it
  merge       files of statements that PostgreSQL runs in one transaction; the staging tables are dropped afterwards

${run} and ${<parameter>} are replaced in every file. Ends with a line of JSON: job, run and rows of each output.
"""

from __future__ import annotations

import argparse
import json
import os
import posixpath
import re
from dataclasses import dataclass

from database import Database, connect, new_run
from pyspark.sql import DataFrame, SparkSession

PARAMETER = re.compile(r"([a-z_]+)=([A-Za-z0-9_:.-]+)")


def parameter(text: str) -> tuple[str, str]:
    match = PARAMETER.fullmatch(text)
    if not match:
        raise argparse.ArgumentTypeError(f"expected name=value of letters, digits and _:.-, got {text!r}")
    return match[1], match[2]


@dataclass(frozen=True)
class Code:
    """The folder of this file, or where it was uploaded to: s3://…/spark."""

    spark: SparkSession
    root: str
    values: dict[str, str]

    def read(self, path: str) -> str:
        """The text of a file, wherever Hadoop finds it."""
        context = self.spark.sparkContext
        file = context._jvm.org.apache.hadoop.fs.Path(f"{self.root}/{posixpath.normpath(path)}")
        stream = file.getFileSystem(context._jsc.hadoopConfiguration()).open(file)
        try:
            return context._jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8")
        finally:
            stream.close()

    def sql(self, path: str) -> str:
        def value(match: re.Match) -> str:
            if match[1] not in self.values:
                raise SystemExit(f"{path} needs --param {match[1]}=…; given: {', '.join(self.values)}")
            return self.values[match[1]]

        return re.sub(r"\$\{(\w+)\}", value, self.read(path))


def read_input(database: Database, code: Code, folder: str, source: dict) -> DataFrame:
    spark = code.spark
    if "jdbc" in source:
        return database.read(source["jdbc"])
    if "query" in source:
        return database.read(code.sql(f"{folder}/{source['query']}")).cache()
    if "json" in source:
        keys = spark.table(source["json"]["paths"]).select("object_key").collect()
        objects = [f"s3://{os.environ['LAKE_BUCKET']}/{key}" for (key,) in keys]
        schema = source["json"]["schema"]
        # A line that does not fit the schema fails the job: as nulls it would be counted wrongly.
        reader = spark.read.schema(schema).option("mode", "FAILFAST")
        return reader.json(objects) if objects else spark.createDataFrame([], schema)
    raise SystemExit(f'expected an input of "jdbc", "query" or "json", got {json.dumps(source)}')


def run(spark: SparkSession, database: Database, root: str, job: str, parameters: dict[str, str]) -> dict:
    run_id = new_run()
    folder = f"jobs/{job}"
    described = json.loads(Code(spark, root, {}).read(f"{folder}/job.json"))
    code = Code(spark, root, {**described.get("parameters", {}), **parameters, "run": run_id})
    # Inputs and steps are cached: a second read might see tables that have changed meanwhile.
    for step in [described["inputs"], *described["steps"]]:
        if isinstance(step, str):
            view = posixpath.splitext(posixpath.basename(step))[0]
            spark.sql(code.sql(f"{folder}/{step}")).cache().createOrReplaceTempView(view)
        else:
            for view, source in step.items():
                read_input(database, code, folder, source).createOrReplaceTempView(view)

    database.drop_abandoned()
    staged = {view: f"{view}_{run_id}" for view in described["outputs"]}
    try:
        for view, table in staged.items():
            database.stage(spark.table(view), table)
        rows = {view: spark.table(view).count() for view in staged}
        database.transaction(*(code.sql(f"{folder}/{file}") for file in described["merge"]))
    finally:
        database.transaction(*(f"drop table if exists staging.{table}" for table in staged.values()))
        spark.catalog.clearCache()
    return {"job": job, "run": run_id, "rows": rows}


def new_session(name: str) -> SparkSession:
    """With the settings that every job's SQL expects: times in UTC, and invalid casts as errors."""
    settings = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
    return SparkSession.builder.appName(name).config(map=settings).getOrCreate()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("job")
    arguments.add_argument("--param", type=parameter, action="append", default=[], metavar="name=value")
    arguments.add_argument(
        "--code", default=os.path.dirname(os.path.abspath(__file__)), help="folder or s3://… of spark/"
    )
    given = arguments.parse_args()
    spark = new_session(given.job)
    print(json.dumps(run(spark, connect(spark), given.code, given.job, dict(given.param))), flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
