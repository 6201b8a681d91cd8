import { readdirSync, readFileSync } from 'node:fs'

/** Ticks of /proc's CPU times in a second; the kernel shows 100 to user space on every architecture that Node runs on. */
const TICKS = 100

interface Stat {
  readonly parent: number
  /** Of the process, with that of its dead children; its threads are in it. */
  readonly cpuSeconds: number
}

/** Seconds of CPU, user and system, that a process and what descends from it have used. */
export function cpuSeconds(pid: number): number {
  return sum(tree(pid).map(one => statOf(one)?.cpuSeconds ?? 0))
}

/** The highest resident memory so far, in MB, summed over the tree. */
export function peakMb(pid: number): number {
  return memoryMb(pid, 'VmHWM')
}

/** The resident memory now, in MB, summed over the tree. */
export function residentMb(pid: number): number {
  return memoryMb(pid, 'VmRSS')
}

/** What the machine's CPUs have done since it started, in ticks: not idle, and all. */
export function machineTicks(): { readonly busy: number; readonly all: number } {
  const [, ...ticks] = (readText('/proc/stat')?.split('\n')[0] ?? '').split(/\s+/).map(Number)
  const counted = ticks.slice(0, 8)
  const all = sum(counted)
  return { busy: all - (counted[3] ?? 0) - (counted[4] ?? 0), all }
}

function memoryMb(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm')
  return sum(tree(pid).map(one => Number(line.exec(readText(`/proc/${one}/status`) ?? '')?.[1] ?? 0))) / 1024
}

function tree(pid: number): readonly number[] {
  const parents = new Map(pids().flatMap(one => [[one, statOf(one)?.parent] as const]))
  const found = [pid]
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child)
  return found
}

function pids(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

function statOf(pid: number): Stat | undefined {
  const text = readText(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  // The program's name stands in parentheses and may hold anything.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  return { parent: fields[1] ?? 0, cpuSeconds: sum(fields.slice(11, 15)) / TICKS }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
