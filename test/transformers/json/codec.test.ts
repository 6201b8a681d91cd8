import { expect } from 'chai'
import { GatewayError } from '../../../gateway/errors.ts'
import { type JsonLimits, type ParsedJson, parseJson, writeJson, writeJsonText } from '../../../transformers/json/codec.ts'
import { ExactNumber } from '../../../transformers/json/exact-number.ts'

const read = (text: string, limits?: JsonLimits): ParsedJson => parseJson(Buffer.from(text), limits)
const exact = (text: string) => new ExactNumber(text)
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

/** What was thrown: the place and the message, `1:3 expected ...`. */
function refusal(bytes: Uint8Array, limits?: JsonLimits): string {
  try {
    parseJson(bytes, limits)
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const [place] = error.extras.errors ?? []
    return `${error.code} ${place ? `${place.line}:${place.column} ${place.message}` : error.detail}`
  }
  throw new Error('was read')
}

describe('parseJson', () => {
  const valid: [text: string, value: unknown, duplicateKeys?: number][] = [
    ['null', null],
    ['true', true],
    [' false ', false],
    ['"text"', 'text'],
    ['0', 0],
    ['-0', -0],
    ['12.5', 12.5],
    ['-1', -1],
    ['123456789012345', 123456789012345],
    ['1234567890.12345', 1234567890.12345],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992],
    ['9007199254740993', exact('9007199254740993')],
    ['-12345678901234567890', exact('-12345678901234567890')],
    ['0.30000000000000004', 0.30000000000000004],
    ['0.1234567890123456789', exact('0.1234567890123456789')],
    ['0.10000000000000000000', 0.1],
    ['100000000000000000000', 100000000000000000000],
    ['1e5', 100000],
    ['1.5E-3', 0.0015],
    ['1e400', exact('1e400')],
    ['-1e-400', exact('-1e-400')],
    ['1.0', 1],
    ['[]', []],
    ['[1, [2], {}]', [1, [2], {}]],
    ['\t\r\n {"a" : 1}\n', { a: 1 }],
    ['{"a":{"b":[{"c":"d"}]}}', { a: { b: [{ c: 'd' }] } }],
    ['{"id":12345678901234567890,"n":1}', { id: exact('12345678901234567890'), n: 1 }],
    ['{"12345678901234567890": [1e400, "1e400"]}', { '12345678901234567890': [exact('1e400'), '1e400'] }],
    ['"12345678901234567890"', '12345678901234567890'],
    ['"a\\"12345678901234567890\\""', 'a"12345678901234567890"'],
    ['{"a":1,"a":2}', { a: 2 }, 1],
    ['{"a":1,"a":2,"a":12345678901234567890}', { a: exact('12345678901234567890') }, 2],
    ['[{"a":1,"\\u0061":2},{"b":{"c":1,"c":2}}]', [{ a: 2 }, { b: { c: 2 } }], 2],
    ['{"a":"b:c:d","e:f":":"}', { a: 'b:c:d', 'e:f': ':' }],
    ['"\\u00e9\\n\\/"', 'é\n/'],
    ['"Köln 日本 😀"', 'Köln 日本 😀'],
    ['"\\ud83d\\ude00"', '😀'],
    ['"\\\\ud800"', '\\ud800'],
    ['\ufeff{"bom":true}', { bom: true }],
    ['{"":""}', { '': '' }],
    ['"\u007f\u2028"', '\u007f\u2028'],
    [nested(64), JSON.parse(nested(64))],
  ]
  for (const [text, value, duplicateKeys = 0] of valid) {
    it(`reads ${text.slice(0, 60)}`, () => {
      expect(read(text)).to.deep.equal({ value, duplicateKeys })
    })
  }

  const invalid: [text: string, refusal: string, limits?: JsonLimits][] = [
    ['', 'NOT_READABLE the body is empty; expected JSON'],
    [' \n', 'NOT_READABLE the body is empty; expected JSON'],
    ['{', '1:2 expected a name in double quotes, saw the end'],
    ['{"a"', '1:5 expected ":" after the name, saw the end'],
    ['{"a":', '1:6 expected a value, saw the end'],
    ['{"a":1', '1:7 expected "," or "}" after a member, saw the end'],
    ['{"a":1,}', '1:8 expected a name in double quotes, saw "}"'],
    ['{a:1}', '1:2 expected a name in double quotes, saw "a"'],
    ["{'a':1}", '1:2 expected a name in double quotes, saw "\'"'],
    ['{"a" 1}', '1:6 expected ":" after the name, saw "1"'],
    ['{"a":1 "b":2}', '1:8 expected "," or "}" after a member, saw "\\""'],
    ['{1:1}', '1:2 expected a name in double quotes, saw "1"'],
    ['{12345678901234567890:1}', '1:2 expected a name in double quotes, saw "1"'],
    ['[', '1:2 expected a value, saw the end'],
    ['[1', '1:3 expected "," or "]" after an item, saw the end'],
    ['[1,]', '1:4 expected a value, saw "]"'],
    ['[,1]', '1:2 expected a value, saw ","'],
    ['[1 2]', '1:4 expected "," or "]" after an item, saw "2"'],
    ['[1]]', '1:4 expected nothing more after the value, saw "]"'],
    ['{} {}', '1:4 expected nothing more after the value, saw "{"'],
    ['{\n  "a": 1,\n  "b": oops\n}', '3:8 expected a value, saw "o"'],
    ['nul', '1:1 expected a value, saw "n"'],
    ['True', '1:1 expected a value, saw "T"'],
    ['NaN', '1:1 expected a value, saw "N"'],
    ['Infinity', '1:1 expected a value, saw "I"'],
    ['undefined', '1:1 expected a value, saw "u"'],
    ['01', '1:2 malformed number after "0", saw "1"'],
    ['-', '1:1 expected a digit after "-", saw "-"'],
    ['+1', '1:1 expected a value, saw "+"'],
    ['.5', '1:1 expected a value, saw "."'],
    ['5.', '1:2 malformed number after "5", saw "."'],
    ['1e', '1:2 malformed number after "1", saw "e"'],
    ['1.e5', '1:2 malformed number after "1", saw "."'],
    ['0x10', '1:2 expected nothing more after the value, saw "x"'],
    ['1_000', '1:2 expected nothing more after the value, saw "_"'],
    ['12345678901234567890.', '1:21 malformed number after "12345678901234567890", saw "."'],
    ['"abc', '1:5 expected the closing quote of a string, saw the end'],
    ['"a\nb"', '1:3 a control character must be escaped in a string, saw "\\n"'],
    ['"a\tb"', '1:3 a control character must be escaped in a string, saw "\\t"'],
    ['"\\x41"', '1:2 unknown escape in a string, saw "\\\\"'],
    ['"\\u12"', '1:2 unknown escape in a string, saw "\\\\"'],
    ['"\\', '1:2 unknown escape in a string, saw "\\\\"'],
    ['"\\ud800"', '1:2 \\ud800 is half of a surrogate pair, which is no character'],
    ['{"a":\n"x\\uDC00"}', '2:3 \\uDC00 is half of a surrogate pair, which is no character'],
    ['"\\ud800\\u0041"', '1:2 \\ud800 is half of a surrogate pair, which is no character'],
    ['// comment\n1', '1:1 expected a value, saw "/"'],
    ['1 /* comment */', '1:3 expected nothing more after the value, saw "/"'],
    ['\u00a01', '1:1 expected a value, saw "\u00a0"'],
    ['\ufeff\ufeff1', '1:1 expected a value, saw "\ufeff"'],
    [nested(65), 'objects and lists are nested more than 64 levels deep'],
    ['['.repeat(100_000), 'objects and lists are nested more than 64 levels deep'],
    ['{"a":'.repeat(5), 'objects and lists are nested more than 3 levels deep', { maxDepth: 3 }],
    ['1'.repeat(1_001), 'a number has more than 1000 characters'],
  ]
  for (const [text, expected, limits] of invalid) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}, and says where`, () => {
      expect(refusal(Buffer.from(text), limits)).to.contain(expected)
    })
  }

  const notUtf8: [name: string, bytes: number[], refusal: string][] = [
    ['a lone continuation byte', [0x22, 0x80, 0x22], '1:2 the bytes are not UTF-8 (byte 1 is 0x80)'],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22], '1:2 the bytes are not UTF-8 (byte 1 is 0xc0)'],
    ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22], '1:2 the bytes are not UTF-8 (byte 1 is 0xed)'],
    ['a cut character', [0x22, 0x61, 0xe2, 0x82], '1:3 the bytes are not UTF-8 (byte 2 is 0xe2)'],
    ['Latin-1', [...Buffer.from('{"city":\n"K'), 0xf6, 0x22, 0x7d], '2:3 the bytes are not UTF-8 (byte 11 is 0xf6)'],
    ['UTF-16', [...Buffer.from('\ufeff{}', 'utf16le')], '1:1 the bytes are not UTF-8 (byte 0 is 0xff)'],
  ]
  for (const [name, bytes, expected] of notUtf8) {
    it(`refuses ${name}`, () => {
      expect(refusal(Uint8Array.from(bytes))).to.equal(`NOT_READABLE ${expected}`)
    })
  }

  it('keeps __proto__ a name like any other', () => {
    for (const text of [
      '{"__proto__":{"admin":true}}',
      '{"__proto__":12345678901234567890}',
      '{"constructor":{"prototype":{"admin":1}}}',
    ]) {
      const { value, duplicateKeys } = read(text)
      expect(Object.getPrototypeOf(value)).to.equal(Object.prototype)
      expect(duplicateKeys).to.equal(0)
      expect(writeJsonText(value)).to.equal(text)
    }
    expect(Reflect.get({}, 'admin')).to.equal(undefined)
  })

  it('reads the bytes of its view, and no others', () => {
    const around = Buffer.from('xx{"a":1}yy')
    expect(parseJson(around.subarray(2, 9)).value).to.deep.equal({ a: 1 })
  })
})

describe('writeJson', () => {
  it('writes exact numbers as numbers', () => {
    expect(writeJsonText({ total: exact('12.50'), ids: [exact('12345678901234567890'), 1] })).to.equal(
      '{"total":12.50,"ids":[12345678901234567890,1]}',
    )
    expect(Buffer.from(writeJson({ city: 'Köln' })).toString()).to.equal('{"city":"Köln"}')
  })

  it('writes long numbers back as they came', () => {
    const text = '{"id":12345678901234567890,"e":1e400,"list":[0.1234567890123456789,"12345678901234567890"]}'
    expect(writeJsonText(read(text).value)).to.equal(text)
  })

  it('lets no text pass for an exact number', () => {
    const forged = ['exact 12.50', 'exact 00000000-0000-4000-8000-000000000000 12.50', JSON.stringify(exact('12.50'))]
    expect(writeJsonText([...forged, exact('1.0')])).to.equal(`${JSON.stringify(forged).slice(0, -1)},1.0]`)
  })

  it('gives other writers the nearest double', () => {
    writeJsonText(exact('12.50'))
    expect(JSON.stringify({ total: exact('12.50') })).to.equal('{"total":12.5}')
  })

  it('refuses what JSON cannot hold, and works again after it', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    for (const value of [undefined, cycle, 1n]) expect(() => writeJsonText(value)).to.throw(TypeError)
    expect(JSON.stringify(exact('1.50'))).to.equal('1.5')
  })
})
