import { sql } from '../../src/lib/core/store/sql';

/** Texts that engines, drivers and quoting get wrong. */
export const awkwardTexts: (string | null)[] = [
  '客户-01',
  '007',
  '+8613800138000',
  "O'Brien",
  '"quoted"',
  'back\\slash',
  'a\0b',
  '\0',
  'longer than twelve bytes \0 with NUL inside',
  '',
  null,
  ' ',
  '\n\r\t',
  '😀 beyond the basic plane',
  'é e\u0301',
  "'; DROP TABLE texts; --",
  '1e3',
  'NULL',
  'exactly12byt',
  'x'.repeat(100_000),
];

/** Three rows (a usual one, an extreme one, NULLs) of every type that queries may give. */
export const typedRows = sql`
  SELECT * FROM (VALUES
    (1::TINYINT, 1::SMALLINT, 1::INTEGER, 1::BIGINT, 1::UTINYINT, 1::UINTEGER, 1.5::FLOAT, 0.1::DOUBLE, TRUE, '客',
     DATE '2024-02-29', TIMESTAMP '2024-02-29 23:59:59.123456', 1.5::DECIMAL(4,1), 1.5::DECIMAL(9,2), 12.3456::DECIMAL(18,4),
     12.3456::DECIMAL(38,4), 7::HUGEINT, [1, 2]),
    ((-128)::TINYINT, (-32768)::SMALLINT, (-2147483648)::INTEGER, (-9007199254740991)::BIGINT, 255::UTINYINT, 4294967295::UINTEGER,
     (-1.5)::FLOAT, 1e300::DOUBLE, FALSE, '', DATE '1969-12-31', TIMESTAMP '1969-12-31 23:59:59.999', (-999.9)::DECIMAL(4,1),
     (-9999999.99)::DECIMAL(9,2), (-0.0001)::DECIMAL(18,4), (-1234567890123.4567)::DECIMAL(38,4), (-7)::HUGEINT, []),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
  ) AS t(tiny, small, whole, big, byte, count, single, double, yes, text, day, instant, money4, money9, money18, money38, huge, lists)`;

export const typedColumns = [
  'tiny Int8',
  'small Int16',
  'whole Int32',
  'big Int64',
  'byte Uint8',
  'count Uint32',
  'single Float32',
  'double Float64',
  'yes Bool',
  'text Utf8',
  'day Date32<DAY>',
  'instant Timestamp<MICROSECOND>',
  'money4 Decimal[4e+1]',
  'money9 Decimal[9e+2]',
  'money18 Decimal[18e+4]',
  'money38 Decimal[38e+4]',
  'huge Decimal[38e0]',
  'lists List<Int32>',
];

/** As cells, without the lists. */
export const typedValues = [
  [1, 1, 1, 1, 1, 1, 1.5, 0.1, true, '客', '2024-02-29', '2024-02-29T23:59:59.123', 1.5, 1.5, 12.3456, 12.3456, 7],
  [
    -128,
    -32768,
    -2147483648,
    -9007199254740991,
    255,
    4294967295,
    -1.5,
    1e300,
    false,
    '',
    '1969-12-31',
    '1969-12-31T23:59:59.999',
    -999.9,
    -9999999.99,
    -0.0001,
    // eslint-disable-next-line no-loss-of-precision -- the nearest double is what a store gives back too
    -1234567890123.4567,
    -7,
  ],
  Array.from({ length: 17 }, () => null),
];
