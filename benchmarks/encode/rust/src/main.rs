//! The limit: serde and arrow-rs, with the types of ours. Values are checked; a wrong one ends the program, so there are no
//! dead letters, and nothing that is written in an unusual way is read.
//!
//! Usage: encode FOLDER. Prints rows, bytes and CPU seconds as JSON.

use std::{env, fs, hint::black_box, sync::Arc};

use arrow_array::{builder::*, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::{EnabledStatistics, WriterProperties},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    records: Records<'a>,
}

#[derive(Deserialize)]
struct Records<'a> {
    #[serde(borrow, rename = "orders-0")]
    orders: Vec<Record<'a>>,
}

#[derive(Deserialize)]
struct Record<'a> {
    offset: i64,
    timestamp: i64,
    key: &'a str,
    value: &'a str,
}

#[derive(Deserialize)]
struct Order<'a> {
    order_id: &'a str,
    user_id: &'a str,
    #[serde(borrow)]
    amount: &'a RawValue,
    currency: &'a str,
    category: &'a str,
    country: &'a str,
    created_at: &'a str,
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}

/// Text of 1 to `longest` characters.
fn short(text: &str, longest: usize) -> &str {
    assert!(!text.is_empty() && (text.len() <= longest || text.chars().count() <= longest));
    text
}

/// One to eight digits and at most two decimals, as a number of JSON.
fn cents(text: &str) -> i128 {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    assert!(whole.len() <= 8 && decimals.len() <= 2);
    let scale = [100, 10, 1][decimals.len()];
    i128::from(sign * (number(whole.as_bytes()) * 100 + number(decimals.as_bytes()) * scale))
}

fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |n, byte| {
        assert!(byte.is_ascii_digit());
        n * 10 + i64::from(byte - b'0')
    })
}

/// `2025-12-11T00:00:00.000Z`, and no other form.
fn micros(text: &str) -> i64 {
    let at = text.as_bytes();
    assert!(at.len() == 24 && at[4] == b'-' && at[7] == b'-' && at[10] == b'T');
    assert!(at[13] == b':' && at[16] == b':' && at[19] == b'.' && at[23] == b'Z');
    let (year, month, day) = (number(&at[0..4]), number(&at[5..7]), number(&at[8..10]));
    let date = chrono::NaiveDate::from_ymd_opt(year as i32, month as u32, day as u32).unwrap();
    let (hour, minute, second) = (number(&at[11..13]), number(&at[14..16]), number(&at[17..19]));
    let time = date.and_hms_opt(hour as u32, minute as u32, second as u32).unwrap();
    time.and_utc().timestamp() * 1_000_000 + number(&at[20..23]) * 1000
}

fn own_cpu() -> f64 {
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

fn encode(records: &[Record], schema: &Arc<Schema>, properties: &WriterProperties) -> Vec<u8> {
    let count = records.len();
    let text = |bytes: usize| StringBuilder::with_capacity(count, count * bytes);
    let (mut order_id, mut user_id) = (text(36), text(36));
    let (mut currency, mut category, mut country) = (text(3), text(8), text(2));
    let mut amount = Decimal128Builder::with_capacity(count);
    let mut created_at = TimestampMicrosecondBuilder::with_capacity(count);
    let mut offset = Int64Builder::with_capacity(count);
    let mut timestamp = TimestampMicrosecondBuilder::with_capacity(count);
    let mut hash = Sha256::new();
    let (mut key_bytes, mut value_bytes) = (Vec::new(), Vec::new());
    for record in records {
        key_bytes.resize(record.key.len(), 0);
        value_bytes.resize(record.value.len(), 0);
        let decode = |text: &str, out| base64_simd::STANDARD.decode(text.as_bytes(), out).unwrap().len();
        let key = decode(record.key, base64_simd::Out::from_slice(&mut key_bytes));
        let value = decode(record.value, base64_simd::Out::from_slice(&mut value_bytes));
        hash.update(record.offset.to_be_bytes());
        hash.update((key as u32).to_be_bytes());
        hash.update((value as u32).to_be_bytes());
        hash.update(&key_bytes[..key]);
        hash.update(&value_bytes[..value]);

        let order: Order = serde_json::from_slice(&value_bytes[..value]).unwrap();
        assert!(is_uuid(order.order_id) && is_uuid(order.user_id));
        order_id.append_value(order.order_id);
        user_id.append_value(order.user_id);
        amount.append_value(cents(order.amount.get()));
        currency.append_value(short(order.currency, 10));
        category.append_value(short(order.category, 50));
        country.append_value(short(order.country, 10));
        created_at.append_value(micros(order.created_at));
        offset.append_value(record.offset);
        timestamp.append_value(record.timestamp * 1000);
    }
    black_box(hash.finalize());
    let columns: Vec<ArrayRef> = vec![
        Arc::new(order_id.finish()),
        Arc::new(user_id.finish()),
        Arc::new(amount.finish().with_precision_and_scale(10, 2).unwrap()),
        Arc::new(currency.finish()),
        Arc::new(category.finish()),
        Arc::new(country.finish()),
        Arc::new(created_at.finish().with_timezone("UTC")),
        Arc::new(offset.finish()),
        Arc::new(timestamp.finish().with_timezone("UTC")),
    ];
    let batch = RecordBatch::try_new(schema.clone(), columns).unwrap();
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, schema.clone(), Some(properties.clone())).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    file
}

fn main() {
    let before = own_cpu();
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let fields = [
        ("order_id", DataType::Utf8),
        ("user_id", DataType::Utf8),
        ("amount", DataType::Decimal128(10, 2)),
        ("currency", DataType::Utf8),
        ("category", DataType::Utf8),
        ("country", DataType::Utf8),
        ("created_at", time.clone()),
        ("kafka_offset", DataType::Int64),
        ("kafka_timestamp", time),
    ];
    let schema = Arc::new(Schema::new(fields.map(|(name, kind)| Field::new(name, kind, false)).to_vec()));
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap()))
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_statistics_enabled("created_at".into(), EnabledStatistics::Chunk);
    for column in ["currency", "category", "country"] {
        properties = properties.set_column_dictionary_enabled(column.into(), true);
    }
    let properties = properties.build();

    let folder = env::args().nth(1).expect("the folder of the events");
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let (mut rows, mut bytes) = (0, 0);
    for name in names {
        let file = fs::read(name).unwrap();
        let event: Event = serde_json::from_slice(&file).unwrap();
        bytes += encode(&event.records.orders, &schema, &properties).len();
        rows += event.records.orders.len();
    }
    println!("{{\"rows\": {rows}, \"bytes\": {bytes}, \"cpuSeconds\": {}}}", own_cpu() - before);
}
