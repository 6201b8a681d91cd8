import { expect } from 'chai'
import { compare, ExactNumber, exactOrNumber, isExactNumber, toNumber } from '../../../transformers/json/exact-number.ts'

describe('ExactNumber', () => {
  it('takes texts of JSON numbers only, since they are written as they are', () => {
    for (const text of ['1', '-0.50', '1e5', '12345678901234567890']) expect(new ExactNumber(text).text).to.equal(text)
    for (const text of ['', '01', '1.', '+1', 'NaN', '1,"a":2', '1\n', ' 1']) expect(() => new ExactNumber(text), text).to.throw(TypeError)
  })

  it('does not change', () => {
    expect(new ExactNumber('1.50')).to.be.frozen
  })

  const compared: [a: string, b: string | number, sign: number][] = [
    ['12.50', 12.5, 0],
    ['12.50', '12.5', 0],
    ['9007199254740993', 9007199254740992, 1],
    ['9007199254740993', '9007199254740994', -1],
    ['1e400', 1e308, 1],
    ['-1e400', -1e308, -1],
    ['1e-400', 0, 1],
  ]
  for (const [a, b, sign] of compared) {
    it(`compares ${a} with ${b} by value`, () => {
      const other = typeof b === 'number' ? b : new ExactNumber(b)
      expect(Math.sign(compare(new ExactNumber(a), other))).to.equal(sign)
      expect(Math.sign(compare(other, new ExactNumber(a)))).to.equal(sign === 0 ? 0 : -sign)
    })
  }

  it('is made only where a double would bend the value', () => {
    expect(exactOrNumber('1.50')).to.equal(1.5)
    expect(isExactNumber(exactOrNumber('9007199254740993'))).to.equal(true)
    expect(toNumber(new ExactNumber('9007199254740993'))).to.equal(9007199254740992)
    expect(toNumber(7)).to.equal(7)
  })

  it('may keep the text of another format beside its own', () => {
    const number = new ExactNumber('123', '00123')
    expect([number.text, number.lexical, String(number)]).to.deep.equal(['123', '00123', '123'])
    expect(new ExactNumber('123').lexical).to.equal(undefined)
  })
})
