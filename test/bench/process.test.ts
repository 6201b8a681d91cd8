import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { cpuSeconds, machineTicks, peakMb, residentMb } from '../../bench/process.ts'
import { until } from '../support/until.ts'

describe('what the bench reads of a process', () => {
  before(function skipWithoutProc() {
    if (!existsSync('/proc/self/stat')) this.skip() // Linux only
  })

  it('has the CPU time of what descends from it', async () => {
    const shell = spawn('sh', ['-c', `"${process.execPath}" -e "while (true);" & wait`])
    try {
      const began = cpuSeconds(process.pid)
      await until('the child of the child to use CPU', () => cpuSeconds(shell.pid ?? 0) > 0.1)
      expect(cpuSeconds(process.pid)).to.be.greaterThan(began)
    } finally {
      const [child] = readFileSync(`/proc/${shell.pid}/task/${shell.pid}/children`, 'utf8').split(' ')
      process.kill(Number(child))
      await once(shell, 'exit')
    }
  })

  it('has its memory, now and at most', () => {
    expect(residentMb(process.pid)).to.be.within(20, peakMb(process.pid))
  })

  it('has the share of the machine in use', () => {
    const { busy, all } = machineTicks()
    expect(busy).to.be.within(1, all)
  })
})
