import { expect } from 'chai'
import { Decimal } from 'decimal.js'
import { addScaled, fixScaled, multiplyScaled, placesOf } from '../../expressions/scaled.ts'

const Wide = Decimal.clone({ precision: 100, defaults: true })

/** The same doubles each time: of few digits and of many, small and large, of both signs. */
function samples(count: number): number[] {
  let state = 1
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: count }, () => {
    const size = 10 ** Math.floor(random() * 14 - 2)
    const digits = Math.floor(random() * 9)
    const value = (random() - 0.5) * size
    return digits === 8 ? value : Number(value.toFixed(digits))
  })
}

const special = [
  0,
  -0,
  0.5,
  -0.5,
  1.005,
  2.675,
  1e15,
  1e15 + 1,
  9007199254740991,
  1e-6,
  1e-7,
  0.1,
  0.2,
  0.3,
  1e300,
  123456789.123456,
  999999999.999999,
  4.35,
  8.345,
  0.615,
]
const values = [...special, ...samples(400)]

describe('scaled numbers', () => {
  it('add, subtract and multiply as decimals do, or leave it to them', () => {
    let answered = 0
    for (const [at, a] of values.entries()) {
      for (const b of [...special, ...values.slice(at, at + 20)]) {
        const [x, y] = [new Wide(a), new Wide(b)]
        const pairs = [
          [addScaled(a, b, 1), x.plus(y)],
          [addScaled(a, b, -1), x.minus(y)],
          [multiplyScaled(a, b), x.times(y)],
        ] as const
        for (const [seen, right] of pairs) {
          if (seen === undefined) continue
          answered++
          expect(seen + 0, `${a} and ${b}`).to.equal(right.toNumber() + 0)
        }
      }
    }
    expect(answered).to.be.above(10_000)
  })

  it('round half away from zero as decimals do, or leave it to them', () => {
    let answered = 0
    for (const value of [...values, ...values.map(one => Math.round(one * 1000) / 1000 + 0.005)]) {
      for (let digits = 0; digits <= 6; digits++) {
        const seen = fixScaled(value, digits)
        if (seen === undefined) continue
        answered++
        expect(seen.replace(/^-(?=[0.]+$)/, ''), `${value} to ${digits}`).to.equal(
          new Wide(value).toFixed(digits, Decimal.ROUND_HALF_UP).replace(/^-(?=[0.]+$)/, ''),
        )
      }
    }
    expect(answered).to.be.above(2_000)
  })

  it('know how many digits stand behind the point', () => {
    const known: [number, number][] = [
      [1, 0],
      [1.5, 1],
      [19.99, 2],
      [0.000001, 6],
      [0.0000001, -1],
      [1e16, -1],
      [0.1 + 0.2, -1],
    ]
    for (const [value, places] of known) expect(placesOf(value), String(value)).to.equal(places)
  })
})
