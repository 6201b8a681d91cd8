import { expect } from 'chai'
import { GatewayError } from '../../../gateway/errors.ts'
import { RECORD_BYTES, type RecordFormat } from '../../../transformers/format.ts'
import { formats } from '../../../transformers/formats/registry.ts'
import { parseJson, writeJsonText } from '../../../transformers/json/codec.ts'
import { codeOf } from '../code-of.ts'
import { projectOf } from '../project.ts'
import { createRandom, piecesOf, type Random, type ReadAll, readAll, written } from '../records/pieces.ts'

function recordsOf(kind: string, value: unknown = {}): RecordFormat {
  const { project } = projectOf({})
  const made = formats[kind]?.create(value, { project, path: ['systems', 's', 'format', kind] })
  if (!made?.request.records) throw new Error(`${kind} has no records`)
  return made.request.records
}

const ndjson = recordsOf('ndjson')
const list = recordsOf('json')
const lines = recordsOf('json', { records: '/order/li~1nes' })

function read(format: RecordFormat, text: string | Buffer, most = 1_000_000): ReadAll {
  return readAll(format.reader(), piecesOf(Buffer.from(text), createRandom(1), most))
}

/** `number@line body`, or its error, of each; then what was thrown. */
function told(format: RecordFormat, text: string | Buffer, most?: number): readonly string[] {
  const { records, error } = read(format, text, most)
  const all = records.map(({ number, line, body, error }) => `${number}@${line} ${error ? error.message : writeJsonText(body)}`)
  return error instanceof GatewayError ? [...all, error.message] : all
}

const texts = ['', 'a', 'ä', '日本', '😀', '"', '\\', '\n', ',', ']', '[', '}', '{', '\\"', '__proto__', '\u2028']
const numbers = ['0', '-12.5', '1e3', '9007199254740993', '0.1234567890123456789', '12.50']

function randomValue(random: Random, depth: number): string {
  const kind = random(depth > 0 ? 6 : 4)
  if (kind === 0) return ['true', 'false', 'null'][random(3)] ?? ''
  if (kind === 1) return numbers[random(numbers.length)] ?? ''
  if (kind < 4) return JSON.stringify(Array.from({ length: random(4) }, () => texts[random(texts.length)]).join(''))
  const items = Array.from({ length: random(4) }, (_, at) => {
    const value = randomValue(random, depth - 1)
    return kind === 4 ? value : `${JSON.stringify(`${at}${texts[random(texts.length)]}`)} : ${value}`
  })
  return kind === 4 ? `[${items.join(' ,')}]` : `{${items.join(', ')}}`
}

function randomBodies(random: Random): unknown[] {
  return Array.from({ length: random(8) }, () => parseJson(Buffer.from(randomValue(random, 3))).value)
}

/** The first round in which what was read is not what was written; `reader`: another than the format's own. */
function firstDifference(format: RecordFormat, reader = format.reader): number | undefined {
  const random = createRandom(11)
  for (let round = 0; round < 400; round++) {
    const bodies = randomBodies(random).map(writeJsonText)
    const file = written(
      format,
      bodies.map(text => parseJson(Buffer.from(text)).value),
    )
    const { records, error } = readAll(reader(), piecesOf(file, random))
    if (error || records.some(record => record.error)) return round
    const read = records.map(({ body }) => writeJsonText(body))
    const raw = records.map(record => writeJsonText(parseJson(record.raw).value))
    const numbers = records.map(({ number }) => number)
    if ([read, raw].some(texts => texts.join('\n') !== bodies.join('\n')) || numbers.some((number, at) => number !== at + 1)) return round
  }
  return undefined
}

/** A reader that gets other bytes than were written. */
function misreading(format: RecordFormat, change: (bytes: Uint8Array) => Uint8Array): RecordFormat['reader'] {
  return () => {
    const reader = format.reader()
    return { push: bytes => reader.push(change(bytes)), end: () => reader.end() }
  }
}

describe('records in JSON', () => {
  for (const [name, format] of Object.entries({ ndjson, 'a list': list, 'a list in an object': lines })) {
    it(`come back as they were written, however the bytes were cut: ${name}`, () => {
      expect(firstDifference(format)).to.equal(undefined)
    })

    it(`would not, were bytes at a cut lost or escapes not known: ${name}`, () => {
      const losing = misreading(format, bytes => bytes.subarray(0, Math.max(1, bytes.length - 1)))
      const unescaping = misreading(format, bytes => bytes.map(byte => (byte === 0x5c ? 0x20 : byte)))
      expect(firstDifference(format, losing)).to.be.a('number')
      expect(firstDifference(format, unescaping)).to.be.a('number')
    })

    it(`keep numbers exact: ${name}`, () => {
      const [record] = read(format, written(format, [parseJson(Buffer.from('{"a":12345678901234567890.10}')).value])).records
      expect(writeJsonText(record?.body)).to.equal('{"a":12345678901234567890.10}')
    })

    it(`cut off anywhere give the records before the cut and no other, and all but NDJSON say that it was cut: ${name}`, () => {
      const file = written(format, [{ a: 'x' }, [1, 2], 'text', { b: [{}] }])
      const whole = read(format, file).records.map(({ raw }) => raw.toString())
      for (let end = 0; end < file.length - 1; end++) {
        const { records, error } = read(format, file.subarray(0, end), 3)
        const good = records.filter(record => !record.error).map(({ raw }) => raw.toString())
        expect(whole.map(text => text.trim()).slice(0, good.length), `${end} bytes`).to.deep.equal(good.map(text => text.trim()))
        expect(error instanceof GatewayError && error.code, `${end} bytes`).to.equal(format === ndjson ? false : 'NOT_READABLE')
      }
    })

    it(`refuse a record that is too large, without keeping it, and hand out those before it: ${name}`, () => {
      const file = written(format, ['first', 'x'.repeat(RECORD_BYTES), 'last'])
      for (const most of [1_000, file.length]) {
        const { records, error } = read(format, file, most)
        expect(records.map(({ body }) => body)).to.deep.equal(['first'])
        expect(error)
          .to.have.property('message')
          .that.matches(/^TOO_LARGE: record 2 \(line \d\) has more than 1048576 bytes/)
      }
    })
  }

  it('nested too deep are errors of their own', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(told(ndjson, `1\n${deep}\n3\n`)).to.deep.equal([
      '1@1 1',
      '2@2 NOT_READABLE: line 2, column 1: objects and lists are nested more than 64 levels deep',
      '3@3 3',
    ])
    expect(told(list, `[1,${deep},3]`)).to.deep.equal([
      '1@1 1',
      '2@1 NOT_READABLE: line 1, column 4: objects and lists are nested more than 64 levels deep',
      '3@1 3',
    ])
  })
})

describe('NDJSON', () => {
  const cases: readonly [what: string, text: string, told: readonly string[]][] = [
    ['empty lines are no records, but are counted as lines', '\n1\n \t\r\n2\r\n', ['1@2 1', '2@4 2']],
    ['the last line needs no end', '1\n2', ['1@1 1', '2@2 2']],
    ['a byte order mark is skipped', '\ufeff1\n', ['1@1 1']],
    ['a file of a byte order mark has no records', '\ufeff', []],
    ['an empty file has no records', '', []],
    [
      'a bad line is its own error, with its place',
      '{"a":1}\n{"a":tru}\n{"a":2}\n',
      ['1@1 {"a":1}', '2@2 NOT_READABLE: line 2, column 6: expected a value, saw "t"', '3@3 {"a":2}'],
    ],
    [
      'a value over two lines is two errors',
      '{"a":\n1}\n',
      [
        '1@1 NOT_READABLE: line 1, column 6: expected a value, saw the end',
        '2@2 NOT_READABLE: line 2, column 2: expected nothing more after the value, saw "}"',
      ],
    ],
  ]
  for (const [what, text, expected] of cases) {
    it(what, () => {
      expect(told(ndjson, text)).to.deep.equal(expected)
      expect(told(ndjson, text, 1)).to.deep.equal(expected)
    })
  }

  it('a line that is not UTF-8 is its own error', () => {
    const bytes = Buffer.concat([Buffer.from('1\n"'), Buffer.from([0xe4]), Buffer.from('"\n3\n')])
    expect(told(ndjson, bytes)[1]).to.match(/^2@2 NOT_READABLE: line 2, column 2: the bytes are not UTF-8/)
  })

  it('has no place for a header', () => {
    expect(codeOf(() => ndjson.writer().open({ a: 1 }))).to.match(/^MAPPING_FAILED: NDJSON has no place for a header/)
  })

  it('writes nothing that JSON cannot hold', () => {
    expect(codeOf(() => ndjson.writer().record(1n))).to.match(/^MAPPING_FAILED: the record has no form in JSON/)
  })

  it('as a whole body is a list, both ways, and tells of all bad lines', () => {
    const format = formats.ndjson?.create({}, { project: projectOf({}).project, path: [] })?.request
    const readable = (text: string) => ({ body: Buffer.from(text), contentType: 'application/x-ndjson', meta: {} })
    expect(format?.read(readable('1\n\n{"a":2}'))).to.deep.equal([1, { a: 2 }])
    expect(Buffer.from(format?.write([1, { a: 2 }]) ?? []).toString()).to.equal('1\n{"a":2}\n')
    expect(codeOf(() => format?.write({ a: 1 }))).to.match(/^MAPPING_FAILED/)
    try {
      format?.read(readable('1\nx\n2\ny\n'))
      expect.fail('it was read')
    } catch (error) {
      expect(error).to.have.property('code', 'NOT_READABLE')
      expect(error instanceof GatewayError && error.extras.errors?.map(({ line }) => line)).to.deep.equal([2, 4])
    }
  })
})

describe('a list of JSON', () => {
  const cases: readonly [what: string, text: string, told: readonly string[]][] = [
    ['may be empty', ' [ \n] ', []],
    ['has items of any kind', '[1,"a",null,[],{}]', ['1@1 1', '2@1 "a"', '3@1 null', '4@1 []', '5@1 {}']],
    ['may begin with a byte order mark', '\ufeff[1]', ['1@1 1']],
    ['knows brackets, commas and quotes in texts', '["],[", "\\\\", "\\""]', ['1@1 "],["', '2@1 "\\\\"', '3@1 "\\""']],
    ['knows the line on which a record begins', '[\n1,\n\n{\n"a":2}\n]', ['1@2 1', '2@4 {"a":2}']],
    [
      'has an item that is no JSON as an error of its own, with its place',
      '[\n  {"a":1},\n  {"a":\n   tru}, 3]',
      ['1@2 {"a":1}', '2@3 NOT_READABLE: line 4, column 4: expected a value, saw "t"', '3@4 3'],
    ],
    [
      'without a comma between items has one bad item',
      '[1 2, 3]',
      ['1@1 NOT_READABLE: line 1, column 4: expected nothing more after the value, saw "2"', '2@1 3'],
    ],
    ['is broken where a value is missing', '[1,,2]', ['1@1 1', 'NOT_READABLE: line 1, column 4: a value is missing in the list']],
    ['is broken where it ends with a comma', '[1,\n]', ['1@1 1', 'NOT_READABLE: line 2, column 1: a value is missing in the list']],
    ['is broken where brackets do not match', '[1,{"a":[}],2]', ['1@1 1', 'NOT_READABLE: line 1, column 10: "}" closes what is not open']],
    [
      'is broken without its end',
      '[1,\n{"a":2',
      ['1@1 1', 'NOT_READABLE: line 2, column 7: the list ends in record 2, which begins in line 2'],
    ],
    ['may have nothing behind it', '[1]\n x', ['1@1 1', 'NOT_READABLE: line 2, column 2: expected nothing more after the value, saw "x"']],
    [
      'is refused where it is no list',
      '{"a":1}',
      ['NOT_READABLE: line 1, column 1: expected a list, saw an object (records are the members of the list that is the whole body)'],
    ],
    ['is refused where there is nothing', '', ['NOT_READABLE: the body is empty; expected JSON']],
  ]
  for (const [what, text, expected] of cases) {
    it(what, () => {
      expect(told(list, text)).to.deep.equal(expected)
      expect(told(list, text, 1)).to.deep.equal(expected)
    })
  }

  it('has no place for a header', () => {
    expect(codeOf(() => list.writer().open({ a: 1 }))).to.match(/^MAPPING_FAILED: a list has no place for a header/)
  })
})

describe('a list in an object', () => {
  const cases: readonly [what: string, text: string, told: readonly string[]][] = [
    ['is found by its path', '{"li/nes":[9],"x":{"order":[8]},"order":{"a":["li/nes"],"li/nes":[1,2],"b":[3]}}', ['1@1 1', '2@1 2']],
    ['is found by names that are written with escapes', '{"\\u006frder":{"li\\/nes":[1]}}', ['1@1 1']],
    [
      'is missed where the object ends without it',
      '{"order":{"a":1}}',
      ['NOT_READABLE: line 1, column 16: there is no such list (records are the members of /order/li~1nes)'],
    ],
    [
      'is missed where something else stands in its place',
      '{"order":{"li/nes":"none"}}',
      ['NOT_READABLE: line 1, column 20: expected a list (records are the members of /order/li~1nes)'],
    ],
    [
      'is refused where it stands twice',
      '{"order":{"li/nes":[1],"li/nes":[2]}}',
      ['1@1 1', 'NOT_READABLE: a name on the way to the list stands twice (records are the members of /order/li~1nes)'],
    ],
    [
      'is refused where what stands before it is no JSON',
      '{"a":tru,"order":{"li/nes":[1]}}',
      ['NOT_READABLE: line 1, column 6: expected a value, saw "t"'],
    ],
    [
      'is refused where what stands behind it is no JSON',
      '{"order":{"li/nes":[1\n]},\n "b":tru}',
      ['1@1 1', 'NOT_READABLE: line 3, column 6: expected a value, saw "t"'],
    ],
  ]
  for (const [what, text, expected] of cases) {
    it(what, () => {
      expect(told(lines, text)).to.deep.equal(expected)
      expect(told(lines, text, 1)).to.deep.equal(expected)
    })
  }

  it('has what stands before it as its header, which is written again', () => {
    const header = { date: '2026-01-01', order: { id: 'A', 'li/nes': [] } }
    const file = written(lines, [1, 2], header)
    expect(file.toString()).to.equal('{"date":"2026-01-01","order":{"id":"A","li/nes":[\n1,\n2\n]}}\n')
    expect(read(lines, file).header).to.deep.equal(header)
    expect(codeOf(() => lines.writer().open({ order: 1 }))).to.match(/^MAPPING_FAILED: the header must be an object/)
    expect(codeOf(() => lines.writer().open({ order: { 'li/nes': [1] } }))).to.match(/^MAPPING_FAILED: the header has something/)
  })

  it('has bounded surroundings', () => {
    const long = 'x'.repeat(RECORD_BYTES)
    expect(told(lines, `{"a":"${long}","order":{"li/nes":[1]}}`).join()).to.match(/^TOO_LARGE: more than 16384 bytes stand before the list/)
    expect(told(lines, `{"order":{"li/nes":[1]},"a":"${long}"}`).join()).to.match(
      /TOO_LARGE: more than 1048576 bytes stand behind the list/,
    )
  })
})
