"""PostgreSQL for Spark's jobs: reads and stages by JDBC, merges in one transaction."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

import boto3
from pyspark.sql import DataFrame, SparkSession

DRIVER = "org.postgresql.Driver"
RUN_TIME = "%Y%m%d%H%M%S"


@dataclass(frozen=True)
class Database:
    spark: SparkSession
    url: str
    user: str
    password: str

    def read(self, query: str) -> DataFrame:
        """The rows of a select or of a named table. The query runs in PostgreSQL each time the rows are needed."""
        # On its own lines, since it may end with a comment.
        table = f"(\n{query.rstrip().rstrip(';')}\n) as input" if " " in query.strip() else query
        return self._jdbc(self.spark.read.format("jdbc")).option("dbtable", table).load()

    def stage(self, rows: DataFrame, table: str) -> None:
        """Makes the table `staging.<table>` of these rows."""
        self._jdbc(rows.write.format("jdbc")).option("dbtable", f"staging.{table}").mode("errorifexists").save()

    def transaction(self, *statements: str) -> None:
        """Each argument may hold several statements. All take effect, or none."""
        jvm = self.spark.sparkContext._jvm
        # Spark's class loader has the job's jars; DriverManager does not look there.
        jvm.org.apache.spark.sql.execution.datasources.jdbc.DriverRegistry.register(DRIVER)
        connection = jvm.java.sql.DriverManager.getConnection(self.url, self.user, self.password)
        try:
            connection.setAutoCommit(False)
            # A statement that fails raises here; the driver takes a commit that is answered with ROLLBACK for success.
            for statement in statements:
                connection.createStatement().execute(statement)
            connection.commit()
        finally:
            connection.close()

    def drop_abandoned(self) -> None:
        """Drops the staging tables of killed runs: those older than a day, since no run takes so long."""
        yesterday = datetime.now(timezone.utc) - timedelta(days=1)
        tables = self.read(f"""
            select tablename from pg_tables
            where schemaname = 'staging' and substring(tablename from '_(\\d{{14}})_[0-9a-f]+$') < '{yesterday:{RUN_TIME}}'""")
        self.transaction(*(f"drop table if exists staging.{table}" for (table,) in tables.collect()))

    def _jdbc(self, source):
        return source.options(
            url=self.url,
            user=self.user,
            password=self.password,
            driver=DRIVER,
            fetchsize=10_000,
            batchsize=10_000,
        )


def connect(spark: SparkSession) -> Database:
    """Logs in with the secret DATABASE_SECRET_ID: JSON with username and password."""
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["DATABASE_SECRET_ID"])
    login = json.loads(secret["SecretString"])
    return Database(spark, jdbc_url(os.environ), login["username"], login["password"])


def jdbc_url(environment: Mapping[str, str]) -> str:
    """The driver decodes names and values, so that a database or a file may be called anything."""
    host, port, name, tls = (environment[f"DATABASE_{part}"] for part in ("HOST", "PORT", "NAME", "TLS"))
    # Batches of inserts become one statement. Text is sent untyped, so that it also fits uuid columns.
    options = "reWriteBatchedInserts=true&stringtype=unspecified&ApplicationName=spark"
    # RDS has its own certificate authority, which Java doesn't know: its file comes with the job.
    trust = environment.get("DATABASE_CA_FILE")
    authority = (
        f"sslrootcert={quote(trust, safe='')}" if trust else "sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory"
    )
    encryption = "disable" if tls == "off" else f"verify-full&{authority}"
    return f"jdbc:postgresql://{host}:{port}/{quote(name, safe='')}?sslmode={encryption}&{options}"


def new_run() -> str:
    """The name of a run and of its staging tables; sorts by time."""
    return f"{datetime.now(timezone.utc):{RUN_TIME}}_{secrets.token_hex(4)}"
