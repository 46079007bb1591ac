"""Writes the same small shop in every format that people send, with the tools that they write it with.

    python3 -m venv venv && venv/bin/pip install pyarrow==26.0.1 pandas==3.1.1 polars==2.1.0 duckdb==2.0.1 \
        fastparquet==2026.9.0 openpyxl==3.1.5 xlsxwriter==3.3.1 zstandard==0.25.0 pyzipper==0.4.0 msoffcrypto-tool==6.1.0
    venv/bin/python scripts/reference/write_formats.py

Fixed times and no randomness from outside: a second run writes the same rows (not always the same bytes).
"""
import csv
import gzip
import io
import json
import random
import zipfile
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import fastparquet
import msoffcrypto.format.ooxml as office
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pyzipper
import xlsxwriter
import zstandard

out = Path(__file__).parents[2] / 'tests/fixtures/formats'
out.mkdir(parents=True, exist_ok=True)
random.seed(6)

columns = ['user_id', 'item_id', 'event', 'timestamp', 'quantity', 'price', 'order_id', 'gift']
rows = []
start = datetime(2026, 3, 1, 8, 0, 0)
for i in range(240):
    bought = i % 3 == 2
    rows.append({
        'user_id': ['00', '客户-', 'ann ', 'Zoë,'][i % 4] + str((i * 7919) % 23),
        'item_id': f'sku-{i % 17}' if i % 11 else None,
        'event': ['view', 'cart', 'purchase'][i % 3],
        'timestamp': start + timedelta(seconds=i * 8641),
        'quantity': 1 + i % 4 if bought else None,
        'price': [19.9, 5.0, 0.25, 1299.99][i % 4] if bought else None,
        'order_id': f'O{i // 6:05d}' if bought else None,
        'gift': bool(i % 2),
    })
# Two rows that are rejected, whatever the format: no user.
rows[100]['user_id'] = None
rows[201]['user_id'] = None


def cell(value):
    if value is None:
        return ''
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, datetime):
        return value.strftime('%Y-%m-%d %H:%M:%S')
    return repr(value).removesuffix('.0') if isinstance(value, float) else str(value)


def csv_text(records):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator='\n')
    writer.writerow(columns)
    writer.writerows([[cell(record[name]) for name in columns] for record in records])
    return text.getvalue().encode()


def plain(record):
    return {name: cell(value) if isinstance(value, datetime) else value for name, value in record.items()}


shop = csv_text(rows)
(out / 'shop.csv').write_bytes(shop)
# Not .gz: servers of files would send it as an encoding, and browsers undo that.
(out / 'shop.csv.gzip').write_bytes(gzip.compress(shop, mtime=0))
half = shop.index(b'\n', len(shop) // 2) + 1
(out / 'shop-members.csv.gzip').write_bytes(gzip.compress(shop[:half], mtime=0) + gzip.compress(shop[half:], mtime=0))
(out / 'shop.csv.zst').write_bytes(zstandard.ZstdCompressor().compress(shop))
(out / 'shop.jsonl').write_text(''.join(json.dumps(plain(row), ensure_ascii=i % 2 == 0) + '\n' for i, row in enumerate(rows)))
(out / 'shop.json').write_text(json.dumps([plain(row) for row in rows], indent=1, ensure_ascii=False))
(out / 'shop-wrapped.json').write_text(json.dumps({'page': 1, 'meta': {'took': 3}, 'data': [plain(row) for row in rows]}))

# Zip: stored and deflated, with what systems put beside the files and names that climb out.
early = datetime(2026, 1, 1).timetuple()[:6]
with zipfile.ZipFile(out / 'shop.zip', 'w') as archive:
    archive.writestr(zipfile.ZipInfo('export/shop.csv', early), shop, zipfile.ZIP_DEFLATED)
    archive.writestr(zipfile.ZipInfo('__MACOSX/export/._shop.csv', early), b'\0\5\26\7')
    archive.writestr(zipfile.ZipInfo('export/.DS_Store', early), b'\0\0')
with zipfile.ZipFile(out / 'several.zip', 'w') as archive:
    archive.writestr(zipfile.ZipInfo('january.csv', early), csv_text(rows[:120]), zipfile.ZIP_STORED)
    archive.writestr(zipfile.ZipInfo('../../etc/february.csv', early), csv_text(rows[120:]), zipfile.ZIP_DEFLATED)
    archive.writestr(zipfile.ZipInfo('/root/readme.txt', early), 'Nothing but words here.', zipfile.ZIP_DEFLATED)
    archive.writestr(zipfile.ZipInfo('more/shop.csv.gz', early), gzip.compress(shop, mtime=0), zipfile.ZIP_STORED)
with zipfile.ZipFile(out / 'zip64.zip', 'w') as archive:
    info = zipfile.ZipInfo('shop.csv', early)
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, 'w', force_zip64=True) as member:
        member.write(shop)
with pyzipper.AESZipFile(out / 'locked.zip', 'w', compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
    archive.setpassword(b'secret')
    archive.writestr('shop.csv', shop[:500])

# Parquet and Arrow.
table = pa.table({
    'user_id': pa.array([row['user_id'] for row in rows], pa.string()),
    'item_id': pa.array([row['item_id'] for row in rows], pa.string()).dictionary_encode(),
    'event': pa.array([row['event'] for row in rows], pa.string()),
    'timestamp': pa.array([row['timestamp'] for row in rows], pa.timestamp('us')),
    'quantity': pa.array([row['quantity'] for row in rows], pa.int64()),
    'price': pa.array([row['price'] for row in rows], pa.float64()),
    'order_id': pa.array([row['order_id'] for row in rows], pa.large_string()),
    'gift': pa.array([row['gift'] for row in rows], pa.bool_()),
})
for codec in ['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4']:
    pq.write_table(table, out / f'shop-{codec}.parquet', compression=codec, row_group_size=100, use_dictionary=codec != 'none')
pq.write_table(table, out / 'shop-int96.parquet', use_deprecated_int96_timestamps=True, store_schema=False)
pq.write_table(table, out / 'shop-v1.parquet', version='1.0', data_page_version='2.0', store_schema=False)
typed = table.set_column(3, 'timestamp', table['timestamp'].cast(pa.timestamp('ns'))).set_column(
    5, 'price', pa.array([None if row['price'] is None else Decimal(str(row['price'])) for row in rows], pa.decimal128(18, 4))
).set_column(4, 'quantity', table['quantity'].cast(pa.int8()))
pq.write_table(typed, out / 'shop-decimal.parquet', column_encoding={'user_id': 'DELTA_BYTE_ARRAY'}, use_dictionary=['event'])
frame = pl.from_arrow(table)
frame.write_parquet(out / 'shop-polars.parquet')
shop_table = table
duckdb.sql('CREATE TABLE shop AS SELECT * FROM shop_table')
duckdb.sql(f"COPY shop TO '{out}/shop-duckdb.parquet' (FORMAT parquet)")
pandas = table.to_pandas()
pandas['quantity'] = pandas['quantity'].astype(float)
fastparquet.write(str(out / 'shop-fastparquet.parquet'), pandas.astype({'user_id': object, 'event': object, 'order_id': object, 'item_id': object}))
for codec in ['uncompressed', 'lz4', 'zstd']:
    feather.write_feather(table, out / f'shop-{codec}.arrow', compression=codec, chunksize=100)
with pa.OSFile(str(out / 'shop-stream.arrow'), 'wb') as sink, pa.ipc.new_stream(sink, typed.schema) as writer:
    for batch in typed.to_batches(max_chunksize=70):
        writer.write_batch(batch)

# Excel, by the two libraries that write it most: shared and inline texts, formulas, errors, dates of 1904.
book = openpyxl.Workbook()
sheet = book.active
sheet.title = 'Orders 订单'
sheet.append(columns)
for row in rows:
    sheet.append([row[name] for name in columns])
book.create_sheet('Notes')['A1'] = 'nothing here'
book.save(out / 'shop.xlsx')


def write_sheet(name, options, top=0, left=0, formulas=False):
    with xlsxwriter.Workbook(out / name, options) as book:
        book.set_properties({'created': datetime(2026, 1, 1)})
        if top:
            book.add_worksheet('Cover').write(0, 0, 'Report of the month')
        sheet = book.add_worksheet('Data')
        dates = book.add_format({'num_format': 'dd/mm/yyyy hh:mm'})
        if top:
            sheet.write(0, left, 'Orders of our shop')
        for at, column in enumerate(columns):
            sheet.write(top, left + at, column)
        for at, row in enumerate(rows):
            for column, key in enumerate(columns):
                value = row[key]
                place = (top + 1 + at, left + column)
                if value is None:
                    if formulas and key == 'item_id':
                        sheet.write_formula(*place, '=NA()', None, '#N/A')
                    continue
                if isinstance(value, datetime):
                    sheet.write_datetime(*place, value, dates)
                elif formulas and key == 'price':
                    sheet.write_formula(*place, f'={value}*1', None, value)
                else:
                    sheet.write(*place, value)


write_sheet('shop-inline.xlsx', {'constant_memory': True})
write_sheet('shop-1904.xlsx', {'date_1904': True}, top=3, left=2, formulas=True)
locked = io.BytesIO()
small = io.BytesIO()
xlsxwriter.Workbook(small).close()
small.seek(0)
office.OOXMLFile(small).encrypt('secret', locked)
(out / 'locked.xlsx').write_bytes(locked.getvalue())

# Nested records: an order's products (Segment), parameters by key (Google Analytics 4).
products = [{'product_id': f'sku-{i}', 'price': i + 0.5, 'quantity': i} for i in range(1, 4)]
orders = []
for i in range(40):
    orders.append({
        'messageId': f'm{i}',
        'userId': f'u{i % 7}',
        'event': 'Order Completed',
        'timestamp': f'2026-04-{1 + i % 28:02d}T10:00:{i:02d}.250Z',
        'context': {'ip': '203.0.113.7', 'campaign': {'name': 'spring "sale"\\🌱'}},
        'properties': {'order_id': f'O{i}', 'total': 10.50 + i, 'tags': ['new', 'a|b', 3], 'products': products[: i % 4]},
    })
(out / 'orders.jsonl').write_text(''.join(json.dumps(order) + '\n' for order in orders))
nested = pa.Table.from_pylist([{'userId': o['userId'], 'timestamp': o['timestamp'], 'event': o['event'], 'properties': {**o['properties'], 'tags': ['new', 'a|b', '3']}} for o in orders])
pq.write_table(nested, out / 'orders.parquet')
analytics = []
for i in range(30):
    parameters = [
        {'key': 'page', 'value': {'string_value': f'/p{i}', 'int_value': None, 'double_value': None}},
        {'key': 'ga_session_id', 'value': {'string_value': None, 'int_value': 1_700_000_000 + i, 'double_value': None}},
        {'key': 'value', 'value': {'string_value': None, 'int_value': None, 'double_value': i / 4}},
    ]
    analytics.append({
        'event_date': '20260401',
        'event_timestamp': 1_775_000_000_000_000 + i * 1_000_000,
        'event_name': 'purchase' if i % 3 == 0 else 'view_item',
        'user_pseudo_id': f'{i % 5}.17',
        'event_params': parameters[: 2 + i % 2],
        'items': [{'item_id': f's{i % 4}', 'price': 2.0, 'quantity': 1}] if i % 3 == 0 else [],
    })
(out / 'ga4.jsonl').write_text(''.join(json.dumps({k: v for k, v in e.items()}) + '\n' for e in analytics))
pq.write_table(pa.Table.from_pylist(analytics), out / 'ga4.parquet')

# One column of every type that a file can have, and what it is written as.
moment = datetime(2026, 5, 1, 12, 34, 56, 789000)
types = pa.table({
    'i8': pa.array([-5, None], pa.int8()), 'u64': pa.array([2**64 - 1, 7], pa.uint64()), 'i64': pa.array([-(2**63), 9007199254740993], pa.int64()),
    'f32': pa.array([0.1, 16777216.0], pa.float32()), 'f64': pa.array([0.1 + 0.2, 1e21], pa.float64()), 'f16': pa.array([1.5, None], pa.float16()),
    'bool': pa.array([True, None]), 'date': pa.array([moment.date(), datetime(1899, 12, 31).date()], pa.date32()), 'date64': pa.array([moment, None], pa.date64()),
    's': pa.array([moment.replace(microsecond=0), None], pa.timestamp('s')), 'ms': pa.array([moment, None], pa.timestamp('ms', 'UTC')),
    'us': pa.array([moment + timedelta(microseconds=1), datetime(1960, 1, 2, 3, 4, 5, 6)], pa.timestamp('us', 'Europe/Berlin')),
    'ns': pa.array([1777638896789000123, -1], pa.timestamp('ns')), 'time': pa.array([moment.time(), None], pa.time64('us')),
    'dec': pa.array([Decimal('-12.50'), Decimal('0.07')], pa.decimal128(20, 2)), 'big': pa.array([Decimal('123456789012345678901234567890.1'), None], pa.decimal256(50, 1)),
    'bin': pa.array([b'raw', None], pa.binary()), 'fixed': pa.array([bytes(range(16)), None], pa.binary(16)), 'list': pa.array([['a', 'b'], []], pa.list_(pa.string())),
    'struct': pa.array([{'a': 1, 'b': {'c': 'x'}}, None]), 'map': pa.array([[('k', 1)], None], pa.map_(pa.string(), pa.int64())), 'null': pa.array([None, None], pa.null()),
    'dict': pa.array(['x', None]).dictionary_encode(), 'lists': pa.array([[1.0, 2.5], None], pa.list_(pa.float64())),
})
feather.write_feather(types, out / 'types.arrow', compression='uncompressed')
pq.write_table(types.drop_columns(['map']), out / 'types.parquet')
print('\n'.join(f'{path.stat().st_size:8d} {path.name}' for path in sorted(out.iterdir())))
