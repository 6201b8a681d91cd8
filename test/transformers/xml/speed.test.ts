import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { SaxesParser } from 'saxes'
import { createXmlReader } from '../../../transformers/xml/reader.ts'

/** True where V8 keeps an object in its fast form. */
function isFast(object: object): boolean {
  setFlagsFromString('--allow-natives-syntax')
  try {
    return runInNewContext('object => %HasFastProperties(object)')(object)
  } finally {
    setFlagsFromString('--no-allow-natives-syntax')
  }
}

describe('the speed of reading', () => {
  const { write } = SaxesParser.prototype
  afterEach(() => {
    SaxesParser.prototype.write = write
  })

  it('is that of saxes, whose parser stays in the fast form of objects with all its handlers set', () => {
    let parser: object = {}
    SaxesParser.prototype.write = function (chunk) {
      parser = this
      return write.call(this, chunk)
    }
    const reader = createXmlReader({ open() {}, text() {}, close() {}, begin() {} })
    reader.write(Buffer.from('<a b="c">d<!-- --><?e?></a>'))
    expect(parser).to.be.instanceOf(SaxesParser)
    expect(isFast(parser)).to.equal(true)
    reader.end()
  })

  it('would be lost with the handlers set by `on`', () => {
    const parser = new SaxesParser({ xmlns: true })
    const names = ['opentagstart', 'attribute', 'opentag', 'closetag', 'text', 'cdata', 'comment', 'xmldecl', 'doctype', 'error'] as const
    for (const name of names) parser.on(name, () => {})
    expect(isFast(parser)).to.equal(false)
  })
})
