import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localPlace } from '../../../adapters/files/local-place.ts'
import { placeConformance } from '../../conformance/place.ts'

placeConformance('a folder of this machine', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-place-'))
  return {
    place: localPlace(dir),
    other: localPlace(dir),
    gone: async () => localPlace(join(dir, 'not there')),
    close: async () => rmSync(dir, { recursive: true, force: true }),
  }
})
