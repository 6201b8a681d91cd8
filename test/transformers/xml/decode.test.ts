import { expect } from 'chai'
import { createXmlDecoder, decodeXml } from '../../../transformers/xml/decode.ts'
import { refusal } from './refusal.ts'

const utf16le = (text: string, mark = true) => Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le')
const utf16be = (text: string, mark = true) => utf16le(text, mark).swap16()
const declared = (encoding: string, text: string) => `<?xml version="1.0" encoding="${encoding}"?>\n<a>${text}</a>`
const latin1 = (text: string) => Buffer.from(text, 'latin1')

/** The text, as it comes out byte by byte. */
function inPieces(bytes: Uint8Array, contentType?: string): string {
  const decode = createXmlDecoder(contentType)
  let text = ''
  for (const byte of bytes) text += decode(Uint8Array.of(byte), false).text
  return text + decode(new Uint8Array(), true).text
}

describe('decodeXml', () => {
  const read: { name: string; bytes: Buffer; type?: string; text: string }[] = [
    { name: 'ASCII', bytes: Buffer.from('<a>b</a>'), text: '<a>b</a>' },
    { name: 'UTF-8 without any sign', bytes: Buffer.from('<a>Köln 日本 😀</a>'), text: '<a>Köln 日本 😀</a>' },
    { name: 'UTF-8 with a byte order mark', bytes: Buffer.from('\ufeff<a>ö</a>'), text: '<a>ö</a>' },
    { name: 'UTF-8 declared', bytes: Buffer.from(declared('utf-8', 'ö')), text: declared('utf-8', 'ö') },
    { name: 'UTF-16 LE', bytes: utf16le('<a>ö😀</a>'), text: '<a>ö😀</a>' },
    { name: 'UTF-16 BE', bytes: utf16be('<a>ö😀</a>'), text: '<a>ö😀</a>' },
    { name: 'UTF-16 LE by its exact name', bytes: utf16le('<a>ö</a>', false), type: 'text/xml; charset=utf-16le', text: '<a>ö</a>' },
    { name: 'ISO-8859-1 declared', bytes: latin1(declared('ISO-8859-1', 'ö\x80')), text: declared('ISO-8859-1', 'ö\u0080') },
    { name: 'windows-1252 declared', bytes: latin1(declared('Windows-1252', 'ö\x80\x9f')), text: declared('Windows-1252', 'ö€Ÿ') },
    { name: 'US-ASCII declared', bytes: latin1(declared('us-ascii', 'o')), text: declared('us-ascii', 'o') },
    {
      name: 'single quotes',
      bytes: latin1("<?xml version='1.0'\nencoding = 'latin1' ?><a>ö</a>"),
      text: "<?xml version='1.0'\nencoding = 'latin1' ?><a>ö</a>",
    },
    {
      name: 'the content type before the declaration',
      bytes: Buffer.from(declared('ISO-8859-1', 'ö')),
      type: 'text/xml; charset="UTF-8"',
      text: declared('ISO-8859-1', 'ö'),
    },
    {
      name: 'the byte order mark before the content type',
      bytes: Buffer.from('\ufeff<a>ö</a>'),
      type: 'text/xml;charset=iso-8859-1',
      text: '<a>ö</a>',
    },
    {
      name: 'no charset of another parameter',
      bytes: Buffer.from('<a>ö</a>'),
      type: 'application/soap+xml; action="urn:x;charset=latin1"',
      text: '<a>ö</a>',
    },
    {
      name: 'no encoding of another instruction',
      bytes: Buffer.from('<?x encoding="latin1"?><a>ö</a>'),
      text: '<?x encoding="latin1"?><a>ö</a>',
    },
    { name: 'nothing', bytes: Buffer.alloc(0), text: '' },
  ]
  for (const { name, bytes, type, text } of read) {
    it(`reads ${name}, whole and byte by byte`, () => {
      expect(decodeXml(bytes, type)).to.equal(text)
      expect(inPieces(bytes, type)).to.equal(text)
    })
  }

  const taken = 'taken are UTF-8, UTF-16 with a byte order mark, ISO-8859-1, windows-1252 and US-ASCII'
  const refused: { name: string; bytes: Buffer; type?: string; why: string }[] = [
    {
      name: 'UTF-8 that is broken',
      bytes: latin1('<a>\n<b>ö</b></a>'),
      why: '2:4 the bytes are not UTF-8 (0xf6 stands where a character should)',
    },
    {
      name: 'UTF-8 that ends in a character',
      bytes: Buffer.from('<a>ö').subarray(0, -1),
      why: '1:4 the bytes are not UTF-8 (0xc3 stands where a character should)',
    },
    {
      name: 'overlong UTF-8',
      bytes: Buffer.from([0x3c, 0x61, 0x3e, 0xc0, 0xbc]),
      why: '1:4 the bytes are not UTF-8 (0xc0 stands where a character should)',
    },
    {
      name: 'a surrogate in UTF-8',
      bytes: Buffer.from([0x3c, 0xed, 0xa0, 0x80]),
      why: '1:2 the bytes are not UTF-8 (0xed stands where a character should)',
    },
    {
      name: 'UTF-8 that begins as the replacement character does',
      bytes: Buffer.from([0x3c, 0xef, 0xbf, 0x41]),
      why: '1:2 the bytes are not UTF-8 (0xef stands where a character should)',
    },
    { name: 'half a pair in UTF-16', bytes: utf16le('<a>\ud800</a>'), why: '1:4 half of a surrogate pair, which is no character' },
    { name: 'UTF-16 of odd length', bytes: utf16be('<a/>').subarray(0, -1), why: '1:4 the last character of UTF-16 has one byte' },
    { name: 'bytes beyond US-ASCII', bytes: latin1(declared('us-ascii', 'ö')), why: '2:4 byte 0xf6 is not US-ASCII' },
    {
      name: 'bytes that windows-1252 lacks',
      bytes: latin1(declared('cp1252', '\x81')),
      why: '2:4 byte 0x81 has no character in windows-1252',
    },
    {
      name: 'a second byte order mark',
      bytes: Buffer.from('\ufeff\ufeff<a/>'),
      why: '1:1 a second byte order mark, which may not stand before the root',
    },
    {
      name: 'UTF-16 without a mark',
      bytes: utf16le('<a/>', false),
      why: `1:1 the bytes look like UTF-16 or UTF-32 without a byte order mark; ${taken}`,
    },
    {
      name: 'UTF-16 by name without a mark',
      bytes: Buffer.from('<a/>'),
      type: 'text/xml;charset=UTF-16',
      why: `1:1 the content type says UTF-16, but there is no byte order mark; ${taken}`,
    },
    {
      name: 'UTF-16 declared in ASCII',
      bytes: Buffer.from(declared('UTF-16', '')),
      why: `1:1 the document declares UTF-16, but there is no byte order mark; ${taken}`,
    },
    { name: 'UTF-32', bytes: Buffer.from([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0]), why: `1:1 the bytes are UTF-32; ${taken}` },
    {
      name: 'a declared charset that is unknown',
      bytes: Buffer.from(declared('Shift_JIS', '')),
      why: `1:1 the document declares the charset "Shift_JIS", which is not taken; ${taken}`,
    },
    {
      name: 'an unknown charset of the content type',
      bytes: Buffer.from('<a/>'),
      type: 'text/xml; Charset=koi8-r',
      why: `1:1 the content type says the charset "koi8-r", which is not taken; ${taken}`,
    },
    {
      name: 'a charset by a name of objects',
      bytes: Buffer.from(declared('constructor', '')),
      why: `1:1 the document declares the charset "constructor", which is not taken; ${taken}`,
    },
  ]
  for (const { name, bytes, type, why } of refused) {
    it(`refuses ${name}`, () => {
      expect(refusal(() => decodeXml(bytes, type))).to.equal(`NOT_READABLE ${why}`)
    })
  }
})
