"""Does what the project's jobs do, on rows of its own, so that Java loads the classes that they need."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("rehearsal").getOrCreate()
spark.createDataFrame([(1, "a", 1.5), (2, "b", 2.5), (2, "b", 2.5)], "id int, name string, amount double").cache()
spark.sql(
    "select id as order_id, cast(id as decimal(10, 2)) as amount, current_timestamp() as at from range(100)"
).cache().createOrReplaceTempView("orders")
spark.sql("""
    with ranked as (
        select *, row_number() over (partition by amount order by at, order_id) as rank from orders
    ),
    summed as (
        select to_date(at) as day, count(distinct order_id) as orders, sum(amount) as revenue from ranked where rank = 1 group by 1
    )
    select day, orders, revenue, coalesce(o.order_id, 0) as first from summed left join orders as o on o.order_id = summed.orders
    union all
    select null, 0, null, 1
    order by 1
""").collect()
jvm = spark.sparkContext._jvm
for name in ("org.postgresql.Driver", "org.apache.hadoop.fs.s3a.S3AFileSystem"):
    jvm.java.lang.Class.forName(name, True, jvm.java.lang.Thread.currentThread().getContextClassLoader())
# Nobody listens there: what fails has loaded the classes.
nowhere = {"url": "jdbc:postgresql://127.0.0.1:1/none", "driver": "org.postgresql.Driver", "dbtable": "none"}
for read in (
    lambda: spark.read.format("jdbc").options(**nowhere).load(),
    lambda: spark.read.json("s3://none/none"),
):
    try:
        read()
    except Exception as failure:  # noqa: BLE001
        print(type(failure))
spark.stop()
