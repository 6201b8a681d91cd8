import { GatewayError } from '../../gateway/errors.ts'

/** The GatewayError that the work rejects with; throws where it rejects with another, or not at all. */
export async function rejection(work: Promise<unknown>): Promise<GatewayError> {
  const error = await work.then(
    () => new Error('it did not reject'),
    (caught: unknown) => caught,
  )
  if (error instanceof GatewayError) return error
  throw error
}
