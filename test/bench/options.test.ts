import { expect } from 'chai'
import { parseOptions } from '../../bench/options.ts'

const known = ['peers', 'embedded']

describe('the options of the bench', () => {
  it('measure everything, three rounds of 8 s, unless told', () => {
    expect(parseOptions([], known)).to.include({ seconds: 8, rounds: 3, render: false }).and.not.have.property('profile')
  })

  it('pick some benches', () => {
    expect(parseOptions(['--only', 'peers', '--only', 'embedded'], known).only).to.deep.equal(['peers', 'embedded'])
  })

  for (const [args, said] of [
    [['--only', 'peer'], 'unknown bench "peer" (known: peers, embedded)'],
    [['--seconds', '0'], '--seconds is "0"; allowed: 1 to 600'],
    [['--rounds', 'many'], '--rounds is "many"; allowed: 1 to 100'],
    [['--round', '1'], "Unknown option '--round'"],
  ] as const) {
    it(`refuse ${args.join(' ')}`, () => {
      expect(() => parseOptions(args, known)).to.throw(said)
    })
  }
})
