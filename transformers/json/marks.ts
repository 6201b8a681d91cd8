import { randomUUID } from 'node:crypto'

/** What stands before an exact number's text while JSON is read or written: nobody outside this process can know it, so no body can forge one. */
export const MARK = `exact ${randomUUID()} `

/** True while writeJson runs; `seen` says that a mark was written. */
export const writing = { on: false, seen: false }
