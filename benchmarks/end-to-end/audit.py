"""What became of the orders that were sent: missing, doubled, and the money, in the lake and in the warehouse.

audit.py SENT.csv FOLDER_OF_PARQUET DATABASE TABLE
"""

import json
import sys
import tempfile

import duckdb
import psycopg2

sent, lake, database, table = sys.argv[1:5]
FOUND = """
    with found as (select order_id, count(*) as times, sum(amount) as amount from {place} group by order_id)
    select
      coalesce(sum(found.times), 0)::bigint as rows,
      count(*) filter (found.order_id is null) as missing,
      coalesce(sum(found.times - 1), 0)::bigint as doubled,
      count(*) filter (sent.order_id is null) as unknown,
      (coalesce(sum(found.amount), 0) - coalesce(sum(sent.amount), 0))::decimal(18, 2)::varchar as off
    from sent full join found using (order_id)"""

connection = duckdb.connect()
connection.execute(
    f"create table sent as select * from read_csv('{sent}', types = {{'order_id': 'uuid', 'amount': 'decimal(10, 2)'}})"
)


def found(place: str) -> dict:
    cursor = connection.execute(FOUND.format(place=place))
    names = [name for name, *_ in cursor.description]
    answer = dict(zip(names, cursor.fetchone(), strict=True))
    if answer.pop("unknown"):
        raise SystemExit(f"{place} has orders that were never sent.")
    return answer


with tempfile.NamedTemporaryFile(suffix=".csv") as rows, psycopg2.connect(database) as postgres:
    with postgres.cursor() as cursor:
        cursor.copy_expert(f"copy (select order_id, amount from {table}) to stdout (format csv, header)", rows)
    rows.flush()
    columns = "types = {'order_id': 'uuid', 'amount': 'decimal(10, 2)'}"
    connection.execute(f"create table warehouse as select * from read_csv('{rows.name}', {columns})")
connection.execute(
    f"create view lake as select order_id::uuid as order_id, amount from read_parquet('{lake}/*.parquet')"
)
print(json.dumps({place: found(place) for place in ("lake", "warehouse")}))
