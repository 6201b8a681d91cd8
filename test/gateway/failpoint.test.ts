import { spawnSync } from 'node:child_process'
import { expect } from 'chai'

const program = `
  const { failpoint } = await import(${JSON.stringify(new URL('../../gateway/failpoint.js', import.meta.url).href)})
  for (let pass = 1; pass <= 5; pass += 1) {
    failpoint('accept.stored')
    failpoint('accept.other')
    console.log(pass)
  }`

describe('failpoint', () => {
  const cases = [
    { name: 'does nothing when unset', value: '', passes: 5, signal: null },
    { name: 'kills at the first pass', value: 'accept.stored:kill', passes: 0, signal: 'SIGKILL' },
    { name: 'kills at the third pass', value: 'accept.stored:kill@3', passes: 2, signal: 'SIGKILL' },
    { name: 'passes places of other names', value: 'accept.never:kill@1', passes: 5, signal: null },
  ]
  for (const { name, value, passes, signal } of cases) {
    it(name, () => {
      const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], { env: { ...process.env, WAYBILL_FAILPOINT: value } })
      expect({ passes: run.stdout.toString().trim().split('\n').filter(Boolean).length, signal: run.signal }).to.deep.equal({
        passes,
        signal,
      })
    })
  }

  it('refuses a value that it cannot read', () => {
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], { env: { ...process.env, WAYBILL_FAILPOINT: 'crash' } })
    expect(run.status).to.equal(1)
    expect(run.stderr.toString()).to.include('WAYBILL_FAILPOINT is "crash"; allowed is NAME:kill or NAME:kill@TIMES')
  })
})
