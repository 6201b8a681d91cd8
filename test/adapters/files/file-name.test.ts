import { expect } from 'chai'
import { fileNameOf } from '../../../adapters/files/file-name.ts'

const DELIVERY = { messageId: '01900000-0000-7000-8000-000000000000', entry: 'bank', target: 'bank.pay', contentType: 'text/xml' }

const named = (name: string | undefined, contentType = 'application/json') =>
  fileNameOf({ ...DELIVERY, contentType, ...(name !== undefined && { params: { name } }) })

describe('the name of a file that is sent', () => {
  it('is what the expression says, with folders', () => {
    for (const name of ['a.csv', 'north/2024/a b.csv', 'ü✓', '..a', 'a..b', '-rf']) expect(named(name)).to.equal(name)
  })

  it("is the message's id with the ending of its type where nothing says another", () => {
    expect(named(undefined)).to.equal('01900000-0000-7000-8000-000000000000.json')
    expect(named(undefined, 'text/csv; charset=utf-8')).to.equal('01900000-0000-7000-8000-000000000000.csv')
    expect(named(undefined, 'application/octet-stream')).to.equal('01900000-0000-7000-8000-000000000000')
  })

  it('is another for each entry of a message, and for a replay that mapped it anew', () => {
    const id = DELIVERY.messageId
    expect(fileNameOf({ ...DELIVERY, entry: 'second' })).to.equal(`${id}-second.xml`)
    expect(fileNameOf({ ...DELIVERY, remapped: 2 })).to.equal(`${id}-r2.xml`)
  })

  it('never leads elsewhere, and never breaks a line', () => {
    const wrong = [
      '',
      '.',
      '..',
      '../a',
      'a/../../b',
      '/etc/passwd',
      'a//b',
      'a/',
      'a\0b',
      'a\nb',
      'a\u007f',
      'x'.repeat(241),
      'ü'.repeat(121),
    ]
    for (const name of wrong) expect(() => named(name), JSON.stringify(name.slice(0, 20))).to.throw(/is no name of a file/)
  })
})
